-- No row: a key of this name is in use already.
INSERT INTO streamer_app.control_keys (streamer_user_id, name, secret_sha256, rights, made_by)
SELECT %(streamer)s, %(name)s, %(secret_sha256)s, %(rights)s, %(made_by)s
 WHERE NOT EXISTS (
   SELECT 1
     FROM streamer_app.control_keys AS k
    WHERE k.streamer_user_id = %(streamer)s
      AND lower(k.name) = lower(%(name)s)
      AND NOT EXISTS (SELECT 1 FROM streamer_app.control_key_ends AS e WHERE e.key_id = k.key_id)
 )
RETURNING key_id, name, rights, made_by, made_at, NULL::text AS ended_by, NULL::timestamptz AS ended_at
