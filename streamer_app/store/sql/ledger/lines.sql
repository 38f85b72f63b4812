-- The same columns as a page's; oldest first.
SELECT e.id, e.wallet_id, w.type::text, e.entry_type::text, e.amount, e.currency, e.source_type::text, e.source_id,
       e.description, least(greatest(e.created_at, '1970-01-01 00:00+00'), '2200-01-01 00:00+00')
FROM public.wallets w
JOIN public.wallet_ledger_entries e ON e.wallet_id = w.id
WHERE w.id = %(wallet)s
  AND e.created_at >= %(first)s::timestamptz AND e.created_at <= %(last)s::timestamptz
ORDER BY e.created_at, e.id
