SELECT transaction_id, status, repeated FROM streamer_app.fail_payout(%(transaction)s, %(reason)s)
