-- An operator's correction of one entry's wallet, with a reason. The key makes a repeat one correction: the entry's id
-- follows from it.
CREATE FUNCTION streamer_app.adjust(p_key text, p_entry uuid, p_amount bigint, p_reason text)
RETURNS TABLE (entry_id uuid, wallet_id uuid, repeated boolean)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
#variable_conflict use_column
DECLARE
  v_id uuid := streamer_app.named_id('adjust/' || p_key);
  v_corrected public.wallet_ledger_entries%ROWTYPE;
  v_known public.wallet_ledger_entries%ROWTYPE;
BEGIN
  IF v_id IS NULL OR p_key = '' OR coalesce(p_amount, 0) = 0 THEN
    RAISE EXCEPTION 'Not a correction: key %, amount %', p_key, p_amount USING ERRCODE = '22023';
  END IF;
  IF coalesce(btrim(p_reason), '') = '' THEN
    RAISE EXCEPTION 'A correction has a reason' USING ERRCODE = 'SA007', HINT = 'Say what is corrected, and why.';
  END IF;
  SELECT entry.* INTO v_corrected FROM public.wallet_ledger_entries AS entry WHERE entry.id = p_entry;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'There is no ledger entry %', p_entry USING ERRCODE = 'SA006';
  END IF;
  INSERT INTO public.wallet_ledger_entries
    (id, wallet_id, entry_type, amount, currency, source_type, source_id, fee_fixed, fee_percentage, fee_amount,
     net_amount, description)
  VALUES
    (v_id, v_corrected.wallet_id, 'ADJUSTMENT', p_amount, v_corrected.currency, 'LEDGER', p_entry,
     v_corrected.fee_fixed, v_corrected.fee_percentage, v_corrected.fee_amount, v_corrected.net_amount, btrim(p_reason))
  ON CONFLICT (id) DO NOTHING;
  IF FOUND THEN
    PERFORM streamer_app.move_balances(ARRAY[v_corrected.wallet_id], ARRAY[p_amount]);
    RETURN QUERY SELECT v_id, v_corrected.wallet_id, false;
    RETURN;
  END IF;
  SELECT entry.* INTO STRICT v_known FROM public.wallet_ledger_entries AS entry WHERE entry.id = v_id;
  IF (v_known.source_id, v_known.amount, v_known.description) IS DISTINCT FROM (p_entry, p_amount, btrim(p_reason)) THEN
    RAISE EXCEPTION 'Correction % was recorded before with another entry, amount or reason', p_key
      USING ERRCODE = 'SA001';
  END IF;
  RETURN QUERY SELECT v_id, v_corrected.wallet_id, true;
END
$function$;
