-- ENABLE ALWAYS: session_replication_role = replica does not open a side door.
CREATE TRIGGER streamer_settings_append_only
  BEFORE UPDATE OR DELETE ON streamer_app.streamer_settings
  FOR EACH ROW EXECUTE FUNCTION streamer_app.refuse_change();
CREATE TRIGGER streamer_settings_never_emptied
  BEFORE TRUNCATE ON streamer_app.streamer_settings
  FOR EACH STATEMENT EXECUTE FUNCTION streamer_app.refuse_change();
ALTER TABLE streamer_app.streamer_settings ENABLE ALWAYS TRIGGER streamer_settings_append_only;
ALTER TABLE streamer_app.streamer_settings ENABLE ALWAYS TRIGGER streamer_settings_never_emptied;
