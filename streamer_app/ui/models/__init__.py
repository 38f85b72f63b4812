"""Qt models over the studio's events: rows are compared and patched, never reset."""
