-- What came in a stretch of time, read from idx_streamer_app_donations_since alone. The mark tells stretches with equal
-- sums apart: the exclusive or of a hash of each donation's moment and amount.
SELECT count(*),
       coalesce(sum(t.amount), 0),
       coalesce(sum(t.net_amount), 0),
       coalesce(bit_xor(hashfloat8extended(date_part('epoch', coalesce(t.paid_at, t.created_at)), t.amount)), 0)
FROM public.transactions t
WHERE t.payee_user_id = %(streamer)s
  AND t.kind = 'PAYMENT'
  AND coalesce(t.paid_at, t.created_at) >= %(since)s::timestamptz
  AND coalesce(t.paid_at, t.created_at) <= %(last)s::timestamptz
  AND (t.status IN ('PAID', 'SETTLED') OR (%(refunded)s AND t.status = 'REFUNDED'))
  AND t.currency = %(currency)s
