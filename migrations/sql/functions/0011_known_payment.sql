-- What record_payment does beside the usual case: the same event again, and a later event about a known payment.

-- The first result again, whatever became of the payment since. A repeat that speaks of other money is a conflict.
CREATE FUNCTION streamer_app.repeated_payment(
  p_provider text, p_event text, p_amount bigint, p_currency text, p_payee uuid
)
RETURNS TABLE (transaction_id uuid, donation_message_id uuid, currency text, repeated boolean)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
  v_payment public.transactions%ROWTYPE;
BEGIN
  SELECT payment.* INTO v_payment
    FROM streamer_app.payment_events AS said
    JOIN public.transactions AS payment ON payment.id = said.transaction_id
   WHERE said.provider = p_provider AND said.event = p_event AND said.status IN ('PENDING', 'PAID', 'FAILED');
  IF NOT FOUND THEN
    RAISE EXCEPTION 'Event % of % was recorded with another meaning: it gave money back', p_event, p_provider
      USING ERRCODE = 'SA001';
  END IF;
  PERFORM streamer_app.refuse_other_payment(v_payment, p_provider, p_event, p_amount, p_payee, p_currency);
  RETURN QUERY SELECT v_payment.id,
    (SELECT message.id FROM public.donation_messages AS message WHERE message.transaction_id = v_payment.id),
    v_payment.currency::text, true;
END
$function$;

-- A new event about a payment that is here. The caller has written the event. Late events never move backwards.
CREATE FUNCTION streamer_app.known_payment(
  p_id uuid, p_provider text, p_event text, p_status text, p_amount bigint, p_currency text,
  p_payee uuid, p_platform uuid, p_payer uuid, p_donation jsonb
)
RETURNS TABLE (transaction_id uuid, donation_message_id uuid, currency text, repeated boolean)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
  v_payment public.transactions%ROWTYPE;
  v_pays boolean;
  v_rings_itself text := set_config('streamer_app.rings_itself', 'on', true);
BEGIN
  SELECT payment.* INTO v_payment FROM public.transactions AS payment WHERE payment.id = p_id FOR NO KEY UPDATE;
  PERFORM streamer_app.refuse_other_payment(v_payment, p_provider, p_event, p_amount, p_payee, p_currency);
  IF v_payment.status = 'PENDING' AND p_status <> 'PENDING' THEN
    v_pays := p_status = 'PAID';
    UPDATE public.transactions AS payment
       SET status = p_status::public.transaction_status,
           payer_user_id = CASE WHEN v_pays THEN coalesce(payment.payer_user_id, p_payer) END,
           paid_at = CASE WHEN v_pays THEN clock_timestamp() END
     WHERE payment.id = p_id
     RETURNING * INTO v_payment;
    IF v_pays THEN
      PERFORM streamer_app.post_payment(v_payment, p_platform);
      PERFORM streamer_app.apply_waiting_refund(p_id);
    END IF;
  END IF;
  IF p_donation IS NOT NULL AND jsonb_typeof(p_donation) = 'object'
     AND v_payment.status IN ('PENDING', 'PAID', 'SETTLED') THEN
    PERFORM streamer_app.write_donation(p_id, p_payee, p_donation);
  END IF;
  RETURN QUERY SELECT p_id,
    (SELECT message.id FROM public.donation_messages AS message WHERE message.transaction_id = p_id),
    v_payment.currency::text, false;
END
$function$;
