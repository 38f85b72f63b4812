-- What an UPDATE may not do to a transaction: change frozen columns, move the status another way than forwards, turn
-- money negative. One function instead of conditions in WHEN: PostgreSQL reads a WHEN anew for every statement, and
-- these would cost an UPDATE three times itself.
CREATE FUNCTION streamer_app.guard_transaction() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
  -- A payout has its entry from the start, so it is frozen while it is PENDING too.
  IF (OLD.id, OLD.kind) IS DISTINCT FROM (NEW.id, NEW.kind)
     OR (OLD.status <> 'PENDING' OR OLD.kind = 'PAYOUT') AND
        (OLD.amount, OLD.fee_fixed, OLD.fee_percentage, OLD.fee_amount, OLD.net_amount, OLD.rounding_amount,
         OLD.rounding_strategy, OLD.payee_user_id, OLD.currency)
        IS DISTINCT FROM
        (NEW.amount, NEW.fee_fixed, NEW.fee_percentage, NEW.fee_amount, NEW.net_amount, NEW.rounding_amount,
         NEW.rounding_strategy, NEW.payee_user_id, NEW.currency) THEN
    RAISE EXCEPTION 'Transaction % (%, %) is frozen: % may not change', OLD.id, OLD.kind, OLD.status,
      streamer_app.frozen_changes(OLD, NEW)
      USING ERRCODE = 'SA011', HINT = 'Record a refund, or an adjustment of its entries.';
  END IF;
  IF OLD.status <> NEW.status AND NOT (
       OLD.status = 'PENDING' AND NEW.status IN ('PAID', 'FAILED')
       OR OLD.kind = 'PAYMENT' AND OLD.status = 'PAID' AND NEW.status IN ('SETTLED', 'REFUNDED')
       OR OLD.kind = 'PAYMENT' AND OLD.status = 'SETTLED' AND NEW.status = 'REFUNDED') THEN
    RAISE EXCEPTION 'Transaction % (%) may not move from % to %', OLD.id, OLD.kind, OLD.status, NEW.status
      USING ERRCODE = 'SA012',
            HINT = 'PENDING to PAID or FAILED; a payment also PAID to SETTLED or REFUNDED, and SETTLED to REFUNDED.';
  END IF;
  IF (NEW.net_amount < 0 OR NEW.fee_amount < 0 OR NEW.fee_fixed < 0 OR NEW.fee_percentage < 0)
     AND (OLD.net_amount, OLD.fee_amount, OLD.fee_fixed, OLD.fee_percentage)
         IS DISTINCT FROM (NEW.net_amount, NEW.fee_amount, NEW.fee_fixed, NEW.fee_percentage) THEN
    RAISE EXCEPTION 'Transaction % has a net amount or a fee below zero: net %, fee %, fixed %, percentage %', NEW.id,
      NEW.net_amount, NEW.fee_amount, NEW.fee_fixed, NEW.fee_percentage USING ERRCODE = 'SA015';
  END IF;
  RETURN NULL;
END
$function$;

-- A trigger, not a CHECK: NOT VALID or not, a CHECK is asked at every UPDATE, and an old row that breaks it could never
-- be settled or refunded.
--
-- Every posting meets it, so it does without SET: operators are named with their schema instead.
CREATE FUNCTION streamer_app.refuse_negative_money() RETURNS trigger
LANGUAGE plpgsql
AS $function$
BEGIN
  IF NEW.net_amount OPERATOR(pg_catalog.>=) 0 AND NEW.fee_amount OPERATOR(pg_catalog.>=) 0
     AND NEW.fee_fixed OPERATOR(pg_catalog.>=) 0 AND NEW.fee_percentage OPERATOR(pg_catalog.>=) 0 THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'Transaction % has a net amount or a fee below zero: net %, fee %, fixed %, percentage %', NEW.id,
    NEW.net_amount, NEW.fee_amount, NEW.fee_fixed, NEW.fee_percentage USING ERRCODE = 'SA015';
END
$function$;

CREATE FUNCTION streamer_app.frozen_changes(p_old public.transactions, p_new public.transactions) RETURNS text
LANGUAGE sql
SET search_path = pg_catalog, pg_temp
AS $function$
  SELECT string_agg(frozen.name, ', ')
    FROM unnest(ARRAY['id', 'kind'] || CASE WHEN p_old.status <> 'PENDING' OR p_old.kind = 'PAYOUT' THEN
           ARRAY['amount', 'fee_fixed', 'fee_percentage', 'fee_amount', 'net_amount', 'rounding_amount',
                 'rounding_strategy', 'payee_user_id', 'currency'] END) AS frozen (name)
   WHERE to_jsonb(p_old) -> frozen.name IS DISTINCT FROM to_jsonb(p_new) -> frozen.name
$function$;

REVOKE ALL ON FUNCTION
  streamer_app.guard_transaction(), streamer_app.refuse_negative_money(),
  streamer_app.frozen_changes(public.transactions, public.transactions)
  FROM PUBLIC;
