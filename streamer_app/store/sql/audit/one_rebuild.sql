-- Before the snapshot: two rebuilds at once would both find the same drift and apply it twice. The session's, because
-- each wallet is put right in a database transaction of its own.
SELECT pg_advisory_lock(x'52454255'::bigint)
