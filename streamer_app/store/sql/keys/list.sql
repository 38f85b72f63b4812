SELECT k.key_id, k.name, k.rights, k.made_by, k.made_at, e.actor, e.ended_at
  FROM streamer_app.control_keys AS k
  LEFT JOIN streamer_app.control_key_ends AS e ON e.key_id = k.key_id
 WHERE k.streamer_user_id = %(streamer)s
 ORDER BY k.made_at, k.key_id
