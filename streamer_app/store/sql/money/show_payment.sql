-- One transaction, what was said about it, what it moved, and what was shown of it. A refund may be known before its
-- payment: then there are events and no transaction.
WITH asked AS MATERIALIZED (
  SELECT coalesce(%(transaction)s::uuid, streamer_app.payment_id(%(provider)s::text, %(reference)s::text)) AS id
), moved AS MATERIALIZED (
  SELECT entry.*
  FROM asked
  JOIN public.wallet_ledger_entries AS entry ON entry.source_type = 'TRANSACTION' AND entry.source_id = asked.id
), answered AS MATERIALIZED (
  SELECT entry.*
  FROM moved
  JOIN public.wallet_ledger_entries AS entry ON entry.source_type = 'LEDGER' AND entry.source_id = moved.id
), told AS (
  SELECT entry.source_type, entry.created_at, entry.id, entry.entry_type, json_build_object(
           'entry_id', entry.id, 'wallet_id', entry.wallet_id, 'wallet_type', wallet.type, 'user_id', wallet.user_id,
           'entry_type', entry.entry_type, 'amount', entry.amount, 'currency', entry.currency,
           'source_id', entry.source_id, 'description', entry.description, 'created_at', entry.created_at) AS line
  FROM (SELECT * FROM moved UNION ALL SELECT * FROM answered) AS entry
  JOIN public.wallets AS wallet ON wallet.id = entry.wallet_id
), document AS (
  SELECT
    (SELECT json_build_object(
       'transaction_id', payment.id, 'kind', payment.kind, 'status', payment.status, 'amount', payment.amount,
       'fee_amount', payment.fee_amount, 'net_amount', payment.net_amount, 'currency', payment.currency,
       'fee_fixed', payment.fee_fixed, 'fee_percentage', payment.fee_percentage::text,
       'rounding_amount', payment.rounding_amount::text, 'payee_user_id', payment.payee_user_id,
       'payer_user_id', payment.payer_user_id, 'external_reference', payment.external_reference,
       'created_at', payment.created_at, 'paid_at', payment.paid_at, 'settled_at', payment.settled_at)
     FROM public.transactions AS payment WHERE payment.id = asked.id) AS payment,
    (SELECT json_agg(json_build_object(
       'provider', said.provider, 'event', said.event, 'status', said.status, 'amount', said.amount,
       'payment', said.payment_reference, 'reason', said.reason, 'recorded_at', said.recorded_at)
       ORDER BY said.recorded_at, said.provider, said.event)
     FROM streamer_app.payment_events AS said WHERE said.transaction_id = asked.id) AS events,
    (SELECT json_agg(told.line ORDER BY told.created_at, told.id) FROM told
     WHERE told.source_type = 'TRANSACTION') AS entries,
    (SELECT json_agg(told.line ORDER BY told.created_at, told.id) FROM told
     WHERE told.source_type = 'LEDGER' AND told.entry_type = 'REFUND') AS reversals,
    (SELECT json_agg(told.line ORDER BY told.created_at, told.id) FROM told
     WHERE told.source_type = 'LEDGER' AND told.entry_type <> 'REFUND') AS adjustments,
    (SELECT json_build_object(
       'donation_message_id', message.id, 'is_anonymous', message.is_anonymous,
       'donor_name', CASE WHEN NOT message.is_anonymous THEN message.donor_name END, 'message', message.message,
       'media_type', message.media_type, 'media_video_id', message.media_video_id,
       'media_start_seconds', message.media_start_seconds, 'media_end_seconds', message.media_end_seconds,
       'played_at', message.played_at,
       'runs', (SELECT coalesce(json_agg(json_build_object(
                  'kind', run.kind, 'outcome', run.outcome, 'opened_at', run.opened_at, 'ms_shown', run.ms_shown)
                  ORDER BY run.opened_at), '[]')
                FROM streamer_app.playback_run_history AS run WHERE run.donation_message_id = message.id))
     FROM public.donation_messages AS message WHERE message.transaction_id = asked.id) AS donation,
    asked.id
  FROM asked
)
SELECT json_build_object(
         'transaction_id', document.id, 'transaction', document.payment, 'events', coalesce(document.events, '[]'),
         'entries', coalesce(document.entries, '[]'), 'reversals', coalesce(document.reversals, '[]'),
         'adjustments', coalesce(document.adjustments, '[]'), 'donation_message', document.donation)
FROM document
WHERE document.payment IS NOT NULL OR document.events IS NOT NULL
