-- As donors.sql, for all that there ever was: there one table is read beside the other, and no index is worth its while.
SELECT t.payer_user_id,
       CASE WHEN t.payer_user_id IS NULL THEN d.donor_name END,
       sum(t.amount),
       (date_part('epoch', max(least(greatest(coalesce(t.paid_at, t.created_at), '1970-01-01 00:00+00'),
                                     '2200-01-01 00:00+00')) FILTER (WHERE btrim(d.donor_name) <> '')) * 1000000)::bigint
FROM public.transactions t
JOIN public.donation_messages d ON d.transaction_id = t.id
WHERE t.payee_user_id = %(streamer)s
  AND t.kind = 'PAYMENT'
  AND coalesce(t.paid_at, t.created_at) >= %(since)s::timestamptz
  AND coalesce(t.paid_at, t.created_at) <= %(last)s::timestamptz
  AND t.status IN ('PAID', 'SETTLED')
  AND t.currency = %(currency)s
  AND NOT d.is_anonymous
GROUP BY 1, 2
