SELECT donation_message_id, status, order_time, played_at, fact_kind, fact_at, fact_rank, fact_reason,
       finished_since_fact, interruptions, transaction_id, donor_name, is_anonymous, message, amount, net_amount, currency
FROM streamer_app.message_history
WHERE streamer_user_id = %(streamer)s AND donation_message_id = ANY (%(ids)s)
