SELECT run_id, kind, page_instance, lease_epoch, fence_counter, offset_ms, expected_ms, opened_at, started_at, outcome,
       ended_at, ms_shown, audible, actor, reason
FROM streamer_app.playback_run_history
WHERE donation_message_id = %(message)s
ORDER BY opened_at, run_id
