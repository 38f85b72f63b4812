-- What the program's own login could do before there were kinds of logins: a program of that time needs it.
DO $grants$
BEGIN
  IF to_regrole('streamer_app') IS NULL THEN
    RETURN;
  END IF;
  GRANT USAGE ON SCHEMA streamer_app TO streamer_app;
  GRANT SELECT ON ALL TABLES IN SCHEMA streamer_app TO streamer_app;
  GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA streamer_app TO streamer_app;
  GRANT SELECT, INSERT, UPDATE ON public.transactions, public.wallets TO streamer_app;
  GRANT SELECT, INSERT ON public.wallet_ledger_entries TO streamer_app;
  GRANT SELECT, INSERT, UPDATE (played_at) ON public.donation_messages TO streamer_app;
  GRANT INSERT, UPDATE ON streamer_app.leases, streamer_app.streamers TO streamer_app;
  GRANT INSERT ON streamer_app.streamer_settings, streamer_app.playback_facts, streamer_app.playback_runs,
    streamer_app.playback_run_starts, streamer_app.playback_run_ends, streamer_app.payment_events,
    streamer_app.payment_references
    TO streamer_app;
END
$grants$
