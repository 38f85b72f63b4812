-- Makers of one streamer's keys wait for each other here, until the end of the transaction: names stay unique.
SELECT pg_advisory_xact_lock(hashtextextended('control keys of ' || %(streamer)s::text, 0))
