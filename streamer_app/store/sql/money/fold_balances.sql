SELECT streamer_app.fold_balances()
