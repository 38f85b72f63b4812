SELECT kind, actor, (extract(epoch FROM clock_timestamp() - happened_at) * 1000)::bigint
FROM streamer_app.playback_facts
WHERE donation_message_id = %(message)s
  AND kind IN ('skipped', 'unskipped', 'replayed', 'held', 'approved', 'rejected', 'moved', 'queued', 'dismissed',
               'withdrawn', 'unplayable', 'retried')
ORDER BY id DESC
LIMIT 1
