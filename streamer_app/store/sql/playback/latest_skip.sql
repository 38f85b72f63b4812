-- The latest skip that still stands.
SELECT f.donation_message_id
FROM streamer_app.playback_facts f
WHERE f.streamer_user_id = %(streamer)s AND f.kind = 'skipped'
  AND NOT EXISTS (
    SELECT FROM streamer_app.playback_facts g
    WHERE g.donation_message_id = f.donation_message_id AND g.id > f.id)
ORDER BY f.id DESC
LIMIT 1
