INSERT INTO streamer_app.playback_run_starts (run_id, page_instance)
VALUES (%(run)s, %(page)s)
ON CONFLICT (run_id) DO NOTHING
RETURNING started_at
