-- One snapshot: an entry it sees was written by a transaction below its xmax, and a sealed bound was once an xmin.
SELECT chain.chain_id,
       pg_snapshot_xmax(pg_current_snapshot())::text::bigint + chain.counter_offset AS next,
       last.number, last.upper_bound, last.head,
       (SELECT count(*) FROM public.wallet_ledger_entries AS entry WHERE entry.posted_in >= last.upper_bound) AS unsealed,
       (SELECT count(*) FROM public.wallet_ledger_entries AS entry
         WHERE entry.posted_in >= pg_snapshot_xmax(pg_current_snapshot())::text::bigint + chain.counter_offset) AS ahead,
       clock_timestamp() AS asked_at
FROM streamer_app.ledger_chain AS chain
LEFT JOIN LATERAL (SELECT number, upper_bound, head FROM streamer_app.ledger_blocks ORDER BY number DESC LIMIT 1) AS last
  ON true
