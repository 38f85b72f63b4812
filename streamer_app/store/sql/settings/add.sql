-- No row: somebody else wrote this version a moment ago, and the next one is asked for.
INSERT INTO streamer_app.streamer_settings (streamer_user_id, key, version, value, changed_by)
SELECT %(streamer)s::uuid, %(key)s::text, coalesce(max(s.version), 0) + 1, %(value)s::jsonb, %(by)s::text
FROM streamer_app.streamer_settings s
WHERE s.streamer_user_id = %(streamer)s AND s.key = %(key)s
ON CONFLICT (streamer_user_id, key, version) DO NOTHING
RETURNING version
