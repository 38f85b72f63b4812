-- Payments that stayed, summed by the local day or month they arrived in. Weeks begin on Monday.
SELECT date_trunc(%(step)s::text, coalesce(t.paid_at, t.created_at) AT TIME ZONE %(zone)s::text)::date AS bucket,
       sum(t.amount)::bigint, sum(t.net_amount)::bigint, count(*)
FROM public.transactions t
WHERE t.payee_user_id = %(user)s AND t.kind = 'PAYMENT' AND t.status IN ('PAID', 'SETTLED')
  AND t.currency = %(currency)s::text
  AND coalesce(t.paid_at, t.created_at) >= %(first)s::timestamptz
  AND coalesce(t.paid_at, t.created_at) <= %(last)s::timestamptz
GROUP BY bucket
ORDER BY bucket
