"""The window. It knows core and assets, and speaks to the rest through one Client."""
