SELECT version, value
FROM streamer_app.streamer_settings
WHERE streamer_user_id = %(streamer)s AND key = %(key)s
ORDER BY version DESC
LIMIT 1
