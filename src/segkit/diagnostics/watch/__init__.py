"""Watching: a store of daily counts and tags, its updates, alarms and report."""
