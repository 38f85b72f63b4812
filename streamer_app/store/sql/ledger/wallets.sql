SELECT w.id, w.user_id, w.type::text,
       coalesce(w.currency, (
         SELECT e.currency FROM public.wallet_ledger_entries e
         WHERE e.wallet_id = w.id ORDER BY e.created_at, e.id LIMIT 1), 'IDR')
FROM public.wallets w
WHERE w.id = %(wallet)s OR w.user_id = %(user)s
ORDER BY w.user_id, w.type
