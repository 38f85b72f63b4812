-- Runs nobody ended: the studio that opened them is gone.
SELECT r.run_id, r.donation_message_id, r.kind, r.offset_ms, r.expected_ms, s.started_at, clock_timestamp()
FROM streamer_app.playback_runs r
LEFT JOIN streamer_app.playback_run_ends e ON e.run_id = r.run_id
LEFT JOIN streamer_app.playback_run_starts s ON s.run_id = r.run_id
WHERE r.streamer_user_id = %(streamer)s AND e.run_id IS NULL AND r.lease_epoch < %(epoch)s
ORDER BY r.opened_at
