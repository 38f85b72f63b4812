SELECT transaction_id, donation_message_id, currency, repeated
FROM streamer_app.record_payment(
  p_provider => %(provider)s, p_event => %(event)s, p_reference => %(reference)s, p_status => %(status)s,
  p_amount => %(amount)s, p_currency => %(currency)s, p_payee => %(payee)s, p_platform => %(platform)s,
  p_payer => %(payer)s, p_donation => %(donation)s::jsonb)
