-- A run that was on stage although a crash of the server lost its row: opening does not wait for the disk.
INSERT INTO streamer_app.playback_runs
  (run_id, streamer_user_id, donation_message_id, kind, lease_epoch, fence_counter, page_instance,
   resumes_run_id, offset_ms, expected_ms, opened_at)
SELECT %(run)s, d.streamer_user_id, d.id, %(kind)s, %(epoch)s, %(counter)s, %(page)s,
       (SELECT run_id FROM streamer_app.playback_runs WHERE run_id = %(resumes)s), %(offset_ms)s, %(expected_ms)s,
       %(opened_at)s
FROM public.donation_messages d
WHERE d.id = %(message)s
ON CONFLICT DO NOTHING
