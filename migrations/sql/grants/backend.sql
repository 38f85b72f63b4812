-- Another backend that follows the flow with plain SQL: the owner's four tables, and nothing of ours.
SELECT streamer_app.allow_tables('streamer_app_backend', 'SELECT, INSERT, UPDATE',
  'public.transactions', 'public.wallets', 'public.donation_messages');
SELECT streamer_app.allow_tables('streamer_app_backend', 'SELECT, INSERT', 'public.wallet_ledger_entries');
