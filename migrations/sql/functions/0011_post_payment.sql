-- Writes what PAID means into the ledger and moves the balances: DEPOSIT +net for the payee, FEE +fee for the platform.
-- The caller holds the row of the transaction and calls this once per transaction.
CREATE FUNCTION streamer_app.post_payment(p_payment public.transactions, p_platform uuid) RETURNS void
LANGUAGE plpgsql
AS $function$
DECLARE
  v_payee uuid;
  v_platform uuid;
BEGIN
  LOOP
    SELECT (SELECT wallet.id FROM public.wallets AS wallet
             WHERE wallet.user_id = p_payment.payee_user_id AND wallet.type = 'PENDING'),
           (SELECT wallet.id FROM public.wallets AS wallet
             WHERE wallet.user_id = p_platform AND wallet.type = 'PLATFORM')
      INTO v_payee, v_platform;
    EXIT WHEN (v_payee IS NOT NULL OR p_payment.net_amount = 0) AND (v_platform IS NOT NULL OR p_payment.fee_amount = 0);
    PERFORM streamer_app.make_wallets(
      ARRAY[CASE WHEN p_payment.net_amount > 0 THEN p_payment.payee_user_id END,
            CASE WHEN p_payment.fee_amount > 0 THEN p_platform END],
      ARRAY['PENDING', 'PLATFORM']::public.wallet_type[], ARRAY[p_payment.currency, p_payment.currency]::text[]);
  END LOOP;
  PERFORM streamer_app.move_balances(
    ARRAY[v_payee, v_platform], ARRAY[p_payment.net_amount, p_payment.fee_amount]);
  INSERT INTO public.wallet_ledger_entries
    (id, wallet_id, entry_type, amount, currency, source_type, source_id, fee_fixed, fee_percentage, fee_amount,
     net_amount)
  SELECT streamer_app.entry_id(p_payment.id, posting.entry_type::text), posting.wallet_id, posting.entry_type,
         posting.amount, p_payment.currency, 'TRANSACTION', p_payment.id, p_payment.fee_fixed,
         p_payment.fee_percentage, p_payment.fee_amount, p_payment.net_amount
    FROM (VALUES (v_payee, 'DEPOSIT'::public.ledger_entry_type, p_payment.net_amount),
                 (v_platform, 'FEE', p_payment.fee_amount)) AS posting (wallet_id, entry_type, amount)
   WHERE posting.amount > 0;
END
$function$;
