-- As text, ready for a file. `odd` keeps dates exactly that Python cannot hold.
SELECT e.id::text, least(greatest(e.created_at, '1970-01-01 00:00+00'), '2200-01-01 00:00+00'),
       CASE WHEN e.created_at NOT BETWEEN '1970-01-01 00:00+00' AND '2200-01-01 00:00+00'
         THEN to_json(e.created_at) #>> '{}' END AS odd,
       e.wallet_id::text, w.type::text, e.entry_type::text, e.amount::text, e.currency::text, e.source_type::text,
       e.source_id::text, e.description
FROM public.wallets w
JOIN public.wallet_ledger_entries e ON e.wallet_id = w.id
WHERE w.id = %(wallet)s
  AND e.created_at >= %(first)s::timestamptz AND e.created_at <= %(last)s::timestamptz
ORDER BY e.created_at, e.id
