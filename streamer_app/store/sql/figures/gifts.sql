-- Every donation of a stretch, for a clock that each of them moves: microseconds, gross, net, in their order.
SELECT (date_part('epoch', least(coalesce(t.paid_at, t.created_at), '2200-01-01 00:00+00')) * 1000000)::bigint,
       t.amount, t.net_amount
FROM public.transactions t
WHERE t.payee_user_id = %(streamer)s
  AND t.kind = 'PAYMENT'
  AND coalesce(t.paid_at, t.created_at) >= %(since)s::timestamptz
  AND coalesce(t.paid_at, t.created_at) <= %(last)s::timestamptz
  AND (t.status IN ('PAID', 'SETTLED') OR (%(refunded)s AND t.status = 'REFUNDED'))
  AND t.currency = %(currency)s
ORDER BY coalesce(t.paid_at, t.created_at)
