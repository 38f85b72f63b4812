-- What an earlier studio had on stage: runs nobody ended, and a message's last run if it was interrupted moments ago.
SELECT r.run_id,
       r.donation_message_id,
       e.run_id IS NOT NULL,
       coalesce(e.ms_shown, r.offset_ms),
       coalesce(extract(epoch FROM clock_timestamp() - e.ended_at) * 1000, 0)::int
FROM streamer_app.playback_runs r
LEFT JOIN streamer_app.playback_run_ends e ON e.run_id = r.run_id
WHERE r.streamer_user_id = %(streamer)s
  AND r.lease_epoch < %(epoch)s
  AND (
    e.run_id IS NULL
    OR (e.outcome = 'interrupted'
        AND e.ended_at > clock_timestamp() - interval '30 seconds'
        AND NOT EXISTS (
          SELECT FROM streamer_app.playback_runs later
          WHERE later.donation_message_id = r.donation_message_id AND later.opened_at > r.opened_at))
  )
ORDER BY r.opened_at
