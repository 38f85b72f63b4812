-- Everything that decides where a message stands, with the money and words people see. One row per donation message.
-- What 0018 adds: what is to be read aloud or played with the message, as its donor asked for it.
CREATE OR REPLACE VIEW streamer_app.message_history AS
SELECT d.id AS donation_message_id,
       d.streamer_user_id,
       d.created_at,
       t.id AS transaction_id,
       t.status::text AS status,
       -- Clamped: no program's odd date (infinity, the year 20000) may stop the queue of everybody else's messages.
       least(greatest(coalesce(t.paid_at, t.created_at), '1970-01-01 00:00+00'), '2200-01-01 00:00+00') AS order_time,
       CASE WHEN d.played_at IS NOT NULL
         THEN least(greatest(d.played_at, '1970-01-01 00:00+00'), '2200-01-01 00:00+00') END AS played_at,
       f.kind AS fact_kind,
       f.happened_at AS fact_at,
       (f.detail ->> 'rank')::bigint AS fact_rank,
       f.reason AS fact_reason,
       coalesce((f.kind = 'replayed' OR f.detail ->> 'replay' = 'true') AND EXISTS (
         SELECT FROM streamer_app.playback_runs r
         JOIN streamer_app.playback_run_ends e ON e.run_id = r.run_id
         WHERE r.donation_message_id = d.id
           AND r.opened_at > f.happened_at
           AND e.outcome IN ('played', 'skipped')
       ), false) AS finished_since_fact,
       (
         SELECT count(*)
         FROM streamer_app.playback_runs r
         LEFT JOIN streamer_app.playback_run_ends e ON e.run_id = r.run_id
         WHERE r.donation_message_id = d.id
           AND (e.outcome IS NULL OR (e.outcome = 'interrupted' AND coalesce(e.reason, '') NOT IN ('unsent', 'panic')))
           AND r.opened_at > coalesce((
             SELECT max(s.happened_at)
             FROM streamer_app.playback_facts s
             WHERE s.donation_message_id = d.id
               AND s.kind IN ('unskipped', 'replayed', 'retried', 'queued', 'approved')
           ), '-infinity')
       )::int AS interruptions,
       d.donor_name,
       d.is_anonymous,
       d.message,
       t.amount,
       t.net_amount,
       t.currency,
       coalesce(f.detail ->> 'replay' = 'true', false) AS fact_replay,
       d.media_type = 'YOUTUBE' AS has_media,
       t.payer_user_id,
       v.detail AS verdict,
       v.id IS NOT NULL AS is_judged,
       CASE WHEN d.media_type <> 'NONE' THEN jsonb_strip_nulls(jsonb_build_object(
         'kind', d.media_type, 'video_id', d.media_video_id, 'start_seconds', d.media_start_seconds,
         'end_seconds', d.media_end_seconds, 'duration_seconds', d.media_duration_seconds,
         'tts_language', d.tts_language, 'tts_voice', d.tts_voice)) END AS media
FROM public.donation_messages d
JOIN public.transactions t ON t.id = d.transaction_id
LEFT JOIN LATERAL (
  SELECT x.kind, x.happened_at, x.detail, x.reason
  FROM streamer_app.playback_facts x
  WHERE x.donation_message_id = d.id
    AND x.kind IN ('skipped', 'unskipped', 'replayed', 'held', 'approved', 'rejected', 'moved', 'queued',
                   'dismissed', 'withdrawn', 'unplayable', 'retried')
  ORDER BY x.id DESC
  LIMIT 1
) f ON true
LEFT JOIN LATERAL (
  SELECT x.id, x.detail
  FROM streamer_app.playback_facts x
  WHERE x.donation_message_id = d.id AND x.kind = 'recorded_rule'
  ORDER BY x.id DESC
  LIMIT 1
) v ON true
WHERE t.kind = 'PAYMENT'
