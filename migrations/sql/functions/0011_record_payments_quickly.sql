-- The quick way: a list in which every payment is new, paid with a fee, and goes to wallets that are here. Whether events
-- and payments are new is not asked but seen by what ON CONFLICT leaves out; then nothing of it is kept (40001) and the
-- list is taken the careful way.
CREATE TYPE streamer_app.quick_item AS (
  place integer, provider text, event text, reference text, amount bigint, currency text, payee uuid, payer uuid,
  donation jsonb, id uuid, fee_fixed bigint, fee_percentage numeric(5,4), exact_fee numeric, net bigint,
  payee_wallet uuid, platform_wallet uuid
);

CREATE FUNCTION streamer_app.quick_items_of(p_payments jsonb, OUT items streamer_app.quick_item[], OUT is_quick boolean)
LANGUAGE plpgsql
SET enable_hashjoin = off
SET enable_mergejoin = off
SET jit = off
AS $function$
BEGIN
  SELECT array_agg(ROW(item.place, item.provider, item.event, item.reference, item.amount, item.currency, item.payee,
                       item.payer, item.donation, item.id, terms.fee_fixed, terms.fee_percentage, terms.exact,
                       floor(item.amount - terms.exact), payee_wallet.id, platform_wallet.id)::streamer_app.quick_item ORDER BY item.place),
         count(*) = count(DISTINCT item.id) AND bool_and(coalesce(
           item.status = 'PAID' AND item.amount > 0 AND item.amount < 8796093022208
           AND platform_wallet.balance < 4611686018427387904 AND terms.exact > 0 AND terms.exact <= item.amount - 1
           AND octet_length(item.provider) + octet_length(item.event) <= 2000 AND item.currency ~ '^[A-Z]{3}$'
           AND payee_wallet.currency = item.currency AND platform_wallet.currency = item.currency
           AND coalesce(item.donation ->> 'media_type', 'NONE') = 'NONE'
           AND coalesce(jsonb_typeof(item.donation), 'object') IN ('object', 'null')
           AND NOT EXISTS (SELECT FROM streamer_app.waiting_refunds AS waiting WHERE waiting.transaction_id = item.id),
           false))
    INTO items, is_quick
    FROM (SELECT asked.*, CASE WHEN asked.reference IS NULL THEN streamer_app.event_id(asked.provider, asked.event)
                               ELSE streamer_app.payment_id(asked.provider, asked.reference) END AS id
            FROM ROWS FROM (jsonb_to_recordset(p_payments) AS (
                   provider text, event text, reference text, status text, amount bigint, currency text,
                   payee uuid, platform uuid, payer uuid, donation jsonb)) WITH ORDINALITY
                 AS asked (provider, event, reference, status, amount, currency, payee, platform, payer, donation, place)
          OFFSET 0) AS item
    CROSS JOIN LATERAL (
      SELECT coalesce(term.fee_fixed, 0) AS fee_fixed, coalesce(term.fee_percentage, 0) AS fee_percentage,
             coalesce(term.fee_fixed + item.amount * term.fee_percentage, 0) AS exact
        FROM (SELECT) AS one
        LEFT JOIN LATERAL (
          SELECT dated.fee_fixed, dated.fee_percentage FROM streamer_app.fee_terms AS dated
           WHERE dated.streamer_user_id = item.payee AND dated.valid_from <= clock_timestamp()
           ORDER BY dated.valid_from DESC LIMIT 1) AS term ON true
      OFFSET 0) AS terms
    LEFT JOIN LATERAL (
      SELECT wallet.id, wallet.currency FROM public.wallets AS wallet
       WHERE wallet.user_id = item.payee AND wallet.type = 'PENDING' LIMIT 1) AS payee_wallet ON true
    LEFT JOIN LATERAL (
      SELECT wallet.id, wallet.currency, wallet.balance FROM public.wallets AS wallet
       WHERE wallet.user_id = item.platform AND wallet.type = 'PLATFORM' LIMIT 1) AS platform_wallet ON true;
END
$function$;

CREATE FUNCTION streamer_app.write_quick_items(p_items streamer_app.quick_item[]) RETURNS void
LANGUAGE plpgsql
SET enable_hashjoin = off
SET enable_mergejoin = off
SET jit = off
AS $function$
DECLARE
  v_written integer;
  v_now timestamptz := clock_timestamp();
BEGIN
  INSERT INTO streamer_app.payment_events (provider, event, transaction_id, status, amount, payment_reference)
  SELECT item.provider, item.event, item.id, 'PAID', item.amount, item.reference
    FROM unnest(p_items) AS item
   ORDER BY item.provider, item.event
  ON CONFLICT (provider, event) DO NOTHING;
  GET DIAGNOSTICS v_written = ROW_COUNT;
  IF v_written < cardinality(p_items) THEN
    RAISE EXCEPTION 'Not every event is new' USING ERRCODE = '40001';
  END IF;
  INSERT INTO public.transactions
    (id, payer_user_id, payee_user_id, amount, fee_fixed, fee_percentage, fee_amount, net_amount, rounding_amount,
     currency, status, external_reference, paid_at)
  SELECT item.id, item.payer, item.payee, item.amount, item.fee_fixed, item.fee_percentage, item.amount - item.net,
         item.net, item.amount - item.net - item.exact_fee, item.currency, 'PAID',
         CASE WHEN length(item.reference) <= 100 THEN item.reference END, v_now
    FROM unnest(p_items) AS item
   ORDER BY item.id
  ON CONFLICT (id) DO NOTHING;
  GET DIAGNOSTICS v_written = ROW_COUNT;
  IF v_written < cardinality(p_items) THEN
    RAISE EXCEPTION 'Not every payment is new' USING ERRCODE = '40001';
  END IF;
  INSERT INTO public.donation_messages
    (id, transaction_id, streamer_user_id, donor_name, message, is_anonymous, tts_language, tts_voice)
  SELECT item.id, item.id, item.payee, left(item.donation ->> 'donor_name', 100), item.donation ->> 'message',
         coalesce(item.donation ->> 'is_anonymous', 'false') <> 'false', left(item.donation ->> 'tts_language', 10),
         left(item.donation ->> 'tts_voice', 50)
    FROM unnest(p_items) AS item
   WHERE jsonb_typeof(item.donation) = 'object';
  INSERT INTO public.wallet_ledger_entries
    (id, wallet_id, entry_type, amount, currency, source_type, source_id, fee_fixed, fee_percentage, fee_amount,
     net_amount)
  SELECT streamer_app.entry_id(item.id, part.entry_type::text), part.wallet_id, part.entry_type, part.amount,
         item.currency, 'TRANSACTION', item.id, item.fee_fixed, item.fee_percentage, item.amount - item.net, item.net
    FROM unnest(p_items) AS item
    CROSS JOIN LATERAL (
      VALUES ('DEPOSIT'::public.ledger_entry_type, item.payee_wallet, item.net),
             ('FEE', item.platform_wallet, item.amount - item.net)) AS part (entry_type, wallet_id, amount);
  INSERT INTO streamer_app.balance_markers (wallet_id, amount)
  SELECT item.platform_wallet, sum(item.amount - item.net)::bigint FROM unnest(p_items) AS item GROUP BY 1;
  -- One look at a time, in id order: an UPDATE that joins would lock in any order.
  PERFORM FROM public.wallets AS wallet
    WHERE wallet.id = ANY (ARRAY(SELECT item.payee_wallet FROM unnest(p_items) AS item))
    ORDER BY wallet.id
      FOR NO KEY UPDATE;
  UPDATE public.wallets AS wallet
     SET balance = wallet.balance + moved.amount
    FROM (SELECT item.payee_wallet, sum(item.net)::bigint AS amount FROM unnest(p_items) AS item GROUP BY 1) AS moved
   WHERE wallet.id = moved.payee_wallet;
END
$function$;

CREATE FUNCTION streamer_app.record_payments(p_payments jsonb)
RETURNS TABLE (place integer, transaction_id uuid, donation_message_id uuid, currency text, repeated boolean,
               problem text, said text)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
  v_items streamer_app.quick_item[];
  v_is_quick boolean;
  v_rings_itself text := set_config('streamer_app.rings_itself', 'on', true);
BEGIN
  SELECT quick.items, quick.is_quick INTO v_items, v_is_quick FROM streamer_app.quick_items_of(p_payments) AS quick;
  IF v_is_quick THEN
    BEGIN
      PERFORM streamer_app.write_quick_items(v_items);
      RETURN QUERY
        SELECT item.place, item.id, CASE WHEN jsonb_typeof(item.donation) = 'object' THEN item.id END, item.currency,
               false, NULL::text, NULL::text
          FROM unnest(v_items) AS item;
      RETURN;
    EXCEPTION WHEN serialization_failure THEN
      v_is_quick := false; -- somebody said one of them before, or is saying it now
    END;
  END IF;
  RETURN QUERY SELECT * FROM streamer_app.record_payments_carefully(p_payments);
END
$function$;
