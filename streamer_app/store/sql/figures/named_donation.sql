-- The donation that one donor's latest name stands on. It is at `named_at`, unless that one was refunded meanwhile: then
-- an earlier one is looked for, backwards along the index.
SELECT d.id
FROM public.transactions t
CROSS JOIN LATERAL (
  SELECT m.id, m.donor_name, m.is_anonymous FROM public.donation_messages m WHERE m.transaction_id = t.id LIMIT 1
) d
WHERE t.payee_user_id = %(streamer)s
  AND t.kind = 'PAYMENT'
  AND coalesce(t.paid_at, t.created_at) >= %(since)s::timestamptz
  AND coalesce(t.paid_at, t.created_at) <= %(last)s::timestamptz
  AND t.status IN ('PAID', 'SETTLED')
  AND t.currency = %(currency)s
  AND NOT d.is_anonymous
  AND btrim(d.donor_name) <> ''
  AND (t.payer_user_id = %(payer)s::uuid
       OR (%(payer)s::uuid IS NULL AND t.payer_user_id IS NULL AND d.donor_name = ANY (%(names)s::text[])))
ORDER BY coalesce(t.paid_at, t.created_at) DESC
LIMIT 1
