"""`python -m streamer_app` is `streamer-app`."""

from streamer_app.cli import main

raise SystemExit(main())
