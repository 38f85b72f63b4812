-- What each of a user's wallets holds as shown, and what its entries add up to, in one picture.
SELECT b.type::text, coalesce(b.currency, 'IDR'), b.balance, coalesce(sum(e.amount), 0)::bigint, count(e.id)
FROM streamer_app.wallet_balances b
LEFT JOIN public.wallet_ledger_entries e ON e.wallet_id = b.wallet_id
WHERE b.user_id = %(user)s
GROUP BY b.wallet_id, b.type, b.currency, b.balance
ORDER BY b.type
