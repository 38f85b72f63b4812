SELECT number, head FROM streamer_app.ledger_blocks WHERE number = ANY (%(numbers)s::bigint[])
