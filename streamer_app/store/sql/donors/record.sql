INSERT INTO streamer_app.donor_blocks
  (command_id, streamer_user_id, payer_user_id, name_key, shown_name, blocks, actor)
VALUES (%(command)s, %(streamer)s, %(payer)s, %(name_key)s, %(shown_name)s, %(blocks)s, %(actor)s)
ON CONFLICT (command_id) DO NOTHING
RETURNING id
