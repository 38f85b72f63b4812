-- Brings stored balances up to their markers, relatively: another backend that moves such a row itself is never
-- counted twice. A marker that commits late is simply met next time. One folder at a time; a second has nothing to do.
-- A row is locked before its markers are taken, so that a writer who holds it delays this and nothing else. Other
-- backends lock payee and platform in whatever order they like: so this waits for one row only, and holds none meanwhile;
-- of the others it takes those that are free.
-- A refund and the payment it is about may have crossed, neither seeing the other: what waits is looked at here as well,
-- one per call and nothing else with it, so that rows are held in the order in which everybody else takes them.
CREATE FUNCTION streamer_app.fold_balances() RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
  v_wallets uuid[];
  v_crossed uuid;
BEGIN
  SELECT payment.id INTO v_crossed
    FROM streamer_app.waiting_refunds AS waiting
    JOIN public.transactions AS payment ON payment.id = waiting.transaction_id
   WHERE payment.status IN ('PAID', 'SETTLED', 'REFUNDED')
   LIMIT 1;
  IF FOUND THEN
    PERFORM streamer_app.apply_waiting_refund(v_crossed);
    RETURN 1;
  END IF;
  IF NOT EXISTS (SELECT FROM streamer_app.balance_markers) THEN
    RETURN 0;
  END IF;
  IF NOT pg_try_advisory_xact_lock(x'53545245414d01'::bigint) THEN
    RETURN 0;
  END IF;
  PERFORM FROM public.wallets AS wallet
    WHERE wallet.id = (SELECT marker.wallet_id FROM streamer_app.balance_markers AS marker
                        GROUP BY marker.wallet_id ORDER BY random() LIMIT 1)
      FOR NO KEY UPDATE;
  SELECT array_agg(free.id) INTO v_wallets
    FROM (SELECT wallet.id FROM public.wallets AS wallet
           WHERE wallet.id IN (SELECT marker.wallet_id FROM streamer_app.balance_markers AS marker)
             FOR NO KEY UPDATE SKIP LOCKED) AS free;
  WITH drained AS (
    DELETE FROM streamer_app.balance_markers AS marker
     WHERE marker.wallet_id = ANY (v_wallets)
    RETURNING marker.wallet_id, marker.amount
  )
  UPDATE public.wallets AS wallet
     SET balance = wallet.balance + moved.amount
    FROM (SELECT wallet_id, sum(amount)::bigint AS amount FROM drained GROUP BY wallet_id) AS moved
   WHERE wallet.id = moved.wallet_id;
  RETURN coalesce(cardinality(v_wallets), 0);
END
$function$;
