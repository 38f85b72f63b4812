-- Runs the backend: all that the gateway may, settlement, payouts, corrections, fee terms, access, and the audit.
SELECT streamer_app.allow_functions('streamer_app_operator',
  'record_payment', 'record_payments', 'refund_payment', 'ring_bell', 'fold_balances', 'payment_id', 'event_id',
  'settle_payment', 'settle_due', 'request_payout', 'complete_payout', 'fail_payout', 'adjust',
  'seal_ledger', 'ledger_digests', 'apply_drift');
SELECT streamer_app.allow_reading('streamer_app_operator');
SELECT streamer_app.allow_tables('streamer_app_operator', 'INSERT',
  'streamer_app.fee_terms', 'streamer_app.login_bindings');
