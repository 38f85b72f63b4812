-- No row: it had ended before, or belongs to another streamer.
INSERT INTO streamer_app.control_key_ends (key_id, actor)
SELECT k.key_id, %(actor)s
  FROM streamer_app.control_keys AS k
 WHERE k.key_id = %(key)s
   AND k.streamer_user_id = %(streamer)s
ON CONFLICT (key_id) DO NOTHING
RETURNING key_id
