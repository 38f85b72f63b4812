SELECT holder, holder_label FROM streamer_app.leases
WHERE streamer_user_id = %(streamer)s AND expires_at > clock_timestamp()
