SELECT t.id, t.amount, t.currency, t.status::text,
       least(greatest(coalesce(t.paid_at, t.created_at), '1970-01-01 00:00+00'), '2200-01-01 00:00+00')
FROM unnest(%(ids)s::uuid[]) AS wanted (id)
JOIN public.transactions t ON t.id = wanted.id
WHERE t.kind = 'PAYMENT'
