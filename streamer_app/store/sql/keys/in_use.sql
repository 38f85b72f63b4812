SELECT k.secret_sha256, k.key_id, k.name, k.rights, k.made_by, k.made_at, NULL::text, NULL::timestamptz
  FROM streamer_app.control_keys AS k
 WHERE k.streamer_user_id = %(streamer)s
   AND NOT EXISTS (SELECT 1 FROM streamer_app.control_key_ends AS e WHERE e.key_id = k.key_id)
 ORDER BY k.made_at, k.key_id
