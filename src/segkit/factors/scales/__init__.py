"""Reliability of sums of answers."""
