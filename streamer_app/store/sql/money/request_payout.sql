SELECT transaction_id, status, repeated
FROM streamer_app.request_payout(p_key => %(key)s, p_payee => %(payee)s, p_amount => %(amount)s, p_currency => %(currency)s)
