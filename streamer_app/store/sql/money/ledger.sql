SELECT e.id, e.wallet_id, w.type::text, e.entry_type::text, e.amount, e.currency, e.source_type::text, e.source_id,
       e.description, e.created_at
FROM public.wallet_ledger_entries e
JOIN public.wallets w ON w.id = e.wallet_id
WHERE w.user_id = ANY (%(users)s)
ORDER BY e.created_at DESC, e.id DESC
LIMIT %(limit)s
