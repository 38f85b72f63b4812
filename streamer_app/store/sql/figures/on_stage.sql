-- The donations that were on stage last, newest first. A refunded one leaves; a date far ahead is no date.
SELECT d.id
FROM public.donation_messages d
JOIN public.transactions t ON t.id = d.transaction_id
WHERE d.streamer_user_id = %(streamer)s
  AND d.played_at IS NOT NULL
  AND d.played_at <= %(not_after)s::timestamptz
  AND t.kind = 'PAYMENT'
  AND t.status IN ('PAID', 'SETTLED')
  AND t.currency = %(currency)s
ORDER BY d.played_at DESC, d.id DESC
LIMIT %(limit)s
