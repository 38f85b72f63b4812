-- Many at once, in the order given; each by the rules of record_fact.
INSERT INTO streamer_app.playback_facts
  (command_id, streamer_user_id, donation_message_id, kind, actor, reason, detail)
SELECT f.command_id, %(streamer)s, f.message_id, f.kind, f.actor, f.reason, f.detail
FROM unnest(%(commands)s::uuid[], %(messages)s::uuid[], %(kinds)s::text[], %(actors)s::text[], %(reasons)s::text[],
            %(details)s::jsonb[]) WITH ORDINALITY
     AS f (command_id, message_id, kind, actor, reason, detail, place)
JOIN streamer_app.leases l ON l.streamer_user_id = %(streamer)s AND l.epoch = %(epoch)s
WHERE NOT %(only_playable)s OR EXISTS (
  SELECT FROM public.donation_messages d
  JOIN public.transactions t ON t.id = d.transaction_id
  WHERE d.id = f.message_id AND t.status IN ('PAID', 'SETTLED'))
ORDER BY f.place
ON CONFLICT (command_id) DO NOTHING
RETURNING donation_message_id
