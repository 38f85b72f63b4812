-- The exact balance of every wallet at this moment: what is stored, and what waits for the folder.
CREATE VIEW streamer_app.wallet_balances AS
SELECT wallet.id AS wallet_id, wallet.user_id, wallet.type, wallet.name, wallet.currency, wallet.balance AS stored,
       coalesce(waiting.amount, 0)::bigint AS unfolded, (wallet.balance + coalesce(waiting.amount, 0))::bigint AS balance,
       wallet.created_at
  FROM public.wallets AS wallet
  LEFT JOIN (SELECT marker.wallet_id, sum(marker.amount) AS amount
               FROM streamer_app.balance_markers AS marker
              GROUP BY marker.wallet_id) AS waiting ON waiting.wallet_id = wallet.id;
