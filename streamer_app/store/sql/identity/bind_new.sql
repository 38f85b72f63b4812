-- Only the embedded owner may write bindings; on a shared database an operator does.
INSERT INTO streamer_app.login_bindings (login, streamer_user_id, platform_user_id)
VALUES (%(login)s, %(streamer)s, %(platform)s)
ON CONFLICT (login) DO NOTHING
