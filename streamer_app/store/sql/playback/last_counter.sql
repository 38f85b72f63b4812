SELECT coalesce(max(fence_counter), 0) FROM streamer_app.playback_runs
WHERE streamer_user_id = %(streamer)s AND lease_epoch = %(epoch)s AND kind <> 'test'
