-- A message about a known payment has to speak of the same money.
CREATE FUNCTION streamer_app.refuse_other_payment(
  p_known public.transactions, p_provider text, p_event text, p_amount bigint, p_payee uuid, p_currency text
) RETURNS void
LANGUAGE plpgsql
AS $function$
BEGIN
  IF p_known.id IS NULL THEN
    RAISE EXCEPTION 'Payment % of % is being recorded by somebody else', p_event, p_provider USING ERRCODE = '40001';
  END IF;
  IF (p_known.amount, p_known.payee_user_id, p_known.currency::text) IS DISTINCT FROM (p_amount, p_payee, p_currency) THEN
    RAISE EXCEPTION 'Event % of % says % % for %, but the payment is % % for %', p_event, p_provider, p_amount,
      p_currency, p_payee, p_known.amount, p_known.currency, p_known.payee_user_id USING ERRCODE = 'SA001';
  END IF;
END
$function$;
