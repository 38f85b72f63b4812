SELECT entry_id, wallet_id, repeated FROM streamer_app.adjust(%(key)s, %(entry)s, %(amount)s, %(reason)s)
