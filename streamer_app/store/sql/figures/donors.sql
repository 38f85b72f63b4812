-- Sums by who paid: the account where it is known, else the name as it was written, for Python to say which are one.
-- The moment is that of the latest donation with a name, in microseconds; NULL where there was none. Odd dates are
-- clamped as in message_history. LIMIT keeps the join to one look by index for each donation, few or many.
SELECT t.payer_user_id,
       CASE WHEN t.payer_user_id IS NULL THEN d.donor_name END,
       sum(t.amount),
       (date_part('epoch', max(least(greatest(coalesce(t.paid_at, t.created_at), '1970-01-01 00:00+00'),
                                     '2200-01-01 00:00+00')) FILTER (WHERE btrim(d.donor_name) <> '')) * 1000000)::bigint
FROM public.transactions t
CROSS JOIN LATERAL (
  SELECT m.donor_name, m.is_anonymous FROM public.donation_messages m WHERE m.transaction_id = t.id LIMIT 1
) d
WHERE t.payee_user_id = %(streamer)s
  AND t.kind = 'PAYMENT'
  AND coalesce(t.paid_at, t.created_at) >= %(since)s::timestamptz
  AND coalesce(t.paid_at, t.created_at) <= %(last)s::timestamptz
  AND t.status IN ('PAID', 'SETTLED')
  AND t.currency = %(currency)s
  AND NOT d.is_anonymous
GROUP BY 1, 2
