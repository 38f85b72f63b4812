-- What streamer_app.ledger_digests says, said again: verify trusts no function of the database it checks.
SELECT part.place, sum(part.entries)::bigint,
       sha256(string_agg(int4send(part.bucket) || int8send(part.entries) || part.digest, ''::bytea ORDER BY part.bucket))
  FROM (
    SELECT entry.place, get_byte(entry.digest, 0) AS bucket, count(*) AS entries,
           sha256(string_agg(entry.digest, ''::bytea ORDER BY entry.digest)) AS digest
      FROM (
        SELECT coalesce(width_bucket(e.posted_in, %(uppers)s::bigint[]), 0) AS place,
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
         WHERE (%(lower)s::bigint IS NULL AND (e.posted_in IS NULL OR e.posted_in < %(upper)s::bigint))
            OR (e.posted_in >= %(lower)s::bigint AND e.posted_in < %(upper)s::bigint)
        OFFSET 0
      ) AS entry
     GROUP BY 1, 2
  ) AS part
 GROUP BY part.place
