-- By id alone, so that the planner has one way to go; whose message it is, the caller checks.
SELECT donation_message_id, status, order_time, played_at, fact_kind, fact_at, fact_rank, fact_reason,
       finished_since_fact, interruptions, transaction_id, donor_name, is_anonymous, message, amount, net_amount, currency,
       fact_replay, has_media, payer_user_id, verdict, is_judged, media,
       streamer_user_id
FROM streamer_app.message_history
WHERE donation_message_id = ANY (%(ids)s)
