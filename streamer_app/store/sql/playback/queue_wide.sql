SELECT kind, ARRAY(SELECT jsonb_array_elements_text(coalesce(detail -> 'channels', '[]')))
FROM streamer_app.playback_facts
WHERE streamer_user_id = %(streamer)s
  AND kind IN ('paused', 'resumed', 'muted', 'unmuted', 'panicked', 'released')
ORDER BY id
