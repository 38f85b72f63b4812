SELECT transaction_id, status, repeated FROM streamer_app.complete_payout(%(transaction)s, %(reference)s)
