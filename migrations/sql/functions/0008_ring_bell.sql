-- A ring is a hint; the slow reconcile is the guarantee. Hence nothing here may make a writer's statement fail: no
-- table of ours is touched, and the channel (50 bytes) and the payload (36 bytes) are far below their limits.
-- SECURITY DEFINER: the writer may have rights on the owner's tables only. Every name is written with its schema.
CREATE FUNCTION streamer_app.ring_bell(streamer_user_id uuid, donation_message_id uuid) RETURNS void
LANGUAGE sql
AS $function$
  SELECT pg_catalog.pg_notify(
    'streamer_app_bell_' || pg_catalog.replace(streamer_user_id::text, '-', ''),
    donation_message_id::text
  )
$function$;

-- A message whose transaction is not paid yet is nothing to play: the later UPDATE rings for it.
CREATE FUNCTION streamer_app.ring_on_message() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, streamer_app, pg_temp
AS $function$
BEGIN
  PERFORM streamer_app.ring_bell(NEW.streamer_user_id, NEW.id)
     FROM public.transactions AS payment
    WHERE payment.id = NEW.transaction_id AND payment.status IN ('PAID', 'SETTLED');
  RETURN NULL;
END
$function$;

CREATE FUNCTION streamer_app.ring_on_status() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, streamer_app, pg_temp
AS $function$
BEGIN
  PERFORM streamer_app.ring_bell(message.streamer_user_id, message.id)
     FROM public.donation_messages AS message
    WHERE message.transaction_id = NEW.id;
  RETURN NULL;
END
$function$;

REVOKE ALL ON FUNCTION
  streamer_app.ring_bell(uuid, uuid), streamer_app.ring_on_message(), streamer_app.ring_on_status()
  FROM PUBLIC;
