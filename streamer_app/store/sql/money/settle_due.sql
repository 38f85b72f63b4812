SELECT settled, net_amount, left_out FROM streamer_app.settle_due(%(paid_before)s, %(limit)s::integer)
