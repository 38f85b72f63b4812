-- The claim's last look at the facts, and the run's first fact, in one statement: playable, nothing decided against it,
-- not played elsewhere (a replay may), and this dispatcher still holds the lease. Its commit does not wait for the
-- disk: the page's STARTED, a moment later, does, and takes this along.
INSERT INTO streamer_app.playback_runs
  (run_id, streamer_user_id, donation_message_id, kind, lease_epoch, fence_counter, page_instance,
   resumes_run_id, offset_ms, expected_ms)
SELECT %(run)s, %(streamer)s, d.id, %(kind)s, %(epoch)s, %(counter)s, %(page)s, %(resumes)s, %(offset_ms)s,
       %(expected_ms)s
FROM public.donation_messages d
JOIN public.transactions t ON t.id = d.transaction_id
JOIN streamer_app.leases l ON l.streamer_user_id = %(streamer)s AND l.epoch = %(epoch)s
                          AND l.expires_at > clock_timestamp()
CROSS JOIN (SELECT set_config('synchronous_commit', 'off', true)) AS unhurried
WHERE d.id = %(message)s
  AND d.streamer_user_id = %(streamer)s
  AND t.status IN ('PAID', 'SETTLED')
  AND (d.played_at IS NULL OR %(kind)s = 'replay')
  AND coalesce((
    SELECT x.kind FROM streamer_app.playback_facts x
    WHERE x.donation_message_id = d.id
      AND x.kind IN ('skipped', 'unskipped', 'replayed', 'held', 'approved', 'rejected', 'moved', 'queued',
                     'dismissed', 'withdrawn', 'unplayable', 'retried')
    ORDER BY x.id DESC LIMIT 1
  ), '') NOT IN ('skipped', 'rejected', 'withdrawn', 'dismissed', 'held', 'unplayable')
RETURNING opened_at
