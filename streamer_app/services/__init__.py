"""Use cases, and the only callers of store."""
