SELECT DISTINCT e.transaction_id
FROM streamer_app.payment_events e
WHERE e.provider <> %(provider)s AND e.transaction_id = ANY (%(ids)s)
