-- The studio: shows donations and the money behind them, and writes the show's own facts. It moves no money.
SELECT streamer_app.allow_functions('streamer_app', 'fold_balances', 'payment_id', 'event_id');
SELECT streamer_app.allow_tables('streamer_app', 'SELECT',
  'public.transactions', 'public.wallets', 'public.wallet_ledger_entries', 'public.donation_messages',
  'streamer_app.alembic_version', 'streamer_app.compatibility', 'streamer_app.ledger_chain',
  'streamer_app.ledger_blocks', 'streamer_app.streamers', 'streamer_app.login_bindings',
  'streamer_app.streamer_settings', 'streamer_app.leases', 'streamer_app.playback_facts', 'streamer_app.playback_runs',
  'streamer_app.playback_run_starts', 'streamer_app.playback_run_ends', 'streamer_app.playback_run_history',
  'streamer_app.message_history', 'streamer_app.donor_blocks', 'streamer_app.control_keys',
  'streamer_app.control_key_ends', 'streamer_app.fee_terms', 'streamer_app.wallet_balances');
SELECT streamer_app.allow_tables('streamer_app', 'UPDATE (played_at)', 'public.donation_messages');
SELECT streamer_app.allow_tables('streamer_app', 'INSERT, UPDATE', 'streamer_app.leases', 'streamer_app.streamers');
SELECT streamer_app.allow_tables('streamer_app', 'INSERT',
  'streamer_app.streamer_settings', 'streamer_app.playback_facts', 'streamer_app.playback_runs',
  'streamer_app.playback_run_starts', 'streamer_app.playback_run_ends', 'streamer_app.donor_blocks',
  'streamer_app.control_keys', 'streamer_app.control_key_ends');
