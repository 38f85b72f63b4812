-- A sealed bound was once the oldest open transaction, so it is never above the counter of the cluster that sealed it.
SELECT 'restored'
  FROM streamer_app.ledger_chain AS chain
 WHERE (SELECT block.upper_bound FROM streamer_app.ledger_blocks AS block ORDER BY block.number DESC LIMIT 1)
       > pg_snapshot_xmax(pg_current_snapshot())::text::bigint + chain.counter_offset
