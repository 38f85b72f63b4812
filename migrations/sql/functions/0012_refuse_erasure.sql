-- What has entries stays. A cascade from here would take donation messages along, and one from the wallets the ledger;
-- foreign keys alone are no guard: there is none from a ledger entry to its transaction, and replica mode has none.
CREATE FUNCTION streamer_app.refuse_transaction_erasure() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
  IF EXISTS (SELECT FROM public.wallet_ledger_entries AS entry
              WHERE entry.source_type = 'TRANSACTION' AND entry.source_id = OLD.id) THEN
    RAISE EXCEPTION 'Transaction % has ledger entries and may not be deleted', OLD.id
      USING ERRCODE = 'SA013', HINT = 'Record a refund.';
  END IF;
  RETURN OLD;
END
$function$;

CREATE FUNCTION streamer_app.refuse_wallet_erasure() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
  IF EXISTS (SELECT FROM public.wallet_ledger_entries AS entry WHERE entry.wallet_id = OLD.id) THEN
    RAISE EXCEPTION 'Wallet % has ledger entries and may not be deleted', OLD.id USING ERRCODE = 'SA013';
  END IF;
  RETURN OLD;
END
$function$;

-- TRUNCATE has no OLD, and looks past snapshots: one that is held (any isolation but READ COMMITTED) may be too old to
-- show the entries, so it proves nothing.
CREATE FUNCTION streamer_app.refuse_emptying() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
  IF current_setting('transaction_isolation') <> 'read committed'
     OR EXISTS (SELECT FROM public.wallet_ledger_entries) THEN
    RAISE EXCEPTION '%.% has rows with ledger entries and may not be emptied', TG_TABLE_SCHEMA, TG_TABLE_NAME
      USING ERRCODE = 'SA013';
  END IF;
  RETURN NULL;
END
$function$;

REVOKE ALL ON FUNCTION
  streamer_app.refuse_transaction_erasure(), streamer_app.refuse_wallet_erasure(), streamer_app.refuse_emptying()
  FROM PUBLIC;
