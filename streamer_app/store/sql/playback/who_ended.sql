SELECT outcome, actor FROM streamer_app.playback_run_ends WHERE run_id = %(run)s
