SELECT e.entry_type::text, count(*), sum(e.amount)
FROM public.wallet_ledger_entries e
WHERE e.wallet_id = %(wallet)s
  AND e.created_at >= %(first)s::timestamptz AND e.created_at <= %(last)s::timestamptz
GROUP BY e.entry_type
ORDER BY e.entry_type
