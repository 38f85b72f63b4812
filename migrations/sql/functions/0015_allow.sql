-- What the files in grants/ are written with. A kind that is not on this server yet, a table or a function that a later
-- version adds: passed over, and granted by a later upgrade.
CREATE FUNCTION streamer_app.allow_tables(p_kind text, p_rights text, VARIADIC p_tables text[]) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
  v_table text;
BEGIN
  IF to_regrole(p_kind) IS NULL THEN
    RETURN;
  END IF;
  FOREACH v_table IN ARRAY p_tables LOOP
    IF to_regclass(v_table) IS NOT NULL THEN
      EXECUTE format('GRANT %s ON %s TO %I', p_rights, v_table, p_kind);
    END IF;
  END LOOP;
END
$function$;

CREATE FUNCTION streamer_app.allow_functions(p_kind text, VARIADIC p_names text[]) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
  v_function regprocedure;
BEGIN
  IF to_regrole(p_kind) IS NULL THEN
    RETURN;
  END IF;
  EXECUTE format('GRANT USAGE ON SCHEMA streamer_app TO %I', p_kind);
  FOR v_function IN
    SELECT known.oid FROM pg_proc AS known
     WHERE known.pronamespace = 'streamer_app'::regnamespace AND known.proname = ANY (p_names)
     ORDER BY known.proname, known.oid
  LOOP
    EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO %I', v_function, p_kind);
  END LOOP;
END
$function$;

CREATE FUNCTION streamer_app.allow_reading(p_kind text) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
  IF to_regrole(p_kind) IS NOT NULL THEN
    EXECUTE format('GRANT SELECT ON public.transactions, public.wallets, public.wallet_ledger_entries,'
                   ' public.donation_messages TO %I', p_kind);
    EXECUTE format('GRANT SELECT ON ALL TABLES IN SCHEMA streamer_app TO %I', p_kind);
  END IF;
END
$function$;

-- Takes from every kind what it may do in this database. The roles stay: other databases of the server share them.
CREATE FUNCTION streamer_app.allow_nothing() RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
  v_kind text;
BEGIN
  REVOKE ALL ON ALL FUNCTIONS IN SCHEMA streamer_app FROM PUBLIC;
  FOREACH v_kind IN ARRAY ARRAY['streamer_app', 'streamer_app_gateway', 'streamer_app_operator', 'streamer_app_auditor',
                                'streamer_app_backend'] LOOP
    CONTINUE WHEN to_regrole(v_kind) IS NULL;
    EXECUTE format('REVOKE ALL ON ALL FUNCTIONS IN SCHEMA streamer_app FROM %I', v_kind);
    EXECUTE format('REVOKE ALL ON ALL SEQUENCES IN SCHEMA streamer_app FROM %I', v_kind);
    EXECUTE format('REVOKE ALL ON ALL TABLES IN SCHEMA streamer_app FROM %I', v_kind);
    EXECUTE format('REVOKE ALL ON public.transactions, public.wallets, public.wallet_ledger_entries,'
                   ' public.donation_messages FROM %I', v_kind);
    EXECUTE format('REVOKE ALL ON SCHEMA streamer_app FROM %I', v_kind);
  END LOOP;
END
$function$;
