SELECT pg_advisory_unlock(x'52454255'::bigint)
