-- Foreign programs may write any date. What Python cannot hold is clamped for the eyes; `odd` keeps it exactly.
SELECT e.id, e.wallet_id, w.type::text, e.entry_type::text, e.amount, e.currency, e.source_type::text, e.source_id,
       e.description, least(greatest(e.created_at, '1970-01-01 00:00+00'), '2200-01-01 00:00+00'),
       CASE WHEN e.created_at NOT BETWEEN '1970-01-01 00:00+00' AND '2200-01-01 00:00+00'
         THEN to_json(e.created_at) #>> '{}' END AS odd
FROM public.wallets w
JOIN public.wallet_ledger_entries e ON e.wallet_id = w.id
WHERE w.id = %(wallet)s
ORDER BY e.created_at DESC, e.id DESC
LIMIT %(limit)s
