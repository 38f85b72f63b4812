SELECT kind = 'paused' FROM streamer_app.playback_facts
WHERE streamer_user_id = %(streamer)s AND kind IN ('paused', 'resumed')
ORDER BY id DESC
LIMIT 1
