SELECT count(*)
FROM public.transactions p
WHERE p.payee_user_id = %(user)s AND p.kind = 'PAYMENT' AND p.status IN ('PAID', 'SETTLED', 'REFUNDED')
  AND coalesce(p.paid_at, p.created_at) >= %(first)s::timestamptz
  AND coalesce(p.paid_at, p.created_at) <= %(last)s::timestamptz
