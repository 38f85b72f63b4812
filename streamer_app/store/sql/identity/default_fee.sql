INSERT INTO streamer_app.fee_terms (streamer_user_id, valid_from, fee_fixed, fee_percentage)
SELECT %(streamer)s, to_timestamp(0), 0, 0.0500
WHERE NOT EXISTS (SELECT FROM streamer_app.fee_terms WHERE streamer_user_id = %(streamer)s)
