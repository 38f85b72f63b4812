-- Payments that other programs wrote: they know no event of ours, only the provider's name for the payment.
SELECT t.external_reference, t.id, t.amount, t.currency, t.status::text,
       least(greatest(coalesce(t.paid_at, t.created_at), '1970-01-01 00:00+00'), '2200-01-01 00:00+00')
FROM unnest(%(references)s::text[]) AS wanted (reference)
JOIN public.transactions t ON t.external_reference = wanted.reference
WHERE t.kind = 'PAYMENT'
