"""What can read aloud here, one module an engine. All of them run a program of its own: none is a dependency."""
