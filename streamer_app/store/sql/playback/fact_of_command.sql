SELECT id, donation_message_id, kind FROM streamer_app.playback_facts WHERE command_id = %(command)s
