SELECT wallet_id, user_id, type::text, coalesce(currency, 'IDR'), balance, stored
FROM streamer_app.wallet_balances
WHERE user_id = ANY (%(users)s)
ORDER BY user_id, type
