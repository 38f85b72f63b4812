-- ENABLE ALWAYS: session_replication_role = replica does not open a side door.
CREATE TRIGGER playback_facts_append_only
  BEFORE UPDATE OR DELETE ON streamer_app.playback_facts
  FOR EACH ROW EXECUTE FUNCTION streamer_app.refuse_change();
CREATE TRIGGER playback_facts_never_emptied
  BEFORE TRUNCATE ON streamer_app.playback_facts
  FOR EACH STATEMENT EXECUTE FUNCTION streamer_app.refuse_change();
ALTER TABLE streamer_app.playback_facts ENABLE ALWAYS TRIGGER playback_facts_append_only;
ALTER TABLE streamer_app.playback_facts ENABLE ALWAYS TRIGGER playback_facts_never_emptied;
CREATE TRIGGER playback_runs_append_only
  BEFORE UPDATE OR DELETE ON streamer_app.playback_runs
  FOR EACH ROW EXECUTE FUNCTION streamer_app.refuse_change();
CREATE TRIGGER playback_runs_never_emptied
  BEFORE TRUNCATE ON streamer_app.playback_runs
  FOR EACH STATEMENT EXECUTE FUNCTION streamer_app.refuse_change();
ALTER TABLE streamer_app.playback_runs ENABLE ALWAYS TRIGGER playback_runs_append_only;
ALTER TABLE streamer_app.playback_runs ENABLE ALWAYS TRIGGER playback_runs_never_emptied;
CREATE TRIGGER playback_run_starts_append_only
  BEFORE UPDATE OR DELETE ON streamer_app.playback_run_starts
  FOR EACH ROW EXECUTE FUNCTION streamer_app.refuse_change();
CREATE TRIGGER playback_run_starts_never_emptied
  BEFORE TRUNCATE ON streamer_app.playback_run_starts
  FOR EACH STATEMENT EXECUTE FUNCTION streamer_app.refuse_change();
ALTER TABLE streamer_app.playback_run_starts ENABLE ALWAYS TRIGGER playback_run_starts_append_only;
ALTER TABLE streamer_app.playback_run_starts ENABLE ALWAYS TRIGGER playback_run_starts_never_emptied;
CREATE TRIGGER playback_run_ends_append_only
  BEFORE UPDATE OR DELETE ON streamer_app.playback_run_ends
  FOR EACH ROW EXECUTE FUNCTION streamer_app.refuse_change();
CREATE TRIGGER playback_run_ends_never_emptied
  BEFORE TRUNCATE ON streamer_app.playback_run_ends
  FOR EACH STATEMENT EXECUTE FUNCTION streamer_app.refuse_change();
ALTER TABLE streamer_app.playback_run_ends ENABLE ALWAYS TRIGGER playback_run_ends_append_only;
ALTER TABLE streamer_app.playback_run_ends ENABLE ALWAYS TRIGGER playback_run_ends_never_emptied;
