SELECT transaction_id, outcome, repeated
FROM streamer_app.refund_payment(
  p_provider => %(provider)s, p_event => %(event)s, p_reference => %(reference)s, p_transaction => %(transaction)s,
  p_amount => %(amount)s, p_reason => %(reason)s)
