SELECT payout.id, payout.payee_user_id, payout.amount, payout.currency, payout.status::text, payout.external_reference,
       (SELECT reversal.description
          FROM public.wallet_ledger_entries AS entry
          JOIN public.wallet_ledger_entries AS reversal
            ON reversal.source_type = 'LEDGER' AND reversal.source_id = entry.id AND reversal.entry_type = 'REFUND'
         WHERE entry.source_type = 'TRANSACTION' AND entry.source_id = payout.id
         LIMIT 1),
       payout.created_at, payout.paid_at
FROM streamer_app.payouts AS requested
JOIN public.transactions AS payout ON payout.id = requested.transaction_id
WHERE %(payee)s::uuid IS NULL OR requested.payee_user_id = %(payee)s
ORDER BY requested.requested_at DESC, requested.transaction_id DESC
LIMIT %(limit)s
