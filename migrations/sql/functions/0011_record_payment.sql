-- Records what a payment provider (or the streamer's own hand) says about one payment, in the caller's transaction:
-- transaction, entries, balances and donation message together or not at all.
--
-- (provider, event) is said once: a repeat returns the first result, and one with another amount, payee or currency is
-- refused with SA001. (provider, reference) names the transaction: a new event about it moves its status forwards only.
-- SA002: the wallet holds another currency. SA003: the fee is above the amount of a payment that is only announced.
-- When the money is there already it is posted with fee = amount and meta.fee_capped.
--
-- Only the usual case stands here: a payment that is paid, with a fee, plain words and wallets that are here. What it
-- costs is what a raid is made of, so it is one statement (a second one would cost as much again as what it saves); all
-- else is record_any_payment. The event goes first, the transaction after it: of two copies at the same moment one waits
-- in a unique index for the other's commit. Of what hangs on the transaction, PostgreSQL runs the last part first: so
-- the payee's balance is written first and moved last.
--
-- Postings to one streamer would wait for each other at the payee's row, a disk's sync at a time. Whoever finds another
-- one at it (an advisory lock says so, and is never waited for) leaves a marker for the folder, as for the platform.
--
-- Nobody is rung for: the caller rings after its commit. A message whose id is its transaction's says so (0011 trigger).
CREATE FUNCTION streamer_app.record_payment(
  p_provider text, p_event text, p_reference text, p_status text, p_amount bigint, p_currency text,
  p_payee uuid, p_platform uuid, p_payer uuid, p_donation jsonb,
  OUT transaction_id uuid, OUT donation_message_id uuid, OUT currency text, OUT repeated boolean
)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
#variable_conflict use_column
DECLARE
  v_id uuid;
  v_is_said boolean;
  v_is_paid boolean;
  v_now timestamptz := clock_timestamp();
BEGIN
  -- 2^43 and 2^62: nothing near the end of BIGINT is usual (move_balances says why).
  WITH usual AS (
    SELECT named.id, terms.fee_fixed, terms.fee_percentage, terms.exact, floor(p_amount - terms.exact)::bigint AS net,
           p_amount - floor(p_amount - terms.exact)::bigint AS fee, payee.currency, payee.id AS payee_wallet,
           platform.id AS platform_wallet, pg_try_advisory_xact_lock(uuid_hash_extended(payee.id, 0)) AS is_alone
      FROM public.wallets AS payee
      JOIN public.wallets AS platform ON platform.user_id = p_platform AND platform.type = 'PLATFORM'
      CROSS JOIN LATERAL (
        SELECT CASE WHEN p_reference IS NULL THEN streamer_app.event_id(p_provider, p_event)
                    ELSE streamer_app.payment_id(p_provider, p_reference) END AS id) AS named
      CROSS JOIN LATERAL (
        SELECT term.fee_fixed, term.fee_percentage, term.fee_fixed + p_amount * term.fee_percentage AS exact
          FROM streamer_app.fee_terms AS term
         WHERE term.streamer_user_id = p_payee AND term.valid_from <= v_now
         ORDER BY term.valid_from DESC LIMIT 1) AS terms
     WHERE payee.user_id = p_payee AND payee.type = 'PENDING'
       AND p_status = 'PAID' AND p_amount > 0 AND p_amount < 8796093022208
       AND platform.balance < 4611686018427387904 AND payee.balance < 4611686018427387904
       AND terms.exact > 0 AND terms.exact <= p_amount - 1
       AND payee.currency = p_currency AND platform.currency = p_currency AND p_currency ~ '^[A-Z]{3}$'
       AND octet_length(p_provider) + octet_length(p_event) <= 2000
       AND (p_donation IS NULL
            OR jsonb_typeof(p_donation) = 'object' AND coalesce(p_donation ->> 'media_type', 'NONE') = 'NONE')
       AND NOT EXISTS (SELECT FROM streamer_app.waiting_refunds AS waiting WHERE waiting.transaction_id = named.id)
  ), said AS (
    INSERT INTO streamer_app.payment_events (provider, event, transaction_id, status, amount, payment_reference)
    SELECT p_provider, p_event, usual.id, 'PAID', p_amount, p_reference
      FROM usual
    ON CONFLICT (provider, event) DO NOTHING
    RETURNING transaction_id
  ), paid AS (
    INSERT INTO public.transactions
      (id, payer_user_id, payee_user_id, amount, fee_fixed, fee_percentage, fee_amount, net_amount, rounding_amount,
       currency, status, external_reference, paid_at)
    SELECT usual.id, p_payer, p_payee, p_amount, usual.fee_fixed, usual.fee_percentage, usual.fee, usual.net,
           usual.fee - usual.exact, usual.currency, 'PAID', CASE WHEN length(p_reference) <= 100 THEN p_reference END, v_now
      FROM said, usual
    ON CONFLICT (id) DO NOTHING
    RETURNING id
  ), moved AS (
    UPDATE public.wallets AS wallet
       SET balance = wallet.balance + usual.net
      FROM paid, usual
     WHERE wallet.id = usual.payee_wallet AND usual.is_alone
  ), marked AS (
    INSERT INTO streamer_app.balance_markers (wallet_id, amount)
    SELECT usual.platform_wallet, usual.fee FROM paid, usual
    UNION ALL
    SELECT usual.payee_wallet, usual.net FROM paid, usual WHERE NOT usual.is_alone
  ), posted AS (
    INSERT INTO public.wallet_ledger_entries
      (id, wallet_id, entry_type, amount, currency, source_type, source_id, fee_fixed, fee_percentage, fee_amount,
       net_amount)
    SELECT part.id, part.wallet_id, part.entry_type, part.amount, usual.currency, 'TRANSACTION', usual.id, usual.fee_fixed,
           usual.fee_percentage, usual.fee, usual.net
      FROM paid
      CROSS JOIN usual
      CROSS JOIN LATERAL (VALUES
        (streamer_app.entry_id(paid.id, 'DEPOSIT'), usual.payee_wallet, 'DEPOSIT'::public.ledger_entry_type, usual.net),
        (streamer_app.entry_id(paid.id, 'FEE'), usual.platform_wallet, 'FEE', usual.fee))
        AS part (id, wallet_id, entry_type, amount)
  ), worded AS (
    INSERT INTO public.donation_messages
      (id, transaction_id, streamer_user_id, donor_name, message, is_anonymous, tts_language, tts_voice)
    SELECT paid.id, paid.id, p_payee, left(p_donation ->> 'donor_name', 100), p_donation ->> 'message',
           coalesce(p_donation ->> 'is_anonymous', 'false') <> 'false', left(p_donation ->> 'tts_language', 10),
           left(p_donation ->> 'tts_voice', 50)
      FROM paid
     WHERE p_donation IS NOT NULL
  )
  SELECT usual.id, said.transaction_id IS NOT NULL, paid.id IS NOT NULL
    INTO v_id, v_is_said, v_is_paid
    FROM usual
    LEFT JOIN said ON true
    LEFT JOIN paid ON true;

  IF v_is_paid THEN
    transaction_id := v_id;
    donation_message_id := CASE WHEN p_donation IS NOT NULL THEN v_id END;
    currency := p_currency;
    repeated := false;
  ELSIF v_id IS NULL THEN
    SELECT * INTO transaction_id, donation_message_id, currency, repeated FROM streamer_app.record_any_payment(
      p_provider, p_event, p_reference, p_status, p_amount, p_currency, p_payee, p_platform, p_payer, p_donation);
  ELSIF v_is_said THEN
    SELECT * INTO transaction_id, donation_message_id, currency, repeated FROM streamer_app.known_payment(
      v_id, p_provider, p_event, p_status, p_amount, p_currency, p_payee, p_platform, p_payer, p_donation);
  ELSE
    SELECT * INTO transaction_id, donation_message_id, currency, repeated FROM streamer_app.repeated_payment(
      p_provider, p_event, p_amount, p_currency, p_payee);
  END IF;
END
$function$;
