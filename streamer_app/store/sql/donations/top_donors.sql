-- Each donor's sum under each way they wrote their name: which ways are one name is not for the database to say.
SELECT t.payer_user_id, d.donor_name, sum(t.amount)::bigint, count(*), max(coalesce(t.paid_at, t.created_at))
FROM public.donation_messages d
JOIN public.transactions t ON t.id = d.transaction_id
WHERE d.streamer_user_id = %(user)s AND NOT d.is_anonymous AND d.donor_name IS NOT NULL
  AND t.kind = 'PAYMENT' AND t.status IN ('PAID', 'SETTLED') AND t.currency = %(currency)s::text
  AND coalesce(t.paid_at, t.created_at) >= %(first)s::timestamptz
  AND coalesce(t.paid_at, t.created_at) <= %(last)s::timestamptz
GROUP BY t.payer_user_id, d.donor_name
