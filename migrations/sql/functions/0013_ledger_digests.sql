-- One digest per block of adjacent bounds: block n (from 0) holds what is below p_uppers[n + 1] and not below the bound
-- before it; p_lower NULL means the block of the entries older than posted_in.
--
-- An entry's digest is the sha256 of all its columns: numbers, ids and times in PostgreSQL's big-endian binary form, the
-- rest as text in UTF-8, free text behind its length (the last one needs none), NULL as "-". No session setting (time zone, date style, client
-- encoding, ...) changes it. Backslashes in literals are avoided: standard_conforming_strings would change them.
-- A block's digest does not depend on any order of the rows: the digests are sorted, in 256 parts by first byte, so that
-- no aggregate comes near 1 GB in a block of many million entries.
--
-- store/sql/audit/digests.sql says the same once more on purpose: verify trusts no function of the database it checks.
CREATE FUNCTION streamer_app.ledger_digests(p_lower bigint, p_uppers bigint[])
RETURNS TABLE (place int, entries bigint, digest bytea)
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_custom_plan
SET enable_seqscan = off
SET work_mem = '32MB'
SET jit = off
SET max_parallel_workers_per_gather = 0
AS $function$
#variable_conflict use_column
BEGIN
  RETURN QUERY
  SELECT part.place, sum(part.entries)::bigint,
         sha256(string_agg(int4send(part.bucket) || int8send(part.entries) || part.digest, ''::bytea
                           ORDER BY part.bucket))
    FROM (
      SELECT entry.place, get_byte(entry.digest, 0) AS bucket, count(*) AS entries,
             sha256(string_agg(entry.digest, ''::bytea ORDER BY entry.digest)) AS digest
        FROM (
          SELECT coalesce(width_bucket(e.posted_in, p_uppers), 0) AS place,
                 sha256(
                   uuid_send(e.id) || uuid_send(e.wallet_id) || uuid_send(e.source_id) || int8send(e.amount)
                   || int8send(e.fee_fixed) || int8send(e.fee_amount) || int8send(e.net_amount)
                   || timestamptz_send(e.created_at)
                   || convert_to(
                     coalesce(e.posted_in::text, '-') || '/' || e.entry_type::text || '/' || e.source_type::text
                     || '/' || e.fee_percentage::text || '/' || length(e.currency::text) || ':' || e.currency::text
                     || '/' || coalesce(length(e.description) || ':' || e.description, '-')
                     || '/' || e.meta::text, 'UTF8')
                 ) AS digest
            FROM public.wallet_ledger_entries AS e
           WHERE (p_lower IS NULL AND (e.posted_in IS NULL OR e.posted_in < p_uppers[1]))
              OR (e.posted_in >= p_lower AND e.posted_in < p_uppers[cardinality(p_uppers)])
          OFFSET 0 -- one digest per entry: without it the planner computes each three times
        ) AS entry
       GROUP BY 1, 2
    ) AS part
   GROUP BY part.place;
END
$function$;
