-- The transactions named by entries from a bound on, those of reversed entries included.
SELECT entry.source_id
  FROM public.wallet_ledger_entries AS entry
 WHERE entry.posted_in >= %(since)s::bigint AND entry.source_type = 'TRANSACTION'
UNION
SELECT reversed.source_id
  FROM public.wallet_ledger_entries AS entry
  JOIN public.wallet_ledger_entries AS reversed ON reversed.id = entry.source_id
 WHERE entry.posted_in >= %(since)s::bigint AND entry.source_type = 'LEDGER' AND reversed.source_type = 'TRANSACTION'
