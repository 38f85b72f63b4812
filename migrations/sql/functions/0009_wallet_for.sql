-- The user's wallet of this type, made when absent. Another backend may have given the usual slug to another wallet, and
-- others may be making the same wallet now: hence ON CONFLICT for every unique index (one named alone lets the other
-- raise in a race) and another look.
CREATE FUNCTION streamer_app.wallet_for(p_user uuid, p_type public.wallet_type) RETURNS uuid
LANGUAGE plpgsql
AS $function$
DECLARE
  v_id uuid;
  v_slug text := lower(p_type::text);
BEGIN
  LOOP
    SELECT id INTO v_id FROM public.wallets WHERE user_id = p_user AND type = p_type;
    IF FOUND THEN
      RETURN v_id;
    END IF;
    IF EXISTS (SELECT FROM public.wallets WHERE user_id = p_user AND slug = v_slug) THEN
      v_slug := lower(p_type::text) || '-' || gen_random_uuid();
    END IF;
    INSERT INTO public.wallets (user_id, type, name, slug)
    VALUES (p_user, p_type, initcap(p_type::text), v_slug)
    ON CONFLICT DO NOTHING;
  END LOOP;
END
$function$;
