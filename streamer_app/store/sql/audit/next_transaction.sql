-- Where the next window of transactions begins.
SELECT id FROM public.transactions WHERE id >= %(from_id)s::uuid ORDER BY id OFFSET %(size)s LIMIT 1
