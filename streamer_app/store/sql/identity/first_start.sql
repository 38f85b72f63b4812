-- First start of this streamer on this database, remembered once. Older donations are history.
WITH made AS (
  INSERT INTO streamer_app.streamers (streamer_user_id) VALUES (%(streamer)s)
  ON CONFLICT (streamer_user_id) DO NOTHING
  RETURNING first_started_at
)
SELECT first_started_at FROM made
UNION ALL
SELECT first_started_at FROM streamer_app.streamers WHERE streamer_user_id = %(streamer)s
LIMIT 1
