-- ENABLE ALWAYS: session_replication_role = replica does not open a side door.
-- The chain's own row keeps its id, and its offset only grows.
CREATE TRIGGER ledger_blocks_append_only
  BEFORE UPDATE OR DELETE ON streamer_app.ledger_blocks
  FOR EACH ROW EXECUTE FUNCTION streamer_app.refuse_change();
CREATE TRIGGER ledger_blocks_never_emptied
  BEFORE TRUNCATE ON streamer_app.ledger_blocks
  FOR EACH STATEMENT EXECUTE FUNCTION streamer_app.refuse_change();
ALTER TABLE streamer_app.ledger_blocks ENABLE ALWAYS TRIGGER ledger_blocks_append_only;
ALTER TABLE streamer_app.ledger_blocks ENABLE ALWAYS TRIGGER ledger_blocks_never_emptied;
CREATE TRIGGER ledger_chain_keeps_its_id
  BEFORE UPDATE ON streamer_app.ledger_chain
  FOR EACH ROW
  WHEN (NEW.chain_id IS DISTINCT FROM OLD.chain_id OR NEW.counter_offset < OLD.counter_offset)
  EXECUTE FUNCTION streamer_app.refuse_change();
CREATE TRIGGER ledger_chain_stays
  BEFORE DELETE ON streamer_app.ledger_chain
  FOR EACH ROW EXECUTE FUNCTION streamer_app.refuse_change();
CREATE TRIGGER ledger_chain_never_emptied
  BEFORE TRUNCATE ON streamer_app.ledger_chain
  FOR EACH STATEMENT EXECUTE FUNCTION streamer_app.refuse_change();
ALTER TABLE streamer_app.ledger_chain ENABLE ALWAYS TRIGGER ledger_chain_keeps_its_id;
ALTER TABLE streamer_app.ledger_chain ENABLE ALWAYS TRIGGER ledger_chain_stays;
ALTER TABLE streamer_app.ledger_chain ENABLE ALWAYS TRIGGER ledger_chain_never_emptied;
