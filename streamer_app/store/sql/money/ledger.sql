-- The newest of each wallet by index, then the newest of those: a long ledger costs no more than a short one.
SELECT e.id, e.wallet_id, w.type::text, e.entry_type::text, e.amount, e.currency, e.source_type::text, e.source_id,
       e.description, least(greatest(e.created_at, '1970-01-01 00:00+00'), '2200-01-01 00:00+00')
FROM public.wallets w
CROSS JOIN LATERAL (
  SELECT x.*
  FROM public.wallet_ledger_entries x
  WHERE x.wallet_id = w.id
  ORDER BY x.created_at DESC, x.id DESC
  LIMIT %(limit)s
) e
WHERE w.user_id = ANY (%(users)s)
ORDER BY e.created_at DESC, e.id DESC
LIMIT %(limit)s
