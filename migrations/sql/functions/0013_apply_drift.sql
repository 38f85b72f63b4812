-- Adds to each wallet's balance what it is off by. The caller measured it under the advisory lock of rebuild; postings
-- that went on meanwhile moved ledger and balance by the same amounts, so the difference still holds.
CREATE FUNCTION streamer_app.apply_drift(p_wallets uuid[], p_drift bigint[])
RETURNS TABLE (wallet_id uuid, balance bigint)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
#variable_conflict use_column
BEGIN
  IF cardinality(p_wallets) <> cardinality(p_drift) THEN
    RAISE EXCEPTION 'apply_drift: % wallets and % amounts', cardinality(p_wallets), cardinality(p_drift)
      USING ERRCODE = '22023';
  END IF;
  PERFORM FROM public.wallets AS wallet WHERE wallet.id = ANY (p_wallets) ORDER BY wallet.id FOR NO KEY UPDATE;
  RETURN QUERY
  UPDATE public.wallets AS wallet
     SET balance = wallet.balance + off.drift
    FROM unnest(p_wallets, p_drift) AS off (wallet_id, drift)
   WHERE wallet.id = off.wallet_id
  RETURNING wallet.id, wallet.balance;
END
$function$;
