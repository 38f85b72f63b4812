-- Each entry of a transaction is reversed by one REFUND entry of opposite amount, once per entry. The caller holds the
-- row of the transaction. CASH may go below zero: money that was paid out already is a debt, and a refund must always be
-- recordable.
CREATE FUNCTION streamer_app.reverse_entries(p_transaction uuid, p_description text) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
  v_entries uuid[];
BEGIN
  SELECT array_agg(entry.id) INTO v_entries
    FROM public.wallet_ledger_entries AS entry
   WHERE entry.source_type = 'TRANSACTION' AND entry.source_id = p_transaction
     AND NOT EXISTS (SELECT FROM public.wallet_ledger_entries AS reversal
                      WHERE reversal.source_type = 'LEDGER' AND reversal.source_id = entry.id
                        AND reversal.entry_type = 'REFUND');
  IF v_entries IS NULL THEN
    RETURN;
  END IF;
  PERFORM streamer_app.move_balances(array_agg(entry.wallet_id), array_agg(-entry.amount))
     FROM public.wallet_ledger_entries AS entry WHERE entry.id = ANY (v_entries);
  INSERT INTO public.wallet_ledger_entries
    (wallet_id, entry_type, amount, currency, source_type, source_id, fee_fixed, fee_percentage, fee_amount, net_amount,
     description)
  SELECT entry.wallet_id, 'REFUND', -entry.amount, entry.currency, 'LEDGER', entry.id, entry.fee_fixed,
         entry.fee_percentage, entry.fee_amount, entry.net_amount, p_description
    FROM public.wallet_ledger_entries AS entry
   WHERE entry.id = ANY (v_entries)
   ORDER BY entry.id;
END
$function$;

CREATE FUNCTION streamer_app.reverse_payment(p_transaction uuid) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
  v_reason text;
BEGIN
  SELECT said.reason INTO v_reason
    FROM streamer_app.payment_events AS said
    JOIN public.transactions AS payment ON payment.id = said.transaction_id
   WHERE said.transaction_id = p_transaction AND said.status = 'REFUNDED' AND said.amount IN (0, payment.amount)
   ORDER BY said.recorded_at LIMIT 1;
  PERFORM streamer_app.reverse_entries(p_transaction, v_reason);
  UPDATE public.transactions AS payment SET status = 'REFUNDED' WHERE payment.id = p_transaction;
END
$function$;

-- A refund that came before its payment. Of one that speaks of another amount an operator decides.
CREATE FUNCTION streamer_app.apply_waiting_refund(p_transaction uuid) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
  v_payment public.transactions%ROWTYPE;
BEGIN
  IF NOT EXISTS (SELECT FROM streamer_app.waiting_refunds AS waiting WHERE waiting.transaction_id = p_transaction) THEN
    RETURN;
  END IF;
  SELECT payment.* INTO v_payment FROM public.transactions AS payment
   WHERE payment.id = p_transaction AND payment.kind = 'PAYMENT' FOR NO KEY UPDATE;
  IF v_payment.status NOT IN ('PAID', 'SETTLED', 'REFUNDED') THEN
    RETURN;
  END IF;
  -- Whoever writes another refund of this payment right now holds this row: its event is waited for.
  PERFORM FROM streamer_app.waiting_refunds AS waiting WHERE waiting.transaction_id = p_transaction FOR UPDATE;
  IF v_payment.status <> 'REFUNDED'
     AND EXISTS (SELECT FROM streamer_app.payment_events AS said
                  WHERE said.transaction_id = p_transaction AND said.status = 'REFUNDED'
                    AND said.amount IN (0, v_payment.amount)) THEN
    PERFORM streamer_app.reverse_payment(p_transaction);
  END IF;
  DELETE FROM streamer_app.waiting_refunds AS waiting WHERE waiting.transaction_id = p_transaction;
END
$function$;

-- Records that a provider (or an operator) gives money back, a chargeback included; such an event is always recordable.
-- p_amount NULL is all of it, kept as 0 while the payment is unknown. outcome REFUNDED: every entry is reversed.
-- PARTIAL: another amount than the payment's; the event waits for an operator. WAITING: the payment is not here, or not
-- paid yet; it is reversed in the same breath in which it is paid, or by the folder when the two crossed. The status
-- trigger rings.
--
-- The event is written first and the payment's row is held after it, as record_payment does.
CREATE FUNCTION streamer_app.refund_payment(
  p_provider text, p_event text, p_reference text, p_transaction uuid, p_amount bigint, p_reason text
)
RETURNS TABLE (transaction_id uuid, outcome text, repeated boolean)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
#variable_conflict use_column
DECLARE
  v_id uuid := coalesce(p_transaction, streamer_app.payment_id(p_provider, p_reference));
  v_payment public.transactions%ROWTYPE;
  v_known streamer_app.payment_events%ROWTYPE;
  v_repeated boolean;
BEGIN
  IF p_provider IS NULL OR p_event IS NULL OR octet_length(p_provider) + octet_length(p_event) > 2000
     OR v_id IS NULL OR p_amount <= 0 THEN
    RAISE EXCEPTION 'Not a refund: provider %, event %, reference %, transaction %, amount %',
      p_provider, left(p_event, 200), p_reference, p_transaction, p_amount USING ERRCODE = '22023';
  END IF;
  SELECT payment.* INTO v_payment FROM public.transactions AS payment WHERE payment.id = v_id;
  IF v_payment.id IS NULL AND p_transaction IS NOT NULL OR v_payment.kind = 'PAYOUT' THEN
    RAISE EXCEPTION 'There is no payment %', v_id USING ERRCODE = 'SA006';
  END IF;

  INSERT INTO streamer_app.payment_events
    (provider, event, transaction_id, status, amount, payment_reference, reason)
  VALUES (p_provider, p_event, v_id, CASE WHEN p_amount <> v_payment.amount THEN 'PARTIAL_REFUND' ELSE 'REFUNDED' END,
          coalesce(p_amount, v_payment.amount, 0), p_reference, p_reason)
  ON CONFLICT (provider, event) DO NOTHING
  RETURNING * INTO v_known;
  v_repeated := v_known.provider IS NULL;
  IF v_repeated THEN
    SELECT said.* INTO STRICT v_known FROM streamer_app.payment_events AS said
     WHERE said.provider = p_provider AND said.event = p_event;
  END IF;
  SELECT payment.* INTO v_payment FROM public.transactions AS payment WHERE payment.id = v_id FOR NO KEY UPDATE;

  IF v_repeated THEN
    IF v_known.transaction_id <> v_id OR v_known.status NOT IN ('REFUNDED', 'PARTIAL_REFUND')
       OR v_known.amount = 0 AND p_amount <> v_payment.amount
       OR v_known.amount <> 0 AND v_known.amount <> coalesce(p_amount, v_payment.amount, 0) THEN
      RAISE EXCEPTION 'Event % of % was recorded with another meaning', p_event, p_provider USING ERRCODE = 'SA001';
    END IF;
  ELSIF v_known.amount IN (0, v_payment.amount) AND v_payment.status IN ('PAID', 'SETTLED') THEN
    PERFORM streamer_app.reverse_payment(v_id);
    v_payment.status := 'REFUNDED';
  ELSIF v_known.status = 'REFUNDED' AND (v_payment.id IS NULL OR v_payment.status = 'PENDING') THEN
    INSERT INTO streamer_app.waiting_refunds (transaction_id) VALUES (v_id)
    ON CONFLICT (transaction_id) DO UPDATE SET transaction_id = excluded.transaction_id;
  END IF;
  RETURN QUERY SELECT v_id, CASE
    WHEN v_known.amount NOT IN (0, v_payment.amount) THEN 'PARTIAL'
    WHEN v_payment.status = 'REFUNDED' THEN 'REFUNDED'
    ELSE 'WAITING' END, v_repeated;
END
$function$;
