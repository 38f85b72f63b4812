-- ENABLE ALWAYS: session_replication_role = replica does not open a side door.
CREATE TRIGGER donor_blocks_append_only
  BEFORE UPDATE OR DELETE ON streamer_app.donor_blocks
  FOR EACH ROW EXECUTE FUNCTION streamer_app.refuse_change();
CREATE TRIGGER donor_blocks_never_emptied
  BEFORE TRUNCATE ON streamer_app.donor_blocks
  FOR EACH STATEMENT EXECUTE FUNCTION streamer_app.refuse_change();
ALTER TABLE streamer_app.donor_blocks ENABLE ALWAYS TRIGGER donor_blocks_append_only;
ALTER TABLE streamer_app.donor_blocks ENABLE ALWAYS TRIGGER donor_blocks_never_emptied;
CREATE TRIGGER control_keys_append_only
  BEFORE UPDATE OR DELETE ON streamer_app.control_keys
  FOR EACH ROW EXECUTE FUNCTION streamer_app.refuse_change();
CREATE TRIGGER control_keys_never_emptied
  BEFORE TRUNCATE ON streamer_app.control_keys
  FOR EACH STATEMENT EXECUTE FUNCTION streamer_app.refuse_change();
ALTER TABLE streamer_app.control_keys ENABLE ALWAYS TRIGGER control_keys_append_only;
ALTER TABLE streamer_app.control_keys ENABLE ALWAYS TRIGGER control_keys_never_emptied;
CREATE TRIGGER control_key_ends_append_only
  BEFORE UPDATE OR DELETE ON streamer_app.control_key_ends
  FOR EACH ROW EXECUTE FUNCTION streamer_app.refuse_change();
CREATE TRIGGER control_key_ends_never_emptied
  BEFORE TRUNCATE ON streamer_app.control_key_ends
  FOR EACH STATEMENT EXECUTE FUNCTION streamer_app.refuse_change();
ALTER TABLE streamer_app.control_key_ends ENABLE ALWAYS TRIGGER control_key_ends_append_only;
ALTER TABLE streamer_app.control_key_ends ENABLE ALWAYS TRIGGER control_key_ends_never_emptied;
