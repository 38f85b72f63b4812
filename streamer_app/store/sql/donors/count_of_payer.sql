-- Refunded ones count too: they came from this donor.
SELECT count(*)
FROM public.donation_messages d
JOIN public.transactions t ON t.id = d.transaction_id
WHERE d.streamer_user_id = %(streamer)s
  AND t.payer_user_id = %(payer)s
  AND t.kind = 'PAYMENT'
  AND t.status IN ('PAID', 'SETTLED', 'REFUNDED')
