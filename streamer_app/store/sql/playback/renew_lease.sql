UPDATE streamer_app.leases
SET expires_at = clock_timestamp() + make_interval(secs => %(seconds)s)
WHERE streamer_user_id = %(streamer)s AND epoch = %(epoch)s AND holder = %(holder)s
RETURNING epoch
