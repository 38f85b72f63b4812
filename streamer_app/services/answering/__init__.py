"""The answers to a window's questions, sort by sort."""
