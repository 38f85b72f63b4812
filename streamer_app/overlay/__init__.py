"""The HTTP server on loopback: overlay pages, their sockets, and the control endpoint."""
