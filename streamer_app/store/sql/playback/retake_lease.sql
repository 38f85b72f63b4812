-- One dispatcher per streamer. Its own holder retakes it at once; a stranger waits for its end. Database time only.
INSERT INTO streamer_app.leases AS l (streamer_user_id, epoch, holder, holder_label, expires_at)
VALUES (%(streamer)s, 1, %(holder)s, %(label)s, clock_timestamp() + make_interval(secs => %(seconds)s))
ON CONFLICT (streamer_user_id) DO UPDATE
SET epoch = l.epoch + 1,
    holder = excluded.holder,
    holder_label = excluded.holder_label,
    expires_at = excluded.expires_at
WHERE l.holder = excluded.holder OR l.expires_at <= clock_timestamp()
RETURNING epoch
