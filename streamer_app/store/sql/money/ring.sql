SELECT streamer_app.ring_bell(rung.streamer, rung.message)
FROM unnest(%(streamers)s::uuid[], %(messages)s::uuid[]) AS rung (streamer, message)
