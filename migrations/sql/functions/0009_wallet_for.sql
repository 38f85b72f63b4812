-- The user's wallet of this type, made when absent. Another backend may have given the usual slug to another wallet.
CREATE FUNCTION streamer_app.wallet_for(p_user uuid, p_type public.wallet_type) RETURNS uuid
LANGUAGE plpgsql
AS $function$
DECLARE
  v_id uuid;
  v_slug text := lower(p_type::text);
BEGIN
  SELECT id INTO v_id FROM public.wallets WHERE user_id = p_user AND type = p_type;
  IF FOUND THEN
    RETURN v_id;
  END IF;
  IF EXISTS (SELECT FROM public.wallets WHERE user_id = p_user AND slug = v_slug) THEN
    v_slug := v_slug || '-' || gen_random_uuid();
  END IF;
  INSERT INTO public.wallets (user_id, type, name, slug)
  VALUES (p_user, p_type, initcap(p_type::text), v_slug)
  ON CONFLICT (user_id, type) DO NOTHING
  RETURNING id INTO v_id;
  IF v_id IS NULL THEN
    SELECT id INTO v_id FROM public.wallets WHERE user_id = p_user AND type = p_type;
  END IF;
  RETURN v_id;
END
$function$;
