-- The usual case in one round trip: a message that has just been paid, and nothing at all speaks against it: read it and
-- open its first run. expected_ms is reckoned from the raw text. No row: nothing was written, the ordinary way decides.
WITH message AS (
  SELECT d.id, t.status::text AS status, coalesce(t.paid_at, t.created_at) AS order_time, t.id AS transaction_id,
         d.donor_name, d.is_anonymous, d.message, t.amount, t.net_amount, t.currency,
         d.media_type = 'YOUTUBE' AS has_media, t.payer_user_id, d.tts_language, d.tts_voice, d.media_type::text AS media_type
  FROM public.donation_messages d
  JOIN public.transactions t ON t.id = d.transaction_id
  JOIN streamer_app.leases l ON l.streamer_user_id = %(streamer)s AND l.epoch = %(epoch)s
                            AND l.expires_at > clock_timestamp()
  WHERE d.id = %(message)s
    AND d.streamer_user_id = %(streamer)s
    AND d.played_at IS NULL
    AND t.status IN ('PAID', 'SETTLED')
    AND t.kind = 'PAYMENT'
    AND d.media_type <> 'YOUTUBE'
    AND coalesce(t.paid_at, t.created_at) BETWEEN %(first_started_at)s AND '2200-01-01 00:00+00'
    AND NOT EXISTS (SELECT FROM streamer_app.playback_facts f WHERE f.donation_message_id = %(message)s)
    AND NOT EXISTS (SELECT FROM streamer_app.playback_runs r WHERE r.donation_message_id = %(message)s)
), opened AS (
  INSERT INTO streamer_app.playback_runs
    (run_id, streamer_user_id, donation_message_id, kind, lease_epoch, fence_counter, page_instance, expected_ms)
  SELECT %(run)s, %(streamer)s, m.id, 'first', %(epoch)s, %(counter)s, %(page)s,
         least(%(most_ms)s, greatest(%(least_ms)s,
           %(base_ms)s + %(per_character_ms)s * least(char_length(coalesce(m.message, '')), 300)))
  FROM message m
  CROSS JOIN (SELECT set_config('synchronous_commit', 'off', true)) AS unhurried
)
SELECT id, status, order_time, transaction_id, donor_name, is_anonymous, message, amount, net_amount, currency,
       has_media, payer_user_id,
       CASE WHEN media_type <> 'NONE' THEN jsonb_strip_nulls(jsonb_build_object(
         'kind', media_type, 'tts_language', tts_language, 'tts_voice', tts_voice)) END
FROM message
