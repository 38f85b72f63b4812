-- Wallets that name no currency and hold entries of several.
SELECT 'CURRENCY' AS kind, 'PROBLEM' AS severity, NULL::uuid AS transaction_id, NULL::uuid AS entry_id,
       entry.wallet_id, min(entry.currency)::text AS expected, max(entry.currency)::text AS found,
       count(*) OVER () AS problems, count(*) OVER () AS findings
  FROM public.wallet_ledger_entries AS entry
  JOIN public.wallets AS wallet ON wallet.id = entry.wallet_id AND wallet.currency IS NULL
 GROUP BY entry.wallet_id
HAVING min(entry.currency) <> max(entry.currency)
 ORDER BY entry.wallet_id
 LIMIT %(limit)s
