-- Entries whose source is not there, and what an entry about another entry owes to it. One snapshot.
SELECT said.kind, 'PROBLEM' AS severity, NULL::uuid AS transaction_id, said.entry_id, said.wallet_id, said.expected,
       said.found, count(*) OVER () AS problems, count(*) OVER () AS findings
  FROM (
    SELECT 'SOURCE' AS kind, entry.id AS entry_id, entry.wallet_id, 'transaction ' || entry.source_id AS expected,
           'no such transaction' AS found
      FROM public.wallet_ledger_entries AS entry
     WHERE entry.source_type = 'TRANSACTION' AND (%(since)s::bigint IS NULL OR entry.posted_in >= %(since)s::bigint)
       AND NOT EXISTS (SELECT FROM public.transactions AS t WHERE t.id = entry.source_id)
    UNION ALL
    SELECT wrong.kind, entry.id, entry.wallet_id, wrong.expected, wrong.found
      FROM public.wallet_ledger_entries AS entry
      JOIN public.wallets AS wallet ON wallet.id = entry.wallet_id
      LEFT JOIN public.wallet_ledger_entries AS source ON source.id = entry.source_id
     CROSS JOIN LATERAL (VALUES
       ('SOURCE', source.id IS NULL, 'entry ' || entry.source_id, 'no such entry'),
       ('CURRENCY', source.currency <> entry.currency OR wallet.currency <> entry.currency, source.currency::text,
        entry.currency::text),
       ('REVERSAL', entry.entry_type = 'REFUND'
                    AND (source.amount <> -entry.amount OR source.wallet_id <> entry.wallet_id),
        format('%%s in wallet %%s', -source.amount, source.wallet_id), format('%%s', entry.amount)),
       ('STATUS', entry.entry_type NOT IN ('REFUND', 'ADJUSTMENT'), 'REFUND or ADJUSTMENT', entry.entry_type::text)
     ) AS wrong (kind, is_wrong, expected, found)
     WHERE entry.source_type = 'LEDGER' AND (%(since)s::bigint IS NULL OR entry.posted_in >= %(since)s::bigint)
       AND wrong.is_wrong
  ) AS said
 ORDER BY said.entry_id
 LIMIT %(limit)s
