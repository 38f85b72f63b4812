-- ENABLE ALWAYS: session_replication_role = replica does not open a side door.
-- Guards only: balances are moved by the code that posts, never by a trigger.
CREATE TRIGGER wallet_ledger_entries_append_only
  BEFORE UPDATE OR DELETE ON public.wallet_ledger_entries
  FOR EACH ROW EXECUTE FUNCTION streamer_app.refuse_change();
CREATE TRIGGER wallet_ledger_entries_never_emptied
  BEFORE TRUNCATE ON public.wallet_ledger_entries
  FOR EACH STATEMENT EXECUTE FUNCTION streamer_app.refuse_change();
ALTER TABLE public.wallet_ledger_entries ENABLE ALWAYS TRIGGER wallet_ledger_entries_append_only;
ALTER TABLE public.wallet_ledger_entries ENABLE ALWAYS TRIGGER wallet_ledger_entries_never_emptied;
