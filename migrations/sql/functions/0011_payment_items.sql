-- What the items of a list of payments are, before any of it is written.
CREATE TYPE streamer_app.payment_item AS (
  place integer, provider text, event text, reference text, status text, amount bigint, currency text,
  payee uuid, platform uuid, payer uuid, donation jsonb,
  id uuid,                     -- of its transaction
  same_event integer,          -- the place above that speaks of the same event
  same_payment integer,        -- the place above that speaks of the same transaction
  is_repeat boolean,           -- the event was said before, here or above in the list
  found_status text,           -- of the transaction before this batch; NULL: it was not here
  makes boolean,               -- its event makes the transaction
  becomes text,                -- what the whole list makes of the transaction, where this event makes it
  paid_by uuid,
  decides boolean,             -- its event takes the transaction from PENDING to PAID or FAILED
  has_words boolean,           -- its words become the donation message, if there is none yet
  sees_message boolean,        -- a message stands beside the transaction after this event
  fee_fixed bigint, fee_percentage numeric(5,4), exact_fee numeric, net bigint,
  problem text
);

-- What each item is, by what is committed now, as if it were alone. Nothing is locked.
CREATE FUNCTION streamer_app.items_of(p_payments jsonb) RETURNS streamer_app.payment_item[]
LANGUAGE sql VOLATILE
SET search_path = pg_catalog, pg_temp
SET enable_hashjoin = off
SET enable_mergejoin = off
SET jit = off
AS $function$
  WITH asked AS (
    SELECT item.place::integer AS place, item.provider, item.event, item.reference, item.status, item.amount,
           item.currency, item.payee, item.platform, item.payer, item.donation,
           CASE WHEN item.reference IS NULL THEN streamer_app.event_id(item.provider, item.event)
                ELSE streamer_app.payment_id(item.provider, item.reference) END AS id
      FROM ROWS FROM (jsonb_to_recordset(p_payments) AS (
             provider text, event text, reference text, status text, amount bigint, currency text,
             payee uuid, platform uuid, payer uuid, donation jsonb)) WITH ORDINALITY
           AS item (provider, event, reference, status, amount, currency, payee, platform, payer, donation, place)
  ),
  looked_up AS (
    SELECT asked.*, said.transaction_id AS said_id, said.status AS said_status,
           coalesce(said.transaction_id, asked.id) AS known_id,
           coalesce(terms.fee_fixed, 0) AS fee_fixed, coalesce(terms.fee_percentage, 0) AS fee_percentage,
           coalesce(terms.fee_fixed, 0) + asked.amount * coalesce(terms.fee_percentage, 0) AS exact_fee
      FROM asked
      LEFT JOIN LATERAL (
        SELECT event.transaction_id, event.status FROM streamer_app.payment_events AS event
         WHERE event.provider = asked.provider AND event.event = asked.event LIMIT 1) AS said ON true
      LEFT JOIN LATERAL (
        SELECT term.fee_fixed, term.fee_percentage FROM streamer_app.fee_terms AS term
         WHERE term.streamer_user_id = asked.payee AND term.valid_from <= clock_timestamp()
         ORDER BY term.valid_from DESC LIMIT 1) AS terms ON true
  ),
  found AS (
    SELECT looked_up.*, known.id AS found_id, known.amount AS found_amount, known.currency::text AS found_currency,
           known.payee_user_id AS found_payee, known.status::text AS found_status,
           coalesce(known.net_amount,
                    CASE WHEN exact_fee > looked_up.amount THEN 0 ELSE floor(looked_up.amount - exact_fee) END::bigint)
             AS net
      FROM looked_up
      LEFT JOIN LATERAL (
        SELECT payment.id, payment.amount, payment.currency, payment.payee_user_id, payment.status, payment.net_amount
          FROM public.transactions AS payment WHERE payment.id = looked_up.known_id LIMIT 1) AS known ON true
  ),
  judged AS (
    SELECT found.*,
           lag(place) OVER (PARTITION BY provider, event ORDER BY place) AS same_event,
           lag(place) OVER (PARTITION BY known_id ORDER BY place) AS same_payment,
           said_id IS NULL AND status <> 'PENDING' AND coalesce(found_status, 'PENDING') = 'PENDING' AS decides,
           CASE
             WHEN provider IS NULL OR event IS NULL OR octet_length(provider) + octet_length(event) > 2000
                  OR payee IS NULL OR platform IS NULL
                  OR status IS NULL OR status NOT IN ('PENDING', 'PAID', 'FAILED')
                  OR amount IS NULL OR amount <= 0 OR currency IS NULL OR currency !~ '^[A-Z]{3}$' THEN '22023'
             WHEN said_id IS NOT NULL
                  AND (found_id IS NULL OR said_status NOT IN ('PENDING', 'PAID', 'FAILED')) THEN 'SA001'
             WHEN found_id IS NOT NULL
                  AND (found_amount, found_payee, found_currency) IS DISTINCT FROM (amount, payee, currency) THEN 'SA001'
             WHEN found_id IS NULL AND status = 'PENDING' AND exact_fee > amount THEN 'SA003'
             WHEN said_id IS NULL AND status = 'PAID' AND coalesce(found_status, 'PENDING') = 'PENDING'
                  AND (net > 0 AND streamer_app.held_currency(payee, 'PENDING') <> currency
                       OR net < amount AND streamer_app.held_currency(platform, 'PLATFORM') <> currency) THEN 'SA002'
           END AS problem
      FROM found
  )
  SELECT array_agg(ROW(
           place, provider, event, reference, status, amount, currency, payee, platform, payer, donation, known_id,
           same_event, same_payment,
           said_id IS NOT NULL, found_status,
           problem IS NULL AND said_id IS NULL AND found_id IS NULL, status, payer,
           problem IS NULL AND decides,
           problem IS NULL AND said_id IS NULL AND jsonb_typeof(donation) = 'object'
             AND CASE WHEN decides THEN status ELSE coalesce(found_status, 'PENDING') END
                 IN ('PENDING', 'PAID', 'SETTLED'),
           true, fee_fixed, fee_percentage, exact_fee, net, problem)::streamer_app.payment_item ORDER BY place)
    FROM judged
$function$;

-- What is wrong with an item, for people.
CREATE FUNCTION streamer_app.said_of(p_item streamer_app.payment_item) RETURNS text
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $function$
  SELECT CASE p_item.problem
    WHEN '22023' THEN format(
      'Not a payment: provider %s, event %s, status %s, amount %s, currency %s, payee %s, platform %s',
      p_item.provider, left(p_item.event, 200), p_item.status, p_item.amount, p_item.currency, p_item.payee,
      p_item.platform)
    WHEN 'SA001' THEN format('Event %s of %s says %s %s for %s, but the payment is another', p_item.event,
      p_item.provider, p_item.amount, p_item.currency, p_item.payee)
    WHEN 'SA002' THEN format('A wallet of payment %s holds another currency than %s', p_item.event, p_item.currency)
    WHEN 'SA003' THEN format('The fee (%s) is above the amount (%s)', p_item.exact_fee, p_item.amount)
  END
$function$;

-- Judges again, in the order of the list, where items speak of the same event or payment, or of several currencies:
-- each as if those above it were recorded already.
CREATE FUNCTION streamer_app.untangled(p_items streamer_app.payment_item[]) RETURNS streamer_app.payment_item[]
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
  v_items streamer_app.payment_item[] := p_items;
  v_item streamer_app.payment_item;
  v_first streamer_app.payment_item;  -- whose event it repeats, or who made its transaction
  v_same_payee integer[];
  v_same_platform integer[];
  -- What holds after each place, for its event, transaction and wallets. Places are counted from 1.
  v_recorded integer[];    -- the place whose event was recorded
  v_maker integer[];       -- the place that made the transaction
  v_status text[];
  v_message boolean[];
  v_pending text[];        -- currencies
  v_platform text[];
  v_net bigint;
  v_pays boolean;
  v_above integer;
BEGIN
  SELECT array_agg(places.same_payee ORDER BY places.place), array_agg(places.same_platform ORDER BY places.place)
    INTO v_same_payee, v_same_platform
    FROM (SELECT item.place, lag(item.place) OVER (PARTITION BY item.payee ORDER BY item.place) AS same_payee,
                 lag(item.place) OVER (PARTITION BY item.platform ORDER BY item.place) AS same_platform
            FROM unnest(p_items) AS item) AS places;
  FOR v_place IN 1 .. cardinality(p_items) LOOP
    v_item := v_items[v_place];
    v_above := v_item.same_payment;
    v_maker[v_place] := v_maker[v_above];
    v_status[v_place] := CASE WHEN v_above IS NULL THEN v_item.found_status ELSE v_status[v_above] END;
    v_message[v_place] := CASE WHEN v_above IS NULL THEN EXISTS (
      SELECT FROM public.donation_messages AS message WHERE message.transaction_id = v_item.id)
      ELSE v_message[v_above] END;
    v_pending[v_place] := CASE WHEN v_same_payee[v_place] IS NULL
                               THEN streamer_app.held_currency(v_item.payee, 'PENDING')
                               ELSE v_pending[v_same_payee[v_place]] END;
    v_platform[v_place] := CASE WHEN v_same_platform[v_place] IS NULL
                                THEN streamer_app.held_currency(v_item.platform, 'PLATFORM')
                                ELSE v_platform[v_same_platform[v_place]] END;
    v_recorded[v_place] := v_recorded[v_item.same_event];
    v_item.sees_message := v_message[v_place];

    IF v_item.problem = '22023' OR v_item.is_repeat THEN
      v_items[v_place] := v_item;
      CONTINUE;
    END IF;
    v_item.makes := false;
    v_item.decides := false;
    v_item.has_words := false;

    IF v_recorded[v_place] IS NOT NULL THEN
      v_first := v_items[v_recorded[v_place]];
      v_item.problem := CASE WHEN (v_first.amount, v_first.payee, v_first.currency)
        IS DISTINCT FROM (v_item.amount, v_item.payee, v_item.currency) THEN 'SA001' END;
      v_item.is_repeat := true;
      v_item.id := v_first.id;
      v_above := v_place - 1;
      WHILE p_items[v_above].id IS DISTINCT FROM v_item.id LOOP -- an item that is no payment has no id
        v_above := v_above - 1;
      END LOOP;
      v_item.sees_message := v_message[v_above];
      v_items[v_place] := v_item;
      CONTINUE;
    END IF;

    v_pays := v_item.status = 'PAID' AND coalesce(v_status[v_place], 'PENDING') = 'PENDING';
    v_net := v_item.net;
    IF v_maker[v_place] IS NOT NULL THEN
      v_first := v_items[v_maker[v_place]];
      v_net := v_first.net;
      v_item.problem := CASE WHEN (v_first.amount, v_first.payee, v_first.currency)
        IS DISTINCT FROM (v_item.amount, v_item.payee, v_item.currency) THEN 'SA001' END;
    ELSIF v_item.problem = 'SA002' THEN
      v_item.problem := NULL;
    END IF;
    IF v_item.problem IS NULL AND v_pays
       AND (v_net > 0 AND v_pending[v_place] <> v_item.currency
            OR v_net < v_item.amount AND v_platform[v_place] <> v_item.currency) THEN
      v_item.problem := 'SA002';
    END IF;
    IF v_item.problem IS NOT NULL THEN
      v_items[v_place] := v_item;
      CONTINUE;
    END IF;

    v_recorded[v_place] := v_place;
    v_item.makes := v_status[v_place] IS NULL;
    IF v_item.makes THEN
      v_maker[v_place] := v_place;
    END IF;
    v_item.decides := v_item.status <> 'PENDING' AND coalesce(v_status[v_place], 'PENDING') = 'PENDING';
    IF v_item.decides AND v_maker[v_place] < v_place THEN
      v_items[v_maker[v_place]].becomes := v_item.status;
      v_items[v_maker[v_place]].paid_by := v_item.payer;
    END IF;
    v_status[v_place] := CASE WHEN v_item.decides THEN v_item.status ELSE coalesce(v_status[v_place], 'PENDING') END;
    v_item.has_words := NOT v_message[v_place] AND coalesce(jsonb_typeof(v_item.donation) = 'object', false)
                        AND v_status[v_place] IN ('PENDING', 'PAID', 'SETTLED');
    v_message[v_place] := v_message[v_place] OR v_item.has_words;
    v_item.sees_message := v_message[v_place];
    IF v_pays THEN
      v_pending[v_place] := CASE WHEN v_net > 0 THEN v_item.currency ELSE v_pending[v_place] END;
      v_platform[v_place] := CASE WHEN v_net < v_item.amount THEN v_item.currency ELSE v_platform[v_place] END;
      IF EXISTS (SELECT FROM streamer_app.payment_events AS said
                  WHERE said.transaction_id = v_item.id AND said.status = 'REFUNDED'
                    AND said.amount IN (0, v_item.amount)) THEN
        v_status[v_place] := 'REFUNDED';
      END IF;
    END IF;
    v_items[v_place] := v_item;
  END LOOP;
  RETURN v_items;
END
$function$;
