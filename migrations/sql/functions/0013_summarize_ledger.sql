-- Brings the BRIN index up to the table's last complete range. The range that still grows stays out: once summarized,
-- every posting would have to widen it. A vacuum that is at work holds the same lock: it is not waited for, because a
-- lock that is waited for makes autovacuum give up.
CREATE FUNCTION streamer_app.summarize_ledger() RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET lock_timeout = '20ms'
AS $function$
DECLARE
  c_pages CONSTANT bigint := 64;
  v_complete bigint := pg_relation_size('public.wallet_ledger_entries')
                       / current_setting('block_size')::bigint / c_pages;
  v_before bigint := (SELECT summarized FROM streamer_app.ledger_chain);
BEGIN
  IF v_before = v_complete THEN
    RETURN;
  END IF;
  FOR v_range IN v_before .. v_complete - 1 LOOP
    PERFORM brin_summarize_range('public.idx_streamer_app_ledger_posted_in', v_range * c_pages);
  END LOOP;
  UPDATE streamer_app.ledger_chain SET summarized = v_complete;
EXCEPTION WHEN lock_not_available THEN
  NULL; -- the next sealing comes soon
END
$function$;
