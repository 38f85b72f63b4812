SELECT number, lower_bound, upper_bound, entries, digest, previous_head, head
FROM streamer_app.ledger_blocks
WHERE number > %(after)s
ORDER BY number
LIMIT %(limit)s
