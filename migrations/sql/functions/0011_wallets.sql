-- The currency of a user's wallet: its own, or for an old wallet that of its first entry. NULL: it may take any.
CREATE FUNCTION streamer_app.held_currency(p_user uuid, p_type public.wallet_type) RETURNS text
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $function$
  SELECT coalesce(held.currency,
                  (SELECT entry.currency FROM public.wallet_ledger_entries AS entry
                    WHERE entry.wallet_id = held.id ORDER BY entry.created_at, entry.id LIMIT 1))::text
    FROM public.wallets AS held WHERE held.user_id = p_user AND held.type = p_type
$function$;

-- Makes the wallets that are absent, in one order whoever asks: two who each wait for the other's new wallet would
-- never end. Each is born with the currency of the entry it is made for, so that nobody has to lock it to give it one.
-- Another backend may have given the usual slug to another wallet, and others may be making the same wallet now: hence
-- ON CONFLICT for every unique index (one named alone lets the other raise in a race) and another look.
CREATE FUNCTION streamer_app.make_wallets(p_users uuid[], p_types public.wallet_type[], p_currencies text[])
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
  v_asked record;
  v_slug text;
BEGIN
  FOR v_asked IN
    SELECT DISTINCT ON (asked.user_id, asked.type) asked.user_id, asked.type, asked.currency
      FROM unnest(p_users, p_types, p_currencies) WITH ORDINALITY AS asked (user_id, type, currency, place)
     WHERE asked.user_id IS NOT NULL
     ORDER BY asked.user_id, asked.type, asked.place
  LOOP
    v_slug := lower(v_asked.type::text);
    WHILE NOT EXISTS (SELECT FROM public.wallets AS wallet
                       WHERE wallet.user_id = v_asked.user_id AND wallet.type = v_asked.type) LOOP
      IF EXISTS (SELECT FROM public.wallets AS wallet
                  WHERE wallet.user_id = v_asked.user_id AND wallet.slug = v_slug) THEN
        v_slug := lower(v_asked.type::text) || '-' || gen_random_uuid();
      END IF;
      INSERT INTO public.wallets (user_id, type, name, slug, currency)
      VALUES (v_asked.user_id, v_asked.type, initcap(v_asked.type::text), v_slug, v_asked.currency)
      ON CONFLICT DO NOTHING;
    END LOOP;
  END LOOP;
END
$function$;

-- Moves balances relatively, wallets locked in id order. The platform's wallet is in every posting: its row is left
-- alone, a marker waits for the folder. Call it before the entries are written wherever more than one wallet moves. An
-- old wallet without a currency takes that of its first entry: it is locked here too, because it would be then.
--
-- Near the edge of BIGINT (one amount of 2^43, a balance of 2^62) a platform's balance is moved at once, so that what no balance can hold is refused (22003)
-- where it arises: committed markers that cannot be summed would stop the folder and the view for everybody.
CREATE FUNCTION streamer_app.move_balances(p_wallets uuid[], p_amounts bigint[]) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
  v_at_once uuid[];
BEGIN
  SELECT array_agg(wallet.id) INTO v_at_once
    FROM unnest(p_wallets, p_amounts) AS part (wallet_id, amount)
    JOIN public.wallets AS wallet ON wallet.id = part.wallet_id
   WHERE wallet.type = 'PLATFORM'
     AND (part.amount NOT BETWEEN -8796093022208 AND 8796093022208
          OR wallet.balance NOT BETWEEN -4611686018427387904 AND 4611686018427387904);
  PERFORM FROM public.wallets AS wallet
    WHERE wallet.id = ANY (p_wallets)
      AND (wallet.type <> 'PLATFORM' OR wallet.currency IS NULL OR wallet.id = ANY (v_at_once))
    ORDER BY wallet.id
      FOR NO KEY UPDATE;
  UPDATE public.wallets AS wallet
     SET balance = wallet.balance + moved.amount
    FROM (SELECT part.wallet_id, sum(part.amount)::bigint AS amount
            FROM unnest(p_wallets, p_amounts) AS part (wallet_id, amount)
           GROUP BY part.wallet_id) AS moved
   WHERE wallet.id = moved.wallet_id AND moved.amount <> 0
     AND (wallet.type <> 'PLATFORM' OR wallet.id = ANY (v_at_once));
  -- The view sums what is stored and what waits, and fails where a BIGINT ends.
  IF v_at_once IS NOT NULL THEN
    PERFORM sum(held.balance) FROM streamer_app.wallet_balances AS held WHERE held.wallet_id = ANY (v_at_once);
  END IF;
  INSERT INTO streamer_app.balance_markers (wallet_id, amount)
  SELECT part.wallet_id, sum(part.amount)::bigint
    FROM unnest(p_wallets, p_amounts) AS part (wallet_id, amount)
    JOIN public.wallets AS wallet ON wallet.id = part.wallet_id
   WHERE wallet.type = 'PLATFORM' AND (v_at_once IS NULL OR wallet.id <> ALL (v_at_once))
   GROUP BY part.wallet_id
  HAVING sum(part.amount) <> 0;
END
$function$;
