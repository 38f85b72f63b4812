-- Writes what PAID means into the ledger and moves the balances: DEPOSIT +net for the payee, FEE +fee for the platform.
-- The caller holds the row of the transaction and calls this once per transaction.
CREATE FUNCTION streamer_app.post_payment(p_transaction uuid, p_platform uuid) RETURNS void
LANGUAGE plpgsql
AS $function$
DECLARE
  v_payment public.transactions%ROWTYPE;
  v_wallet record;
  v_payee_wallet uuid;
  v_platform_wallet uuid;
BEGIN
  SELECT * INTO STRICT v_payment FROM public.transactions WHERE id = p_transaction;
  IF v_payment.net_amount > 0 THEN
    v_payee_wallet := streamer_app.wallet_for(v_payment.payee_user_id, 'PENDING');
  END IF;
  IF v_payment.fee_amount > 0 THEN
    v_platform_wallet := streamer_app.wallet_for(p_platform, 'PLATFORM');
  END IF;

  -- Wallet rows are locked in id order, here and everywhere. The currency is that of the wallet's first entry.
  FOR v_wallet IN
    SELECT wallet.id, wallet.user_id, wallet.type, coalesce(wallet.currency, (
             SELECT entry.currency FROM public.wallet_ledger_entries AS entry
              WHERE entry.wallet_id = wallet.id ORDER BY entry.created_at, entry.id LIMIT 1)) AS currency
      FROM public.wallets AS wallet
     WHERE wallet.id IN (v_payee_wallet, v_platform_wallet)
     ORDER BY wallet.id
       FOR NO KEY UPDATE OF wallet
  LOOP
    IF v_wallet.currency <> v_payment.currency THEN
      RAISE EXCEPTION 'The % wallet of % holds %, not %', v_wallet.type, v_wallet.user_id, v_wallet.currency,
        v_payment.currency USING ERRCODE = 'SA002';
    END IF;
  END LOOP;

  INSERT INTO public.wallet_ledger_entries
    (wallet_id, entry_type, amount, currency, source_type, source_id, fee_fixed, fee_percentage, fee_amount, net_amount)
  SELECT posting.wallet_id, posting.entry_type::public.ledger_entry_type, posting.amount, v_payment.currency,
         'TRANSACTION', v_payment.id, v_payment.fee_fixed, v_payment.fee_percentage, v_payment.fee_amount,
         v_payment.net_amount
    FROM (VALUES (v_payee_wallet, 'DEPOSIT', v_payment.net_amount),
                 (v_platform_wallet, 'FEE', v_payment.fee_amount)) AS posting (wallet_id, entry_type, amount)
   WHERE posting.amount > 0;

  UPDATE public.wallets AS wallet
     SET balance = wallet.balance + posting.amount, currency = v_payment.currency
    FROM (VALUES (v_payee_wallet, v_payment.net_amount),
                 (v_platform_wallet, v_payment.fee_amount)) AS posting (wallet_id, amount)
   WHERE wallet.id = posting.wallet_id;
END
$function$;
