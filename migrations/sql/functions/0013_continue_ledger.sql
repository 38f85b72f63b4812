-- For the owner, after the database came to a cluster whose transaction counter stands lower than the one that wrote
-- the entries (a restored dump): new entries would carry names of transactions that are sealed already. Moves the
-- column's default above everything that is there, and sealing with it. Returns the offset, NULL when all is well.
CREATE FUNCTION streamer_app.continue_ledger() RETURNS bigint
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
  v_offset bigint := (SELECT counter_offset FROM streamer_app.ledger_chain);
  v_next bigint := pg_snapshot_xmax(pg_current_snapshot())::text::bigint + v_offset;
  v_above bigint := greatest(
    (SELECT block.upper_bound FROM streamer_app.ledger_blocks AS block ORDER BY block.number DESC LIMIT 1),
    (SELECT max(entry.posted_in) + 1 FROM public.wallet_ledger_entries AS entry WHERE entry.posted_in >= v_next));
BEGIN
  IF v_above IS NULL OR v_above <= v_next THEN
    RETURN NULL;
  END IF;
  IF v_above > 2::numeric ^ 61 THEN
    RAISE EXCEPTION 'An entry claims to be of database transaction %, which cannot be', v_above - 1;
  END IF;
  -- Writers are kept out, and the oldest transaction still open is what the new default has to lift above the bound.
  LOCK TABLE public.wallet_ledger_entries IN ACCESS EXCLUSIVE MODE;
  v_offset := v_above - pg_snapshot_xmin(pg_current_snapshot())::text::bigint;
  UPDATE streamer_app.ledger_chain SET counter_offset = v_offset;
  EXECUTE format('ALTER TABLE public.wallet_ledger_entries ALTER COLUMN posted_in'
                 ' SET DEFAULT (pg_current_xact_id()::text::bigint + %s)', v_offset);
  RETURN v_offset;
END
$function$;
