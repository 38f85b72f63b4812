SELECT pg_notify('streamer_app_bell_' || replace(%(streamer)s::text, '-', ''), %(message)s::text)
