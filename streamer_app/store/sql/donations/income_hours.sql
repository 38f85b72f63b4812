-- The same by the local hour of the day, all days together.
SELECT extract(hour FROM coalesce(t.paid_at, t.created_at) AT TIME ZONE %(zone)s::text)::int AS hour,
       sum(t.amount)::bigint, sum(t.net_amount)::bigint, count(*)
FROM public.transactions t
WHERE t.payee_user_id = %(user)s AND t.kind = 'PAYMENT' AND t.status IN ('PAID', 'SETTLED')
  AND t.currency = %(currency)s::text
  AND coalesce(t.paid_at, t.created_at) >= %(first)s::timestamptz
  AND coalesce(t.paid_at, t.created_at) <= %(last)s::timestamptz
GROUP BY hour
ORDER BY hour
