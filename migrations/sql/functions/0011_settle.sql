-- PAID becomes SETTLED: TRANSFER -net on PENDING, TRANSFER +net on CASH. Repeating it does nothing.
-- What the entries do not say is never moved on: a payment whose DEPOSIT another backend wrote differently, or forgot,
-- is refused by name (SA005) and left out of settle_due.
CREATE FUNCTION streamer_app.deposited(p_payment public.transactions) RETURNS boolean
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $function$
  SELECT p_payment.net_amount = coalesce(sum(entry.amount), 0)
    FROM public.wallet_ledger_entries AS entry
    JOIN public.wallets AS wallet ON wallet.id = entry.wallet_id
   WHERE entry.source_type = 'TRANSACTION' AND entry.source_id = p_payment.id
     AND wallet.type = 'PENDING' AND wallet.user_id = p_payment.payee_user_id
$function$;

-- Whether the payee's CASH wallet holds another currency: such a payment alone is left where it is, and stops no other.
CREATE FUNCTION streamer_app.cash_is_other(p_payment public.transactions) RETURNS boolean
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $function$
  SELECT p_payment.net_amount > 0
     AND coalesce(streamer_app.held_currency(p_payment.payee_user_id, 'CASH') <> p_payment.currency, false)
$function$;

-- For rows the caller holds. The wallets are locked in id order before anything is written.
CREATE FUNCTION streamer_app.settle_held(p_transactions uuid[]) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
  v_payees uuid[];
  v_currencies text[];
  v_types public.wallet_type[];
BEGIN
  SELECT array_agg(payment.payee_user_id), array_agg(payment.currency::text), array_agg('CASH'::public.wallet_type)
    INTO v_payees, v_currencies, v_types FROM public.transactions AS payment
   WHERE payment.id = ANY (p_transactions) AND payment.net_amount > 0;
  PERFORM streamer_app.make_wallets(v_payees, v_types, v_currencies);
  PERFORM streamer_app.move_balances(array_agg(moved.wallet_id), array_agg(moved.amount))
     FROM (SELECT wallet.id AS wallet_id,
                  sum(CASE wallet.type WHEN 'CASH' THEN payment.net_amount ELSE -payment.net_amount END)::bigint AS amount
             FROM public.transactions AS payment
             JOIN public.wallets AS wallet
               ON wallet.user_id = payment.payee_user_id AND wallet.type IN ('PENDING', 'CASH')
            WHERE payment.id = ANY (p_transactions) AND payment.net_amount > 0
            GROUP BY wallet.id) AS moved
   HAVING count(*) > 0;
  INSERT INTO public.wallet_ledger_entries
    (wallet_id, entry_type, amount, currency, source_type, source_id, fee_fixed, fee_percentage, fee_amount, net_amount)
  SELECT wallet.id, 'TRANSFER', CASE wallet.type WHEN 'CASH' THEN payment.net_amount ELSE -payment.net_amount END,
         payment.currency, 'TRANSACTION', payment.id, payment.fee_fixed, payment.fee_percentage, payment.fee_amount,
         payment.net_amount
    FROM public.transactions AS payment
    JOIN public.wallets AS wallet ON wallet.user_id = payment.payee_user_id AND wallet.type IN ('PENDING', 'CASH')
   WHERE payment.id = ANY (p_transactions) AND payment.net_amount > 0
   ORDER BY payment.id, wallet.type DESC;
  UPDATE public.transactions AS payment SET status = 'SETTLED', settled_at = clock_timestamp()
   WHERE payment.id = ANY (p_transactions);
END
$function$;

CREATE FUNCTION streamer_app.settle_payment(p_transaction uuid)
RETURNS TABLE (transaction_id uuid, net_amount bigint, repeated boolean)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
  v_rings_itself text := set_config('streamer_app.rings_itself', 'on', true);
  v_payment public.transactions%ROWTYPE;
BEGIN
  SELECT payment.* INTO v_payment FROM public.transactions AS payment
   WHERE payment.id = p_transaction AND payment.kind = 'PAYMENT' FOR NO KEY UPDATE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'There is no payment %', p_transaction USING ERRCODE = 'SA006';
  END IF;
  IF v_payment.status NOT IN ('PAID', 'SETTLED') THEN
    RAISE EXCEPTION 'Payment % is %: only a PAID one is settled', p_transaction, v_payment.status
      USING ERRCODE = 'SA005';
  END IF;
  IF v_payment.status = 'PAID' THEN
    IF NOT streamer_app.deposited(v_payment) THEN
      RAISE EXCEPTION 'The entries of payment % do not say that % was deposited', p_transaction, v_payment.net_amount
        USING ERRCODE = 'SA005', HINT = 'Run ledger verify: it names what is wrong.';
    END IF;
    PERFORM streamer_app.settle_held(ARRAY[p_transaction]);
  END IF;
  RETURN QUERY SELECT v_payment.id, v_payment.net_amount, v_payment.status = 'SETTLED';
END
$function$;

-- All that were paid before a moment, some at a time: call it until it settles none. Payments somebody else holds at
-- this moment are left for the next call, never waited for. left_out: looked at and refused for what their entries say.
CREATE FUNCTION streamer_app.settle_due(p_paid_before timestamptz, p_limit integer)
RETURNS TABLE (settled bigint, net_amount numeric, left_out bigint)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
  v_rings_itself text := set_config('streamer_app.rings_itself', 'on', true);
  v_due uuid[];
  v_net numeric;
  v_left_out bigint;
BEGIN
  WITH held AS (
    SELECT payment.* FROM public.transactions AS payment
     WHERE payment.status = 'PAID' AND payment.kind = 'PAYMENT'
       AND coalesce(payment.paid_at, payment.created_at) < p_paid_before
       AND streamer_app.deposited(payment) AND NOT streamer_app.cash_is_other(payment)
     LIMIT p_limit
       FOR NO KEY UPDATE SKIP LOCKED
  )
  SELECT array_agg(held.id), coalesce(sum(held.net_amount), 0) INTO v_due, v_net FROM held;
  IF v_due IS NOT NULL THEN
    PERFORM streamer_app.settle_held(v_due);
  END IF;
  SELECT count(*) INTO v_left_out FROM public.transactions AS payment
   WHERE v_due IS NULL AND payment.status = 'PAID' AND payment.kind = 'PAYMENT'
     AND coalesce(payment.paid_at, payment.created_at) < p_paid_before
     AND (NOT streamer_app.deposited(payment) OR streamer_app.cash_is_other(payment));
  RETURN QUERY SELECT coalesce(cardinality(v_due), 0)::bigint, v_net, v_left_out;
END
$function$;
