-- The transaction behind each entry of a page: its own source, or the source of the entry that it reverses or corrects.
SELECT e.id, t.id, t.kind::text, t.status::text, t.amount, t.fee_amount, t.net_amount, t.fee_percentage::text,
       t.currency::text, t.external_reference, d.id, d.donor_name, coalesce(d.is_anonymous, false), r.entry_type::text
FROM public.wallet_ledger_entries e
LEFT JOIN public.wallet_ledger_entries r ON e.source_type = 'LEDGER' AND r.id = e.source_id
JOIN public.transactions t
  ON t.id = CASE WHEN e.source_type = 'TRANSACTION' THEN e.source_id
                 WHEN r.source_type = 'TRANSACTION' THEN r.source_id END
LEFT JOIN public.donation_messages d ON d.transaction_id = t.id
WHERE e.id = ANY (%(entries)s::uuid[])
