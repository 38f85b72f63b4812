SELECT id, user_id, type::text, coalesce(currency, 'IDR'), balance
FROM public.wallets
WHERE user_id = ANY (%(users)s)
ORDER BY user_id, type
