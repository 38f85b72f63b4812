-- What is not given stays as it is at that moment; a streamer without terms pays nothing.
INSERT INTO streamer_app.fee_terms (streamer_user_id, valid_from, fee_fixed, fee_percentage)
SELECT asked.streamer, asked.valid_from, coalesce(%(fixed)s::bigint, known.fee_fixed, 0),
       coalesce(%(percentage)s::numeric, known.fee_percentage, 0)
FROM (SELECT %(streamer)s::uuid AS streamer,
             coalesce(%(valid_from)s::timestamptz, clock_timestamp()) AS valid_from) AS asked
LEFT JOIN LATERAL (
  SELECT terms.fee_fixed, terms.fee_percentage
  FROM streamer_app.fee_terms AS terms
  WHERE terms.streamer_user_id = asked.streamer AND terms.valid_from <= asked.valid_from
  ORDER BY terms.valid_from DESC
  LIMIT 1
) AS known ON true
WHERE %(valid_from)s::timestamptz IS NULL OR asked.valid_from > clock_timestamp()
ON CONFLICT (streamer_user_id, valid_from) DO NOTHING
RETURNING streamer_user_id, valid_from, fee_fixed, fee_percentage
