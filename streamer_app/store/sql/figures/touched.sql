-- What the bell named: each as the sums see it, and whether it counts now. Odd dates are clamped as in message_history.
SELECT (date_part('epoch', least(greatest(coalesce(t.paid_at, t.created_at), '1970-01-01 00:00+00'),
                                 '2200-01-01 00:00+00')) * 1000000)::bigint,
       t.amount,
       t.net_amount,
       hashfloat8extended(date_part('epoch', coalesce(t.paid_at, t.created_at)), t.amount),
       t.status IN ('PAID', 'SETTLED'),
       CASE WHEN NOT d.is_anonymous THEN t.payer_user_id END,
       CASE WHEN NOT d.is_anonymous THEN d.donor_name END
FROM public.donation_messages d
JOIN public.transactions t ON t.id = d.transaction_id
WHERE d.id = ANY (%(ids)s)
  AND t.payee_user_id = %(streamer)s
  AND t.kind = 'PAYMENT'
  AND t.status IN ('PAID', 'SETTLED', 'REFUNDED')
  AND t.currency = %(currency)s
