INSERT INTO streamer_app.playback_runs
  (run_id, streamer_user_id, kind, lease_epoch, fence_counter, page_instance, expected_ms)
SELECT %(run)s, %(streamer)s, 'test', %(epoch)s, %(counter)s, %(page)s, %(expected_ms)s
FROM streamer_app.leases l
WHERE l.streamer_user_id = %(streamer)s AND l.epoch = %(epoch)s AND l.expires_at > clock_timestamp()
RETURNING opened_at
