SELECT kind, actor, reason, happened_at, detail
FROM streamer_app.playback_facts
WHERE donation_message_id = %(message)s
ORDER BY id
