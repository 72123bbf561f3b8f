"""Customers between two tagged bases: who is who, moves and noise, what changed the sizes."""
