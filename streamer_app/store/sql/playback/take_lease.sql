-- Somebody said so: from whoever holds it. The former holder's next write finds another epoch and stops.
INSERT INTO streamer_app.leases AS l (streamer_user_id, epoch, holder, holder_label, expires_at)
VALUES (%(streamer)s, 1, %(holder)s, %(label)s, clock_timestamp() + make_interval(secs => %(seconds)s))
ON CONFLICT (streamer_user_id) DO UPDATE
SET epoch = l.epoch + 1,
    holder = excluded.holder,
    holder_label = excluded.holder_label,
    expires_at = excluded.expires_at
RETURNING epoch
