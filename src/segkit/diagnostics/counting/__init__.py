"""Counting: fields over bins that are learned once and frozen; parts add up to the whole."""
