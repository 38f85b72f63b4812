-- One donation message with its money: when it was paid, when its entries were posted, when the message was written.
SELECT d.id, d.streamer_user_id, t.id, t.status::text, t.amount, t.net_amount, t.currency, d.donor_name, d.is_anonymous,
       d.message, t.paid_at,
       (SELECT min(e.created_at) FROM public.wallet_ledger_entries e
         WHERE e.source_type = 'TRANSACTION' AND e.source_id = t.id),
       d.created_at, d.played_at
FROM public.donation_messages d
JOIN public.transactions t ON t.id = d.transaction_id
WHERE d.id = %(message)s
