SELECT chain_id, number, entries, head FROM streamer_app.seal_ledger(%(limit)s)
