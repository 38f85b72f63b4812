-- ENABLE ALWAYS: session_replication_role = replica does not open a side door.
-- WHEN is parsed anew for every statement, which costs more than a short function: hence none. AFTER where nothing is
-- changed: it sees the row as it is stored, and a BEFORE trigger would lock each updated row once more.

-- Status moves are governed on UPDATE only: another backend may insert a payment that is PAID already.
CREATE TRIGGER streamer_app_guarded
  AFTER UPDATE OF id, kind, status, amount, fee_fixed, fee_percentage, fee_amount, net_amount, rounding_amount,
                  rounding_strategy, payee_user_id, currency
  ON public.transactions
  FOR EACH ROW EXECUTE FUNCTION streamer_app.guard_transaction();
CREATE TRIGGER streamer_app_not_negative
  BEFORE INSERT ON public.transactions
  FOR EACH ROW EXECUTE FUNCTION streamer_app.refuse_negative_money();

CREATE TRIGGER streamer_app_not_deleted
  BEFORE DELETE ON public.transactions
  FOR EACH ROW EXECUTE FUNCTION streamer_app.refuse_transaction_erasure();
CREATE TRIGGER streamer_app_not_emptied
  BEFORE TRUNCATE ON public.transactions
  FOR EACH STATEMENT EXECUTE FUNCTION streamer_app.refuse_emptying();
CREATE TRIGGER streamer_app_not_deleted
  BEFORE DELETE ON public.wallets
  FOR EACH ROW EXECUTE FUNCTION streamer_app.refuse_wallet_erasure();
CREATE TRIGGER streamer_app_not_emptied
  BEFORE TRUNCATE ON public.wallets
  FOR EACH STATEMENT EXECUTE FUNCTION streamer_app.refuse_emptying();

-- A posting does not name these columns, so it is not asked.
CREATE TRIGGER streamer_app_same_wallet
  AFTER UPDATE OF id, currency ON public.wallets
  FOR EACH ROW EXECUTE FUNCTION streamer_app.require_same_wallet();

CREATE TRIGGER streamer_app_guard
  BEFORE INSERT ON public.wallet_ledger_entries
  FOR EACH ROW EXECUTE FUNCTION streamer_app.guard_entry();
CREATE CONSTRAINT TRIGGER withdrawals_covered
  AFTER INSERT ON streamer_app.withdrawals
  DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION streamer_app.require_cover();

CREATE TRIGGER reversed_entries_append_only
  BEFORE UPDATE OR DELETE ON streamer_app.reversed_entries
  FOR EACH ROW EXECUTE FUNCTION streamer_app.refuse_change();
CREATE TRIGGER reversed_entries_never_emptied
  BEFORE TRUNCATE ON streamer_app.reversed_entries
  FOR EACH STATEMENT EXECUTE FUNCTION streamer_app.refuse_change();
CREATE TRIGGER withdrawals_append_only
  BEFORE UPDATE OR DELETE ON streamer_app.withdrawals
  FOR EACH ROW EXECUTE FUNCTION streamer_app.refuse_change();
CREATE TRIGGER withdrawals_never_emptied
  BEFORE TRUNCATE ON streamer_app.withdrawals
  FOR EACH STATEMENT EXECUTE FUNCTION streamer_app.refuse_change();
CREATE TRIGGER payment_events_append_only
  BEFORE UPDATE OR DELETE ON streamer_app.payment_events
  FOR EACH ROW EXECUTE FUNCTION streamer_app.refuse_change();
CREATE TRIGGER payment_events_never_emptied
  BEFORE TRUNCATE ON streamer_app.payment_events
  FOR EACH STATEMENT EXECUTE FUNCTION streamer_app.refuse_change();
CREATE TRIGGER fee_terms_append_only
  BEFORE UPDATE OR DELETE ON streamer_app.fee_terms
  FOR EACH ROW EXECUTE FUNCTION streamer_app.refuse_change();
CREATE TRIGGER fee_terms_never_emptied
  BEFORE TRUNCATE ON streamer_app.fee_terms
  FOR EACH STATEMENT EXECUTE FUNCTION streamer_app.refuse_change();

ALTER TABLE public.transactions ENABLE ALWAYS TRIGGER streamer_app_guarded;
ALTER TABLE public.transactions ENABLE ALWAYS TRIGGER streamer_app_not_negative;
ALTER TABLE public.transactions ENABLE ALWAYS TRIGGER streamer_app_not_deleted;
ALTER TABLE public.transactions ENABLE ALWAYS TRIGGER streamer_app_not_emptied;
ALTER TABLE public.wallets ENABLE ALWAYS TRIGGER streamer_app_not_deleted;
ALTER TABLE public.wallets ENABLE ALWAYS TRIGGER streamer_app_not_emptied;
ALTER TABLE public.wallets ENABLE ALWAYS TRIGGER streamer_app_same_wallet;
ALTER TABLE public.wallet_ledger_entries ENABLE ALWAYS TRIGGER streamer_app_guard;
ALTER TABLE streamer_app.withdrawals ENABLE ALWAYS TRIGGER withdrawals_covered;
ALTER TABLE streamer_app.reversed_entries ENABLE ALWAYS TRIGGER reversed_entries_append_only;
ALTER TABLE streamer_app.reversed_entries ENABLE ALWAYS TRIGGER reversed_entries_never_emptied;
ALTER TABLE streamer_app.withdrawals ENABLE ALWAYS TRIGGER withdrawals_append_only;
ALTER TABLE streamer_app.withdrawals ENABLE ALWAYS TRIGGER withdrawals_never_emptied;
ALTER TABLE streamer_app.payment_events ENABLE ALWAYS TRIGGER payment_events_append_only;
ALTER TABLE streamer_app.payment_events ENABLE ALWAYS TRIGGER payment_events_never_emptied;
ALTER TABLE streamer_app.fee_terms ENABLE ALWAYS TRIGGER fee_terms_append_only;
ALTER TABLE streamer_app.fee_terms ENABLE ALWAYS TRIGGER fee_terms_never_emptied;
