-- What every new entry is asked, in one trigger: each trigger's condition is parsed anew for every statement, and one
-- short function costs less than three conditions. The usual entry is one look at its wallet's currency.
CREATE FUNCTION streamer_app.guard_entry() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
  v_currency char(3);
BEGIN
  SELECT wallet.currency INTO v_currency FROM public.wallets AS wallet WHERE wallet.id = NEW.wallet_id;
  IF v_currency = NEW.currency AND NEW.entry_type NOT IN ('REFUND', 'WITHDRAW') AND NEW.posted_in IS NOT NULL THEN
    RETURN NEW;
  END IF;
  PERFORM streamer_app.guard_rare_entry(NEW);
  RETURN NEW;
END
$function$;

-- One currency per wallet: the row is locked only while the wallet has none; then it takes that of its oldest entry,
-- and of two first entries of different currencies the second sees what the first stored.
--
-- A reversal leaves the reversed entry's id in a table of its own: its primary key lets nobody, foreign or late,
-- reverse an entry twice, and no index on the ledger is needed for it. A withdrawal leaves its wallet, to be looked at when the
-- transaction commits: a writer may move the balance before or after its entry.
CREATE FUNCTION streamer_app.guard_rare_entry(p_entry public.wallet_ledger_entries) RETURNS void
LANGUAGE plpgsql
AS $function$
DECLARE
  v_wallet record;
BEGIN
  IF p_entry.posted_in IS NULL THEN
    RAISE EXCEPTION 'Entry % does not name its database transaction', p_entry.id
      USING ERRCODE = '23502', HINT = 'Leave the column posted_in out.';
  END IF;
  SELECT wallet.type, wallet.user_id, wallet.currency INTO v_wallet
    FROM public.wallets AS wallet WHERE wallet.id = p_entry.wallet_id;
  IF FOUND AND v_wallet.currency IS NULL THEN
    PERFORM FROM public.wallets AS wallet WHERE wallet.id = p_entry.wallet_id FOR NO KEY UPDATE;
    UPDATE public.wallets AS wallet
       SET currency = coalesce((SELECT entry.currency FROM public.wallet_ledger_entries AS entry
                                 WHERE entry.wallet_id = wallet.id ORDER BY entry.created_at, entry.id LIMIT 1),
                               p_entry.currency)
     WHERE wallet.id = p_entry.wallet_id AND wallet.currency IS NULL;
    SELECT wallet.type, wallet.user_id, wallet.currency INTO v_wallet
      FROM public.wallets AS wallet WHERE wallet.id = p_entry.wallet_id;
  END IF;
  IF v_wallet.currency <> p_entry.currency THEN
    RAISE EXCEPTION 'The % wallet of % holds %, not %', v_wallet.type, v_wallet.user_id, v_wallet.currency,
      p_entry.currency USING ERRCODE = 'SA002';
  END IF;
  -- A copy of an entry that is here is never stored: what becomes of it, its own statement says (ON CONFLICT).
  IF EXISTS (SELECT FROM public.wallet_ledger_entries AS entry WHERE entry.id = p_entry.id) THEN
    RETURN;
  END IF;
  IF p_entry.entry_type = 'REFUND' AND p_entry.source_type = 'LEDGER' THEN
    INSERT INTO streamer_app.reversed_entries (entry_id) VALUES (p_entry.source_id) ON CONFLICT DO NOTHING;
    IF NOT FOUND THEN
      RAISE EXCEPTION 'Entry % was reversed already', p_entry.source_id USING ERRCODE = 'SA014';
    END IF;
  END IF;
  IF p_entry.entry_type = 'WITHDRAW' AND p_entry.amount < 0 THEN
    INSERT INTO streamer_app.withdrawals (entry_id, wallet_id, amount)
    VALUES (p_entry.id, p_entry.wallet_id, p_entry.amount);
  END IF;
END
$function$;

-- The row is locked before it is read: of two withdrawals at once the later one reads what the earlier one left. Only a
-- withdrawal asks: a refund may leave a debt.
CREATE FUNCTION streamer_app.require_cover() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
  v_wallet record;
BEGIN
  SELECT wallet.type, wallet.user_id, wallet.balance INTO v_wallet
    FROM public.wallets AS wallet WHERE wallet.id = NEW.wallet_id FOR NO KEY UPDATE;
  IF v_wallet.type = 'CASH' AND v_wallet.balance < 0 THEN
    RAISE EXCEPTION 'A withdrawal of % would leave % on the CASH wallet of %', -NEW.amount, v_wallet.balance,
      v_wallet.user_id USING ERRCODE = 'SA004';
  END IF;
  RETURN NULL;
END
$function$;

-- A wallet with entries keeps its id, and the currency of its oldest entry.
CREATE FUNCTION streamer_app.require_same_wallet() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
  v_currency char(3);
BEGIN
  IF (NEW.id, NEW.currency) IS NOT DISTINCT FROM (OLD.id, OLD.currency) THEN
    RETURN NULL;
  END IF;
  SELECT entry.currency INTO v_currency FROM public.wallet_ledger_entries AS entry
   WHERE entry.wallet_id = OLD.id ORDER BY entry.created_at, entry.id LIMIT 1;
  IF FOUND AND NEW.id <> OLD.id THEN
    RAISE EXCEPTION 'Wallet % has ledger entries: its id may not change', OLD.id USING ERRCODE = 'SA011';
  END IF;
  IF FOUND AND NEW.currency IS DISTINCT FROM v_currency THEN
    RAISE EXCEPTION 'The % wallet of % holds %, not %', OLD.type, OLD.user_id, v_currency, NEW.currency
      USING ERRCODE = 'SA002';
  END IF;
  RETURN NULL;
END
$function$;

REVOKE ALL ON FUNCTION
  streamer_app.guard_entry(), streamer_app.guard_rare_entry(public.wallet_ledger_entries), streamer_app.require_cover(),
  streamer_app.require_same_wallet()
  FROM PUBLIC;
