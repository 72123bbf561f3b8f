"""Segments and the few dimensions on which they differ, found together."""
