-- The latest donations, whatever became of them.
SELECT donation_message_id, status, order_time, played_at, fact_kind, fact_at, fact_rank, fact_reason,
       finished_since_fact, interruptions, transaction_id, donor_name, is_anonymous, message, amount, net_amount, currency,
       fact_replay, has_media, payer_user_id, verdict, is_judged, media
FROM streamer_app.message_history
WHERE streamer_user_id = %(streamer)s
ORDER BY created_at DESC, donation_message_id DESC
LIMIT %(limit)s
