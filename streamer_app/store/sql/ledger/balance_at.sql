SELECT coalesce(sum(e.amount), 0)
FROM public.wallet_ledger_entries e
WHERE e.wallet_id = %(wallet)s AND e.created_at <= %(moment)s::timestamptz
