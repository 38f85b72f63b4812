SELECT t.id, named.reference, t.amount, t.currency, t.status::text,
       least(greatest(coalesce(t.paid_at, t.created_at), '1970-01-01 00:00+00'), '2200-01-01 00:00+00')
FROM (
  SELECT e.transaction_id, min(e.payment_reference) AS reference
  FROM streamer_app.payment_events e
  WHERE e.provider = %(provider)s
  GROUP BY e.transaction_id
) named
JOIN public.transactions t ON t.id = named.transaction_id
WHERE t.kind = 'PAYMENT' AND t.status IN ('PAID', 'SETTLED', 'REFUNDED')
  AND coalesce(t.paid_at, t.created_at) >= %(first)s::timestamptz
  AND coalesce(t.paid_at, t.created_at) <= %(last)s::timestamptz
ORDER BY coalesce(t.paid_at, t.created_at), t.id
