SELECT played_at FROM public.donation_messages WHERE id = %(message)s
