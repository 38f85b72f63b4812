SELECT transaction_id, donation_message_id, currency, repeated, problem, said
FROM streamer_app.record_payments(%(payments)s::jsonb)
ORDER BY place
