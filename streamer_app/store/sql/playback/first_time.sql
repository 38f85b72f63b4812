-- Asked only where a streamer wants to approve first-timers. A donor without account and name is nobody we know.
SELECT NOT EXISTS (
  SELECT FROM public.donation_messages d
  JOIN public.transactions t ON t.id = d.transaction_id
  WHERE d.streamer_user_id = %(streamer)s
    AND d.id <> %(message)s
    AND t.kind = 'PAYMENT'
    AND t.status IN ('PAID', 'SETTLED')
    AND (t.payer_user_id = %(payer)s::uuid
         OR %(payer)s::uuid IS NULL AND t.payer_user_id IS NULL
            AND lower(btrim(d.donor_name)) = lower(btrim(%(name)s::text))))
