-- The ids this login works for: the binding made by an operator, else what this call brings.
SELECT streamer_user_id, platform_user_id
FROM streamer_app.login_bindings
WHERE login = session_user
