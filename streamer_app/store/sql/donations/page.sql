-- Which donations pass every filter, newest first, below a key. What stands where is a fold: `any_state` false leaves
-- only rows that can stand in one of the wanted states, and the caller folds those.
SELECT d.id,
       CASE WHEN d.created_at NOT BETWEEN '1970-01-01 00:00+00' AND '2200-01-01 00:00+00'
         THEN to_json(d.created_at) #>> '{}' ELSE to_json(d.created_at AT TIME ZONE 'UTC') #>> '{}' || '+00' END
FROM public.donation_messages d
JOIN public.transactions t ON t.id = d.transaction_id
WHERE d.streamer_user_id = %(streamer)s
  AND (d.created_at, d.id) < (%(moment)s::timestamptz, %(id)s::uuid)
  AND (%(only)s::uuid IS NULL OR d.id = %(only)s::uuid)
  AND t.kind = 'PAYMENT'
  AND t.status IN ('PAID', 'SETTLED', 'REFUNDED')
  AND (%(refunded)s::boolean IS NOT TRUE OR t.status = 'REFUNDED')
  AND coalesce(t.paid_at, t.created_at) >= %(first)s::timestamptz
  AND coalesce(t.paid_at, t.created_at) <= %(last)s::timestamptz
  AND (%(least)s::bigint IS NULL OR t.amount >= %(least)s::bigint)
  AND (%(most)s::bigint IS NULL OR t.amount <= %(most)s::bigint)
  AND (%(any_media)s::boolean OR d.media_type::text = ANY (%(media)s::text[]))
  AND (%(pattern)s::text IS NULL OR d.donor_name ILIKE %(pattern)s::text OR d.message ILIKE %(pattern)s::text)
  AND (%(any_state)s::boolean
       OR (%(played)s::boolean AND d.played_at IS NOT NULL)
       OR (%(unplayed)s::boolean AND d.played_at IS NULL)
       OR (%(withdrawn)s::boolean AND t.status = 'REFUNDED')
       OR EXISTS (
         SELECT FROM streamer_app.playback_facts x
         WHERE x.donation_message_id = d.id AND x.kind = ANY (%(kinds)s::text[])))
ORDER BY d.created_at DESC, d.id DESC
LIMIT %(limit)s
