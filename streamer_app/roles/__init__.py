"""Composition roots: each role wires the rooms together once, and nobody else does."""
