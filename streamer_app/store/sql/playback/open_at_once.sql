-- The usual case in one round trip: read a message that has just been paid and, when nothing at all speaks against it,
-- open its first run. expected_ms is reckoned from the raw text. No row in `opened`: the ordinary way decides.
WITH message AS MATERIALIZED (
  SELECT donation_message_id, status, order_time, played_at, fact_kind, fact_at, fact_rank, fact_reason,
         finished_since_fact, interruptions, transaction_id, donor_name, is_anonymous, message, amount, net_amount,
         currency, streamer_user_id
  FROM streamer_app.message_history
  WHERE donation_message_id = %(message)s
), opened AS (
  INSERT INTO streamer_app.playback_runs
    (run_id, streamer_user_id, donation_message_id, kind, lease_epoch, fence_counter, page_instance, expected_ms)
  SELECT %(run)s, %(streamer)s, m.donation_message_id, 'first', %(epoch)s, %(counter)s, %(page)s,
         least(%(most_ms)s, greatest(%(least_ms)s,
           %(base_ms)s + %(per_character_ms)s * least(char_length(coalesce(m.message, '')), 300)))
  FROM message m
  JOIN streamer_app.leases l ON l.streamer_user_id = %(streamer)s AND l.epoch = %(epoch)s
                            AND l.expires_at > clock_timestamp()
  CROSS JOIN (SELECT set_config('synchronous_commit', 'off', true)) AS unhurried
  WHERE m.streamer_user_id = %(streamer)s
    AND m.status IN ('PAID', 'SETTLED')
    AND m.played_at IS NULL
    AND m.fact_kind IS NULL
    AND m.order_time >= %(first_started_at)s
    AND NOT EXISTS (
      SELECT FROM streamer_app.playback_runs r WHERE r.donation_message_id = m.donation_message_id)
  RETURNING run_id
)
SELECT message.*, EXISTS (SELECT FROM opened) FROM message
