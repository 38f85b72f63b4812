-- A run ends once; the first outcome stands. played_at is the first FINISHED ever, in the same statement.
WITH ended AS (
  INSERT INTO streamer_app.playback_run_ends (run_id, outcome, ms_shown, audible, actor, reason, ended_at)
  VALUES (%(run)s, %(outcome)s, %(ms_shown)s, %(audible)s, %(actor)s, %(reason)s,
          coalesce(%(ended_at)s, clock_timestamp()))
  ON CONFLICT (run_id) DO NOTHING
  RETURNING run_id, outcome, ended_at
), played AS (
  UPDATE public.donation_messages d
  SET played_at = ended.ended_at
  FROM ended
  JOIN streamer_app.playback_runs r ON r.run_id = ended.run_id
  WHERE ended.outcome = 'played' AND d.id = r.donation_message_id AND d.played_at IS NULL
  RETURNING d.id
)
SELECT ended.ended_at, (SELECT count(*) FROM played)::int FROM ended
