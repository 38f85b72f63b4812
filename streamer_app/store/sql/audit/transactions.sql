-- SPEC's rules per transaction: those of a window of ids, or those named. One snapshot, so a posting is seen whole.
WITH posted AS (
  SELECT t.id, t.kind, t.status::text AS status, t.amount, t.net_amount, t.fee_amount, t.currency,
         t.fee_fixed, t.fee_percentage, coalesce(t.meta ->> 'fee_capped', '') = 'true' AS capped,
         count(e.id) AS entries,
         coalesce(sum(e.amount), 0) + coalesce(sum(reversal.amount), 0) AS total,
         coalesce(sum(e.amount) FILTER (WHERE e.entry_type = 'DEPOSIT'), 0) AS deposited,
         coalesce(sum(e.amount) FILTER (WHERE e.entry_type = 'FEE'), 0) AS charged,
         count(*) FILTER (WHERE e.entry_type = 'TRANSFER') AS transfers,
         coalesce(sum(e.amount) FILTER (WHERE e.entry_type = 'TRANSFER' AND e.amount > 0), 0) AS moved_in,
         coalesce(sum(e.amount) FILTER (WHERE e.entry_type = 'TRANSFER' AND e.amount < 0), 0) AS moved_out,
         coalesce(sum(e.amount) FILTER (WHERE e.entry_type = 'WITHDRAW'), 0) AS withdrawn,
         count(*) FILTER (WHERE e.entry_type IN ('REFUND', 'ADJUSTMENT')
                             OR (e.entry_type = 'WITHDRAW') <> (t.kind = 'PAYOUT')) AS foreign_types,
         count(*) FILTER (WHERE reversal.times = 1) AS reversed,
         count(*) FILTER (WHERE reversal.times > 1) AS reversed_again,
         (array_agg(e.id) FILTER (WHERE e.currency <> t.currency OR w.currency <> e.currency))[1] AS other_currency,
         (array_agg(e.id) FILTER (WHERE (e.fee_fixed, e.fee_percentage, e.fee_amount, e.net_amount)
                    IS DISTINCT FROM (t.fee_fixed, t.fee_percentage, t.fee_amount, t.net_amount)))[1] AS other_fee,
         (array_agg(e.id) FILTER (WHERE w.type::text IS DISTINCT FROM CASE
                      WHEN e.entry_type = 'FEE' THEN 'PLATFORM'
                      WHEN e.entry_type = 'WITHDRAW' OR (e.entry_type = 'TRANSFER' AND e.amount > 0) THEN 'CASH'
                      ELSE 'PENDING' END
                    OR (e.entry_type <> 'FEE' AND w.user_id <> t.payee_user_id)))[1] AS other_wallet
    FROM public.transactions AS t
    LEFT JOIN public.wallet_ledger_entries AS e
      ON e.source_type = 'TRANSACTION' AND e.source_id = t.id
     AND e.source_id >= %(from_id)s::uuid AND (%(to_id)s::uuid IS NULL OR e.source_id < %(to_id)s::uuid)
    LEFT JOIN public.wallets AS w ON w.id = e.wallet_id
    LEFT JOIN LATERAL (
      SELECT count(*) AS times, sum(r.amount) AS amount FROM public.wallet_ledger_entries AS r
       WHERE r.source_type = 'LEDGER' AND r.source_id = e.id AND r.entry_type = 'REFUND'
    ) AS reversal ON e.id IS NOT NULL
   WHERE t.id >= %(from_id)s::uuid AND (%(to_id)s::uuid IS NULL OR t.id < %(to_id)s::uuid)
     AND (%(ids)s::uuid[] IS NULL OR t.id = ANY (%(ids)s::uuid[]))
   GROUP BY t.id
), judged AS (
  SELECT posted.*,
         CASE WHEN kind = 'PAYOUT' THEN CASE WHEN status IN ('FAILED', 'REFUNDED') THEN 0 ELSE -amount END
              WHEN status IN ('PAID', 'SETTLED') THEN amount ELSE 0 END AS due,
         CASE WHEN kind = 'PAYOUT' THEN withdrawn = -amount AND entries = 1
              WHEN status IN ('PENDING', 'FAILED') THEN entries = 0
              WHEN entries = 0 THEN status = 'REFUNDED'
              ELSE deposited = net_amount AND charged = fee_amount AND foreign_types = 0
                   AND CASE WHEN net_amount = 0 OR status = 'PAID' THEN transfers = 0
                            WHEN transfers = 0 THEN status = 'REFUNDED'
                            ELSE transfers = 2 AND moved_in = net_amount AND moved_out = -net_amount END
         END AS fits,
         CASE WHEN status = 'REFUNDED' OR (kind = 'PAYOUT' AND status = 'FAILED') THEN entries ELSE 0 END AS to_reverse
    FROM posted
), wrong AS (
  SELECT judged.*,
         total <> due AND (entries > 0 OR fits) AS bad_sum,
         reversed <> to_reverse OR reversed_again > 0 AS bad_reversal,
         net_amount <> floor(amount - fee_fixed - amount * fee_percentage)
           AND NOT (capped AND net_amount = 0 AND fee_amount = amount) AS bad_formula
    FROM judged
)
SELECT kind, severity, transaction_id, entry_id, wallet_id, expected, found, problems, findings
  FROM (
    SELECT said.kind, said.severity, wrong.id AS transaction_id, said.entry_id, NULL::uuid AS wallet_id, said.expected,
           said.found, count(*) FILTER (WHERE said.severity = 'PROBLEM') OVER () AS problems, count(*) OVER () AS findings,
           row_number() OVER (PARTITION BY said.severity ORDER BY wrong.id) AS nth
      FROM wrong
     CROSS JOIN LATERAL (VALUES
       ('SUM', 'PROBLEM', bad_sum, NULL::uuid, due::text, total::text),
       ('STATUS', 'PROBLEM', NOT fits, NULL::uuid,
        CASE WHEN kind = 'PAYOUT' THEN format('payout %%s: one WITHDRAW of %%s', status, -amount)
             WHEN status IN ('PENDING', 'FAILED') THEN status || ': no entries'
             ELSE format('%%s: DEPOSIT %%s, FEE %%s%%s', status, net_amount, fee_amount, CASE status WHEN 'SETTLED' THEN
                  format(', TRANSFER -%%s and %%s', net_amount, net_amount) WHEN 'PAID' THEN ', no TRANSFER' ELSE '' END) END,
        format('%%s entries: DEPOSIT %%s, FEE %%s, %%s TRANSFER (%%s and %%s), WITHDRAW %%s', entries, deposited, charged,
               transfers, moved_out, moved_in, withdrawn)),
       ('REVERSAL', 'PROBLEM', bad_reversal, NULL::uuid, format('%%s: %%s entries reversed once', status, to_reverse),
        format('%%s reversed once, %%s more often', reversed, reversed_again)),
       ('CURRENCY', 'PROBLEM', other_currency IS NOT NULL, other_currency, currency::text, 'another currency'),
       ('WALLET', 'PROBLEM', other_wallet IS NOT NULL, other_wallet, 'a wallet of its type and user',
        'another'),
       ('FEE_FORMULA', 'WARNING', bad_formula, NULL::uuid,
        'net ' || floor(amount - fee_fixed - amount * fee_percentage), 'net ' || net_amount),
       ('FEE_SNAPSHOT', 'WARNING', other_fee IS NOT NULL, other_fee, 'the fees of its transaction', 'other fees')
     ) AS said (kind, severity, is_wrong, entry_id, expected, found)
     WHERE (bad_sum OR NOT fits OR bad_reversal OR other_currency IS NOT NULL OR other_wallet IS NOT NULL OR bad_formula
            OR other_fee IS NOT NULL)
       AND said.is_wrong
  ) AS listed
 WHERE nth <= %(limit)s
 ORDER BY severity, transaction_id
