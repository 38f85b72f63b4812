-- The ids a login works for: the binding an operator (or the embedded owner) made.
SELECT streamer_user_id, platform_user_id
FROM streamer_app.login_bindings
WHERE login = coalesce(%(login)s, session_user)
