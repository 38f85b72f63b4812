SELECT wallet_id, balance FROM streamer_app.apply_drift(ARRAY[%(wallet)s::uuid], ARRAY[%(drift)s::bigint])
