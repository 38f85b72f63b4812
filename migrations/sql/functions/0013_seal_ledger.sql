-- Seals up to p_limit more blocks behind the postings and returns their heads; nothing when another sealer is at work or
-- nothing is final yet. An entry is final when its database transaction is older than every one still open: nobody can
-- commit another one below that bound, however late. Call it until it returns nothing (read committed).
CREATE FUNCTION streamer_app.seal_ledger(p_limit int DEFAULT 100)
RETURNS TABLE (chain_id uuid, number bigint, entries bigint, head bytea)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_custom_plan
SET enable_seqscan = off
SET work_mem = '32MB'
SET jit = off
AS $function$
#variable_conflict use_column
DECLARE
  c_entries CONSTANT bigint := 10000; -- of one block; one database transaction stays in one piece, however large
  c_blocks CONSTANT int := 20; -- whose digests are asked for in one statement
  v_chain streamer_app.ledger_chain%ROWTYPE;
  v_last streamer_app.ledger_blocks%ROWTYPE;
  v_final bigint;
  v_posting record;
  v_count bigint := 0;
  v_lower bigint;
  v_uppers bigint[] := '{}';
  v_some bigint[];
  v_from int := 1;
  v_block record;
BEGIN
  IF NOT pg_try_advisory_xact_lock(x'5345414c'::bigint) THEN
    RETURN;
  END IF;
  SELECT * INTO STRICT v_chain FROM streamer_app.ledger_chain;
  SELECT * INTO v_last FROM streamer_app.ledger_blocks AS block ORDER BY block.number DESC LIMIT 1;
  IF v_last.number IS NULL THEN
    v_last.number := -1;
    v_last.head := sha256(uuid_send(v_chain.chain_id));
    v_uppers := ARRAY[0];
  ELSE
    v_lower := v_last.upper_bound;
    v_final := pg_snapshot_xmin(pg_current_snapshot())::text::bigint + v_chain.counter_offset;
    PERFORM streamer_app.summarize_ledger();
    FOR v_posting IN
      SELECT entry.posted_in, count(*) AS entries FROM public.wallet_ledger_entries AS entry
       WHERE entry.posted_in >= v_lower AND entry.posted_in < v_final
       GROUP BY entry.posted_in
       ORDER BY entry.posted_in
    LOOP
      IF v_count > 0 AND v_count + v_posting.entries > c_entries THEN
        v_uppers := v_uppers || v_posting.posted_in;
        v_count := 0;
        EXIT WHEN cardinality(v_uppers) = p_limit;
      END IF;
      v_count := v_count + v_posting.entries;
      v_final := v_posting.posted_in + 1;
    END LOOP;
    IF v_count > 0 THEN
      v_uppers := v_uppers || v_final;
    END IF;
  END IF;

  WHILE v_from <= cardinality(v_uppers) LOOP
    v_some := v_uppers[v_from : v_from + c_blocks - 1];
    v_from := v_from + c_blocks;
    FOR v_block IN
      SELECT place.place, place.upper_bound, coalesce(sealed.entries, 0) AS entries,
             coalesce(sealed.digest, sha256(''::bytea)) AS digest
        FROM (SELECT (nth - 1)::int AS place, upper_bound FROM unnest(v_some) WITH ORDINALITY AS u (upper_bound, nth)) AS place
        LEFT JOIN streamer_app.ledger_digests(v_lower, v_some) AS sealed ON sealed.place = place.place
       ORDER BY place.place
    LOOP
      v_last.previous_head := v_last.head;
      v_last.number := v_last.number + 1;
      v_last.head := sha256(v_last.previous_head || int8send(v_last.number)
                            || convert_to(coalesce(v_lower::text, '-') || '/', 'UTF8')
                            || int8send(v_block.upper_bound) || int8send(v_block.entries) || v_block.digest
                            || uuid_send(v_chain.chain_id));
      INSERT INTO streamer_app.ledger_blocks
        (number, lower_bound, upper_bound, entries, digest, previous_head, head)
      VALUES
        (v_last.number, v_lower, v_block.upper_bound, v_block.entries, v_block.digest, v_last.previous_head, v_last.head);
      v_lower := v_block.upper_bound;
      chain_id := v_chain.chain_id;
      number := v_last.number;
      entries := v_block.entries;
      head := v_last.head;
      RETURN NEXT;
    END LOOP;
  END LOOP;
END
$function$;
