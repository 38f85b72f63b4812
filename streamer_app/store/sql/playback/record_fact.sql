-- Only the holder of the lease writes facts, so their ids are in the order in which they happened.
INSERT INTO streamer_app.playback_facts
  (command_id, streamer_user_id, donation_message_id, kind, actor, reason, detail, happened_at)
SELECT %(command)s, %(streamer)s, %(message)s, %(kind)s, %(actor)s, %(reason)s, %(detail)s,
       coalesce(%(happened_at)s, clock_timestamp())
FROM streamer_app.leases l
WHERE l.streamer_user_id = %(streamer)s AND l.epoch = %(epoch)s
  AND (NOT %(only_playable)s OR EXISTS (
    SELECT FROM public.donation_messages d
    JOIN public.transactions t ON t.id = d.transaction_id
    WHERE d.id = %(message)s AND t.status IN ('PAID', 'SETTLED')))
ON CONFLICT (command_id) DO NOTHING
RETURNING id
