-- The latest skip or rejection that still stands, and all that was taken out by the same command, in their order.
WITH taken_out AS (
  SELECT f.id, f.donation_message_id, f.detail ->> 'batch' AS batch
  FROM streamer_app.playback_facts f
  JOIN public.donation_messages d ON d.id = f.donation_message_id
  JOIN public.transactions t ON t.id = d.transaction_id
  WHERE f.streamer_user_id = %(streamer)s
    AND f.kind IN ('skipped', 'rejected')
    AND t.status IN ('PAID', 'SETTLED')
    AND NOT EXISTS (
      SELECT FROM streamer_app.playback_facts g
      WHERE g.donation_message_id = f.donation_message_id AND g.id > f.id AND g.kind <> 'recorded_rule')
), latest AS (
  SELECT id, batch FROM taken_out ORDER BY id DESC LIMIT 1
)
SELECT o.donation_message_id
FROM taken_out o
JOIN latest l ON o.id = l.id OR o.batch = l.batch
ORDER BY o.id
