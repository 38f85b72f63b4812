"""The built overlay page in a real browser, against a small server that speaks the protocol."""
