-- One snapshot. A posting commits its entries with its balances (or markers), so what is off now is off by the same
-- amount whatever is posted meanwhile.
SELECT wallet.id, wallet.user_id, wallet.type::text, wallet.balance, coalesce(marked.amount, 0), coalesce(ledger.amount, 0)
  FROM public.wallets AS wallet
  LEFT JOIN (SELECT wallet_id, sum(amount) AS amount FROM public.wallet_ledger_entries GROUP BY wallet_id) AS ledger
    ON ledger.wallet_id = wallet.id
  LEFT JOIN (SELECT wallet_id, sum(amount) AS amount FROM streamer_app.balance_markers GROUP BY wallet_id) AS marked
    ON marked.wallet_id = wallet.id
 WHERE wallet.balance <> coalesce(ledger.amount, 0) OR coalesce(marked.amount, 0) <> 0
 ORDER BY wallet.id
