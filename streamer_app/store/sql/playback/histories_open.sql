-- Every message that waits, is held, was missed or could not be played: what a rebuild loads. History stays out.
SELECT donation_message_id, status, order_time, played_at, fact_kind, fact_at, fact_rank, fact_reason,
       finished_since_fact, interruptions, transaction_id, donor_name, is_anonymous, message, amount, net_amount, currency,
       fact_replay, has_media, payer_user_id, verdict, is_judged, media
FROM streamer_app.message_history
WHERE streamer_user_id = %(streamer)s
  AND played_at IS NULL
  AND status IN ('PAID', 'SETTLED')
  AND coalesce(fact_kind, '') NOT IN ('skipped', 'rejected', 'withdrawn', 'dismissed')
  AND (fact_kind IS NOT NULL OR order_time >= %(first_started_at)s)
UNION ALL
SELECT donation_message_id, status, order_time, played_at, fact_kind, fact_at, fact_rank, fact_reason,
       finished_since_fact, interruptions, transaction_id, donor_name, is_anonymous, message, amount, net_amount, currency,
       fact_replay, has_media, payer_user_id, verdict, is_judged, media
FROM streamer_app.message_history
WHERE streamer_user_id = %(streamer)s
  AND played_at IS NOT NULL
  AND status IN ('PAID', 'SETTLED')
  AND (fact_kind = 'replayed' OR fact_replay)
  AND fact_kind NOT IN ('skipped', 'rejected', 'withdrawn', 'dismissed')
  AND NOT finished_since_fact
  AND donation_message_id IN (
    SELECT donation_message_id FROM streamer_app.playback_facts
    WHERE streamer_user_id = %(streamer)s AND kind = 'replayed')
ORDER BY 3, 1
