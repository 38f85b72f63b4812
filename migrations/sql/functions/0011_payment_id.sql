-- The id of a payment follows from what its provider calls it: two first events about one payment agree on it without
-- meeting, and the primary key of transactions is the one place where copies are told apart. What is written by one
-- event without a reference is named by that event. A reference's text begins with a digit, the others do not.
-- STABLE as convert_to is, or they would not be inlined.
CREATE FUNCTION streamer_app.named_id(p_name text) RETURNS uuid
LANGUAGE sql STABLE PARALLEL SAFE
AS $function$
  SELECT substr(encode(sha256(convert_to(p_name, 'UTF8')), 'hex'), 1, 32)::uuid
$function$;

CREATE FUNCTION streamer_app.payment_id(p_provider text, p_reference text) RETURNS uuid
LANGUAGE sql STABLE PARALLEL SAFE
AS $function$
  SELECT substr(encode(sha256(
    convert_to(length(p_provider) || '/' || p_provider || '/' || p_reference, 'UTF8')), 'hex'), 1, 32)::uuid
$function$;

CREATE FUNCTION streamer_app.event_id(p_provider text, p_event text) RETURNS uuid
LANGUAGE sql STABLE PARALLEL SAFE
AS $function$
  SELECT substr(encode(sha256(
    convert_to('event/' || length(p_provider) || '/' || p_provider || '/' || p_event, 'UTF8')), 'hex'), 1, 32)::uuid
$function$;

-- What PAID writes has ids of its own too: by the primary key of the ledger, a payment is deposited once.
CREATE FUNCTION streamer_app.entry_id(p_transaction uuid, p_entry_type text) RETURNS uuid
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $function$
  SELECT md5(p_entry_type || p_transaction)::uuid
$function$;
