-- Money leaves: a row in transactions of kind PAYOUT, WITHDRAW -amount on CASH at the request. The key makes a double
-- click one payout. CASH is locked before it is looked at, so that two requests never spend the same rupiah.
CREATE FUNCTION streamer_app.request_payout(p_key text, p_payee uuid, p_amount bigint, p_currency text)
RETURNS TABLE (transaction_id uuid, status text, repeated boolean)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
  v_id uuid := streamer_app.named_id('payout/' || p_payee || '/' || p_key);
  v_payout public.transactions%ROWTYPE;
  v_wallet public.wallets%ROWTYPE;
BEGIN
  IF v_id IS NULL OR p_key = '' OR p_amount IS NULL OR p_amount <= 0 OR p_currency IS NULL
     OR p_currency !~ '^[A-Z]{3}$' THEN
    RAISE EXCEPTION 'Not a payout: key %, payee %, amount %, currency %', p_key, p_payee, p_amount, p_currency
      USING ERRCODE = '22023';
  END IF;
  INSERT INTO public.transactions (id, kind, payee_user_id, amount, fee_amount, net_amount, currency, status)
  VALUES (v_id, 'PAYOUT', p_payee, p_amount, 0, p_amount, p_currency, 'PENDING')
  ON CONFLICT (id) DO NOTHING;
  IF NOT FOUND THEN
    SELECT payout.* INTO STRICT v_payout FROM public.transactions AS payout WHERE payout.id = v_id;
    IF (v_payout.amount, v_payout.currency::text) IS DISTINCT FROM (p_amount, p_currency) THEN
      RAISE EXCEPTION 'Payout % was requested as % %, not % %', p_key, v_payout.amount, v_payout.currency, p_amount,
        p_currency USING ERRCODE = 'SA001';
    END IF;
    RETURN QUERY SELECT v_id, v_payout.status::text, true;
    RETURN;
  END IF;

  INSERT INTO streamer_app.payouts (transaction_id, payee_user_id, key) VALUES (v_id, p_payee, p_key);
  SELECT wallet.* INTO v_wallet FROM public.wallets AS wallet
   WHERE wallet.user_id = p_payee AND wallet.type = 'CASH' FOR NO KEY UPDATE;
  IF v_wallet.currency <> p_currency THEN
    RAISE EXCEPTION 'The CASH wallet of % holds %, not %', p_payee, v_wallet.currency, p_currency
      USING ERRCODE = 'SA002';
  END IF;
  IF coalesce(v_wallet.balance, 0) < p_amount THEN
    RAISE EXCEPTION 'CASH holds %, less than the payout of %', coalesce(v_wallet.balance, 0), p_amount
      USING ERRCODE = 'SA004';
  END IF;
  INSERT INTO public.wallet_ledger_entries
    (wallet_id, entry_type, amount, currency, source_type, source_id, net_amount)
  VALUES (v_wallet.id, 'WITHDRAW', -p_amount, p_currency, 'TRANSACTION', v_id, p_amount);
  UPDATE public.wallets AS wallet SET balance = wallet.balance - p_amount WHERE wallet.id = v_wallet.id;
  RETURN QUERY SELECT v_id, 'PENDING', false;
END
$function$;

CREATE FUNCTION streamer_app.held_payout(p_transaction uuid) RETURNS public.transactions
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
  v_payout public.transactions%ROWTYPE;
BEGIN
  SELECT payout.* INTO v_payout FROM public.transactions AS payout
   WHERE payout.id = p_transaction AND payout.kind = 'PAYOUT' FOR NO KEY UPDATE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'There is no payout %', p_transaction USING ERRCODE = 'SA006';
  END IF;
  RETURN v_payout;
END
$function$;

-- The money has arrived where it was sent.
CREATE FUNCTION streamer_app.complete_payout(p_transaction uuid, p_reference text)
RETURNS TABLE (transaction_id uuid, status text, repeated boolean)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
  v_payout public.transactions%ROWTYPE := streamer_app.held_payout(p_transaction);
BEGIN
  IF length(p_reference) > 100 THEN
    RAISE EXCEPTION 'A reference has 100 characters at most' USING ERRCODE = '22023';
  END IF;
  IF v_payout.status NOT IN ('PENDING', 'PAID') THEN
    RAISE EXCEPTION 'Payout % is %: it cannot be completed', p_transaction, v_payout.status USING ERRCODE = 'SA005';
  END IF;
  IF v_payout.status = 'PAID' AND p_reference IS NOT NULL AND p_reference <> coalesce(v_payout.external_reference, '') THEN
    RAISE EXCEPTION 'Payout % was completed as %, not %', p_transaction, v_payout.external_reference, p_reference
      USING ERRCODE = 'SA001';
  END IF;
  IF v_payout.status = 'PENDING' THEN
    UPDATE public.transactions AS payout
       SET status = 'PAID', paid_at = clock_timestamp(), external_reference = p_reference
     WHERE payout.id = p_transaction;
  END IF;
  RETURN QUERY SELECT p_transaction, 'PAID', v_payout.status = 'PAID';
END
$function$;

-- The money came back: one entry reverses the withdrawal.
CREATE FUNCTION streamer_app.fail_payout(p_transaction uuid, p_reason text)
RETURNS TABLE (transaction_id uuid, status text, repeated boolean)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
  v_payout public.transactions%ROWTYPE := streamer_app.held_payout(p_transaction);
BEGIN
  IF coalesce(btrim(p_reason), '') = '' THEN
    RAISE EXCEPTION 'A payout fails for a reason' USING ERRCODE = 'SA007', HINT = 'Say why.';
  END IF;
  IF v_payout.status NOT IN ('PENDING', 'FAILED') THEN
    RAISE EXCEPTION 'Payout % is %: it cannot fail any more', p_transaction, v_payout.status USING ERRCODE = 'SA005';
  END IF;
  IF v_payout.status = 'PENDING' THEN
    PERFORM streamer_app.reverse_entries(p_transaction, btrim(p_reason));
    UPDATE public.transactions AS payout SET status = 'FAILED' WHERE payout.id = p_transaction;
  END IF;
  RETURN QUERY SELECT p_transaction, 'FAILED', v_payout.status = 'FAILED';
END
$function$;
