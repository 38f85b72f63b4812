-- Reads everything, seals and checks the ledger, and changes nothing.
SELECT streamer_app.allow_functions('streamer_app_auditor', 'seal_ledger', 'ledger_digests', 'payment_id', 'event_id');
SELECT streamer_app.allow_reading('streamer_app_auditor');
