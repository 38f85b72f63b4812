-- Every way donors without an account wrote their names, and how often: what is one name is not for the database to say.
SELECT d.donor_name, count(*)
FROM public.donation_messages d
JOIN public.transactions t ON t.id = d.transaction_id
WHERE d.streamer_user_id = %(streamer)s
  AND d.donor_name IS NOT NULL
  AND t.payer_user_id IS NULL
  AND t.kind = 'PAYMENT'
  AND t.status IN ('PAID', 'SETTLED', 'REFUNDED')
GROUP BY d.donor_name
