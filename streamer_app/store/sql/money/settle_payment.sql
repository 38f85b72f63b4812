SELECT transaction_id, net_amount, repeated FROM streamer_app.settle_payment(%(transaction)s)
