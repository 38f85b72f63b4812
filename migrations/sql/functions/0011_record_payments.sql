-- Many payments in one statement and one database transaction, with the results record_payment would give one by one in
-- the order of the list. What is wrong with one refuses that one only: its row says why (problem is a SQLSTATE).
--
-- Whoever meets another recorder of the same event or payment begins again after the other's commit, and then finds it
-- known. Events, transactions and wallets are taken in that order, each kind sorted: two batches wait for each other in
-- one direction only.

-- Writes the sound items that are new. 40001 when somebody else has just written one of them.
CREATE FUNCTION streamer_app.write_items(p_items streamer_app.payment_item[]) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET enable_hashjoin = off
SET enable_mergejoin = off
SET jit = off
AS $function$
DECLARE
  v_wanted integer;
  v_written integer;
  v_known uuid[];
  v_paid uuid[];
  v_moved uuid[];
  v_id uuid;
BEGIN
  INSERT INTO streamer_app.payment_events (provider, event, transaction_id, status, amount, payment_reference)
  SELECT item.provider, item.event, item.id, item.status, item.amount, item.reference
    FROM unnest(p_items) AS item
   WHERE item.problem IS NULL AND NOT item.is_repeat
   ORDER BY item.provider, item.event
  ON CONFLICT (provider, event) DO NOTHING;
  GET DIAGNOSTICS v_written = ROW_COUNT;
  SELECT count(*), array_agg(DISTINCT item.id) FILTER (WHERE item.found_status IS NOT NULL)
    INTO v_wanted, v_known
    FROM unnest(p_items) AS item WHERE item.problem IS NULL AND NOT item.is_repeat;
  IF v_written < v_wanted THEN
    RAISE EXCEPTION 'An event of this batch is being recorded by somebody else' USING ERRCODE = '40001';
  END IF;

  WITH written AS (
    INSERT INTO public.transactions
      (id, payer_user_id, payee_user_id, amount, fee_fixed, fee_percentage, fee_amount, net_amount, rounding_amount,
       currency, status, external_reference, meta, paid_at)
    SELECT item.id, CASE WHEN item.becomes = 'PAID' THEN item.paid_by END, item.payee, item.amount, item.fee_fixed,
           item.fee_percentage, item.amount - item.net, item.net,
           CASE WHEN item.exact_fee > item.amount THEN 0 ELSE item.amount - item.net - item.exact_fee END, item.currency,
           item.becomes::public.transaction_status,
           CASE WHEN length(item.reference) <= 100 THEN item.reference END,
           CASE WHEN item.exact_fee > item.amount THEN jsonb_build_object('fee_capped', true) ELSE '{}' END,
           CASE WHEN item.becomes = 'PAID' THEN clock_timestamp() END
      FROM unnest(p_items) AS item
     WHERE item.makes
     ORDER BY item.id
    ON CONFLICT (id) DO NOTHING
    RETURNING id, status
  )
  SELECT count(*), array_agg(written.id) FILTER (WHERE written.status = 'PAID') INTO v_written, v_paid FROM written;
  SELECT count(*) INTO v_wanted FROM unnest(p_items) AS item WHERE item.makes;
  IF v_written < v_wanted THEN
    RAISE EXCEPTION 'A payment of this batch is being recorded by somebody else' USING ERRCODE = '40001';
  END IF;

  IF v_known IS NOT NULL THEN
    PERFORM FROM public.transactions AS payment WHERE payment.id = ANY (v_known) ORDER BY payment.id FOR NO KEY UPDATE;
    PERFORM FROM unnest(p_items) AS item
       JOIN public.transactions AS payment ON payment.id = item.id
      WHERE item.problem IS NULL AND NOT item.is_repeat AND item.found_status <> payment.status::text;
    IF FOUND THEN
      RAISE EXCEPTION 'A payment of this batch has just been moved by somebody else' USING ERRCODE = '40001';
    END IF;
    WITH moved AS (
      UPDATE public.transactions AS payment
         SET status = item.status::public.transaction_status,
             payer_user_id = CASE WHEN item.status = 'PAID' THEN coalesce(payment.payer_user_id, item.payer) END,
             paid_at = CASE WHEN item.status = 'PAID' THEN clock_timestamp() END
        FROM unnest(p_items) AS item
       WHERE payment.id = item.id AND item.decides AND item.found_status IS NOT NULL
       RETURNING payment.id, payment.status
    )
    SELECT array_agg(moved.id) FILTER (WHERE moved.status = 'PAID') INTO v_moved FROM moved;
    v_paid := v_paid || v_moved;
  END IF;

  PERFORM streamer_app.write_donation(item.id, item.payee, item.donation)
     FROM unnest(p_items) AS item
    WHERE item.has_words
    ORDER BY item.id;

  IF v_paid IS NULL THEN
    RETURN;
  END IF;
  PERFORM streamer_app.post_payments(p_items);
  FOR v_id IN
    SELECT waiting.transaction_id FROM streamer_app.waiting_refunds AS waiting
     WHERE waiting.transaction_id = ANY (v_paid) ORDER BY 1
  LOOP
    PERFORM streamer_app.apply_waiting_refund(v_id);
  END LOOP;
END
$function$;

-- What post_payment does, for each payment that an item made PAID.
CREATE FUNCTION streamer_app.post_payments(p_items streamer_app.payment_item[]) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET enable_hashjoin = off
SET enable_mergejoin = off
SET jit = off
AS $function$
DECLARE
  v_transactions uuid[];
  v_wallets uuid[];
  v_amounts bigint[];
  v_missing bigint;
  v_users uuid[];
  v_types public.wallet_type[];
  v_currencies text[];
BEGIN
  LOOP
    SELECT array_agg(payment.id), array_agg(wallet.id), array_agg(part.amount), count(*) FILTER (WHERE wallet.id IS NULL),
           array_agg(part.user_id), array_agg(part.type), array_agg(payment.currency::text)
      INTO v_transactions, v_wallets, v_amounts, v_missing, v_users, v_types, v_currencies
      FROM unnest(p_items) AS item
      CROSS JOIN LATERAL (
        SELECT held.* FROM public.transactions AS held WHERE held.id = item.id LIMIT 1) AS payment
      CROSS JOIN LATERAL (
        VALUES (payment.payee_user_id, 'PENDING'::public.wallet_type, payment.net_amount),
               (item.platform, 'PLATFORM', payment.fee_amount)) AS part (user_id, type, amount)
      LEFT JOIN LATERAL (
        SELECT owned.id FROM public.wallets AS owned
         WHERE owned.user_id = part.user_id AND owned.type = part.type LIMIT 1) AS wallet ON true
     WHERE item.decides AND item.status = 'PAID' AND part.amount > 0;
    EXIT WHEN coalesce(v_missing, 0) = 0;
    PERFORM streamer_app.make_wallets(v_users, v_types, v_currencies);
  END LOOP;
  IF v_wallets IS NULL THEN
    RETURN;
  END IF;
  PERFORM streamer_app.move_balances(v_wallets, v_amounts);
  INSERT INTO public.wallet_ledger_entries
    (id, wallet_id, entry_type, amount, currency, source_type, source_id, fee_fixed, fee_percentage, fee_amount,
     net_amount)
  SELECT streamer_app.entry_id(payment.id, CASE WHEN part.type = 'PENDING' THEN 'DEPOSIT' ELSE 'FEE' END),
         part.wallet_id, CASE WHEN part.type = 'PENDING' THEN 'DEPOSIT' ELSE 'FEE' END::public.ledger_entry_type,
         part.amount, payment.currency, 'TRANSACTION', payment.id, payment.fee_fixed, payment.fee_percentage,
         payment.fee_amount, payment.net_amount
    FROM unnest(v_transactions, v_wallets, v_amounts, v_types) AS part (id, wallet_id, amount, type)
    CROSS JOIN LATERAL (SELECT held.* FROM public.transactions AS held WHERE held.id = part.id LIMIT 1) AS payment;
END
$function$;

CREATE FUNCTION streamer_app.record_payments_carefully(p_payments jsonb)
RETURNS TABLE (place integer, transaction_id uuid, donation_message_id uuid, currency text, repeated boolean,
               problem text, said text)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
  v_items streamer_app.payment_item[];
  v_tries integer := 0;
BEGIN
  LOOP
    v_items := streamer_app.items_of(p_payments);
    IF (SELECT bool_or(item.same_event IS NOT NULL OR item.same_payment IS NOT NULL)
               OR min(item.currency) <> max(item.currency)
          FROM unnest(v_items) AS item) THEN
      v_items := streamer_app.untangled(v_items);
    END IF;
    BEGIN
      PERFORM streamer_app.write_items(v_items);
      EXIT;
    EXCEPTION WHEN serialization_failure THEN
      -- Each time somebody else has committed one of these events or moves: it ends. In a transaction that sees none
      -- of what others commit, it would not.
      v_tries := v_tries + 1;
      IF v_tries >= 100 OR current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE;
      END IF;
    END;
  END LOOP;
  RETURN QUERY
    SELECT item.place, CASE WHEN item.problem IS NULL THEN item.id END,
           CASE WHEN item.problem IS NULL AND item.sees_message
                THEN (SELECT message.id FROM public.donation_messages AS message
                       WHERE message.transaction_id = item.id) END,
           item.currency, item.is_repeat, item.problem, streamer_app.said_of(item)
      FROM unnest(v_items) AS item
     ORDER BY item.place;
END
$function$;
