SELECT streamer_user_id, valid_from, fee_fixed, fee_percentage
FROM streamer_app.fee_terms
WHERE streamer_user_id = %(streamer)s
ORDER BY valid_from DESC
