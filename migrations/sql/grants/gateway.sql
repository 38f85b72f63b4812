-- Takes payment events: records payments and refunds, and rings. It reads the schema's version and where
-- the ledger's chain stands (a restored database must not be posted to), and nothing else.
SELECT streamer_app.allow_functions('streamer_app_gateway',
  'record_payment', 'record_payments', 'refund_payment', 'ring_bell', 'fold_balances', 'payment_id', 'event_id');
SELECT streamer_app.allow_tables('streamer_app_gateway', 'SELECT',
  'streamer_app.alembic_version', 'streamer_app.compatibility',
  'streamer_app.ledger_chain', 'streamer_app.ledger_blocks');
