-- One payment, whatever it is: announced, paid or failed, with words or media, to wallets that may not be here yet. The
-- event is written first, the transaction after it: of two copies at the same moment one waits in a unique index for the
-- other's commit. The payee's wallet comes last: its row is the only one that postings of one streamer wait for.
CREATE FUNCTION streamer_app.record_any_payment(
  p_provider text, p_event text, p_reference text, p_status text, p_amount bigint, p_currency text,
  p_payee uuid, p_platform uuid, p_payer uuid, p_donation jsonb,
  OUT transaction_id uuid, OUT donation_message_id uuid, OUT currency text, OUT repeated boolean
)
LANGUAGE plpgsql
AS $function$
#variable_conflict use_column
DECLARE
  v_id uuid;
  v_fee_fixed bigint;
  v_fee_percentage numeric(5,4);
  v_exact_fee numeric;
  v_net bigint;
  v_fee bigint;
  v_now timestamptz := clock_timestamp();
BEGIN
  IF p_provider IS NULL OR p_event IS NULL OR octet_length(p_provider) + octet_length(p_event) > 2000
     OR p_payee IS NULL OR p_platform IS NULL
     OR p_status IS NULL OR p_status NOT IN ('PENDING', 'PAID', 'FAILED')
     OR p_amount IS NULL OR p_amount <= 0 OR p_currency IS NULL OR p_currency !~ '^[A-Z]{3}$' THEN
    RAISE EXCEPTION 'Not a payment: provider %, event %, status %, amount %, currency %, payee %, platform %',
      p_provider, left(p_event, 200), p_status, p_amount, p_currency, p_payee, p_platform USING ERRCODE = '22023';
  END IF;
  v_id := CASE WHEN p_reference IS NULL THEN streamer_app.event_id(p_provider, p_event)
               ELSE streamer_app.payment_id(p_provider, p_reference) END;

  INSERT INTO streamer_app.payment_events (provider, event, transaction_id, status, amount, payment_reference)
  VALUES (p_provider, p_event, v_id, p_status, p_amount, p_reference)
  ON CONFLICT (provider, event) DO NOTHING;
  IF NOT FOUND THEN
    SELECT * INTO transaction_id, donation_message_id, currency, repeated FROM streamer_app.repeated_payment(
      p_provider, p_event, p_amount, p_currency, p_payee);
    RETURN;
  END IF;

  SELECT terms.fee_fixed, terms.fee_percentage, terms.exact,
         CASE WHEN terms.exact > p_amount THEN 0 ELSE floor(p_amount - terms.exact) END
    INTO v_fee_fixed, v_fee_percentage, v_exact_fee, v_net
    FROM (SELECT coalesce(term.fee_fixed, 0) AS fee_fixed, coalesce(term.fee_percentage, 0) AS fee_percentage,
                 coalesce(term.fee_fixed + p_amount * term.fee_percentage, 0) AS exact
            FROM (SELECT) AS one
            LEFT JOIN LATERAL (
              SELECT dated.fee_fixed, dated.fee_percentage FROM streamer_app.fee_terms AS dated
               WHERE dated.streamer_user_id = p_payee AND dated.valid_from <= v_now
               ORDER BY dated.valid_from DESC LIMIT 1) AS term ON true) AS terms;
  v_fee := p_amount - v_net;

  INSERT INTO public.transactions
    (id, payer_user_id, payee_user_id, amount, fee_fixed, fee_percentage, fee_amount, net_amount, rounding_amount,
     currency, status, external_reference, meta, paid_at)
  VALUES
    (v_id, CASE WHEN p_status = 'PAID' THEN p_payer END, p_payee, p_amount, v_fee_fixed, v_fee_percentage,
     v_fee, v_net,
     CASE WHEN v_exact_fee > p_amount THEN 0 ELSE v_fee - v_exact_fee END, p_currency,
     p_status::public.transaction_status, CASE WHEN length(p_reference) <= 100 THEN p_reference END,
     CASE WHEN v_exact_fee > p_amount THEN '{"fee_capped": true}' ELSE '{}' END::jsonb,
     CASE WHEN p_status = 'PAID' THEN v_now END)
  ON CONFLICT (id) DO NOTHING;
  IF NOT FOUND THEN
    SELECT * INTO transaction_id, donation_message_id, currency, repeated FROM streamer_app.known_payment(
      v_id, p_provider, p_event, p_status, p_amount, p_currency, p_payee, p_platform, p_payer, p_donation);
    RETURN;
  END IF;
  transaction_id := v_id;
  currency := p_currency;
  repeated := false;

  IF p_status <> 'FAILED' AND jsonb_typeof(p_donation) = 'object' THEN
    donation_message_id := streamer_app.write_donation(v_id, p_payee, p_donation);
  END IF;
  IF p_status = 'PAID' THEN
    PERFORM streamer_app.post_payment(payment, p_platform) FROM public.transactions AS payment WHERE payment.id = v_id;
    PERFORM streamer_app.apply_waiting_refund(v_id);
  ELSIF v_exact_fee > p_amount AND p_status = 'PENDING' THEN
    RAISE EXCEPTION 'The fee (%) is above the amount (%)', v_exact_fee, p_amount USING ERRCODE = 'SA003';
  END IF;
END
$function$;
