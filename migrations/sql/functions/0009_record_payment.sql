-- Records what a payment provider (or the streamer's own hand) says about one payment, in the caller's transaction:
-- transaction, entries, balances and donation message together or not at all.
--
-- (provider, event) is said once: a repeat returns the first result, and one with another amount, payee or currency is
-- refused with SA001. (provider, reference) names the transaction: a new event about it moves its status forwards only.
-- SA002: the wallet holds another currency. SA003: the fee is above the amount of a payment that is only announced.
-- When the money is there already it is posted with fee = amount and meta.fee_capped.
--
-- Nobody is rung for: the caller rings after its commit.
CREATE FUNCTION streamer_app.record_payment(
  p_provider text, p_event text, p_reference text, p_status text, p_amount bigint, p_currency text,
  p_payee uuid, p_platform uuid, p_payer uuid, p_donation jsonb
)
RETURNS TABLE (transaction_id uuid, donation_message_id uuid, currency text, repeated boolean)
LANGUAGE plpgsql
AS $function$
#variable_conflict use_column
DECLARE
  v_id uuid;
  v_message uuid;
  v_payment public.transactions%ROWTYPE;
  v_is_new boolean := true;
  v_pays boolean := p_status = 'PAID';
  v_fee_fixed bigint;
  v_fee_percentage numeric(5,4);
  v_exact_fee numeric;
  v_net bigint;
  v_capped boolean;
BEGIN
  IF p_provider IS NULL OR p_event IS NULL OR p_payee IS NULL OR p_platform IS NULL
     OR p_status IS NULL OR p_status NOT IN ('PENDING', 'PAID', 'FAILED')
     OR p_amount IS NULL OR p_amount <= 0 OR p_currency IS NULL OR p_currency !~ '^[A-Z]{3}$' THEN
    RAISE EXCEPTION 'Not a payment: provider %, event %, status %, amount %, currency %, payee %, platform %',
      p_provider, p_event, p_status, p_amount, p_currency, p_payee, p_platform USING ERRCODE = '22023';
  END IF;
  PERFORM set_config('streamer_app.rings_itself', 'on', true);

  -- The id follows from the reference, so that two first events about one payment agree on it without meeting.
  SELECT named.transaction_id INTO v_id FROM streamer_app.payment_references AS named
   WHERE named.provider = p_provider AND named.payment_reference = p_reference;
  IF v_id IS NULL THEN
    v_id := CASE WHEN p_reference IS NULL THEN gen_random_uuid() ELSE substr(encode(sha256(
      convert_to(length(p_provider) || '/' || p_provider || '/' || p_reference, 'UTF8')), 'hex'), 1, 32)::uuid END;
  END IF;

  INSERT INTO streamer_app.payment_events (provider, event, transaction_id, status, amount)
  VALUES (p_provider, p_event, v_id, p_status, p_amount)
  ON CONFLICT (provider, event) DO NOTHING;
  IF NOT FOUND THEN
    SELECT payment.* INTO STRICT v_payment
      FROM streamer_app.payment_events AS said
      JOIN public.transactions AS payment ON payment.id = said.transaction_id
     WHERE said.provider = p_provider AND said.event = p_event;
    PERFORM streamer_app.refuse_other_payment(v_payment, p_provider, p_event, p_amount, p_payee, p_currency);
    SELECT message.id INTO v_message FROM public.donation_messages AS message
     WHERE message.transaction_id = v_payment.id;
    RETURN QUERY SELECT v_payment.id, v_message, v_payment.currency::text, true;
    RETURN;
  END IF;

  -- Without a target: racing first events also meet in the unique index on transaction_id, and that must not raise.
  IF p_reference IS NOT NULL THEN
    INSERT INTO streamer_app.payment_references (provider, payment_reference, transaction_id)
    VALUES (p_provider, p_reference, v_id)
    ON CONFLICT DO NOTHING;
    v_is_new := FOUND;
  END IF;

  IF v_is_new THEN
    SELECT terms.fee_fixed, terms.fee_percentage INTO v_fee_fixed, v_fee_percentage
      FROM streamer_app.fee_terms AS terms
     WHERE terms.streamer_user_id = p_payee AND terms.valid_from <= clock_timestamp()
     ORDER BY terms.valid_from DESC LIMIT 1;
    v_fee_fixed := coalesce(v_fee_fixed, 0);
    v_fee_percentage := coalesce(v_fee_percentage, 0);
    v_exact_fee := v_fee_fixed + p_amount * v_fee_percentage;
    v_capped := v_exact_fee > p_amount;
    IF v_capped AND p_status = 'PENDING' THEN
      RAISE EXCEPTION 'The fee (%) is above the amount (%)', v_exact_fee, p_amount USING ERRCODE = 'SA003';
    END IF;
    v_net := CASE WHEN v_capped THEN 0 ELSE floor(p_amount - v_exact_fee) END;
    INSERT INTO public.transactions
      (id, payer_user_id, payee_user_id, amount, fee_fixed, fee_percentage, fee_amount, net_amount, rounding_amount,
       currency, status, external_reference, meta, paid_at)
    VALUES
      (v_id, CASE WHEN v_pays THEN p_payer END, p_payee, p_amount, v_fee_fixed, v_fee_percentage, p_amount - v_net,
       v_net, CASE WHEN v_capped THEN 0 ELSE p_amount - v_net - v_exact_fee END, p_currency,
       p_status::public.transaction_status, CASE WHEN length(p_reference) <= 100 THEN p_reference END,
       CASE WHEN v_capped THEN jsonb_build_object('fee_capped', true) ELSE '{}' END,
       CASE WHEN v_pays THEN clock_timestamp() END)
    RETURNING * INTO v_payment;
  ELSE
    SELECT payment.* INTO v_payment FROM public.transactions AS payment WHERE payment.id = v_id FOR NO KEY UPDATE;
    PERFORM streamer_app.refuse_other_payment(v_payment, p_provider, p_event, p_amount, p_payee, p_currency);
    v_pays := v_pays AND v_payment.status = 'PENDING';
    IF v_payment.status = 'PENDING' AND p_status <> 'PENDING' THEN
      UPDATE public.transactions AS payment
         SET status = p_status::public.transaction_status,
             payer_user_id = CASE WHEN v_pays THEN coalesce(payment.payer_user_id, p_payer) END,
             paid_at = CASE WHEN v_pays THEN clock_timestamp() END
       WHERE payment.id = v_id
       RETURNING * INTO v_payment;
    END IF;
  END IF;

  IF v_pays THEN
    PERFORM streamer_app.post_payment(v_id, p_platform);
  END IF;

  IF p_donation IS NOT NULL AND jsonb_typeof(p_donation) = 'object'
     AND v_payment.status IN ('PENDING', 'PAID', 'SETTLED') THEN
    INSERT INTO public.donation_messages
      (transaction_id, streamer_user_id, donor_name, message, is_anonymous, media_type, media_provider, media_video_id,
       media_start_seconds, media_end_seconds, tts_language, tts_voice)
    VALUES
      (v_id, p_payee, left(p_donation ->> 'donor_name', 100), p_donation ->> 'message',
       coalesce((p_donation ->> 'is_anonymous')::boolean, false),
       coalesce(p_donation ->> 'media_type', 'NONE')::public.donation_media_type,
       (p_donation ->> 'media_provider')::public.media_provider, p_donation ->> 'media_video_id',
       (p_donation ->> 'media_start_seconds')::int, (p_donation ->> 'media_end_seconds')::int,
       p_donation ->> 'tts_language', p_donation ->> 'tts_voice')
    ON CONFLICT (transaction_id) DO NOTHING;
  END IF;
  SELECT message.id INTO v_message FROM public.donation_messages AS message WHERE message.transaction_id = v_id;
  RETURN QUERY SELECT v_id, v_message, v_payment.currency::text, false;
END
$function$;
