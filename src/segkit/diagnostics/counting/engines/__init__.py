"""One counting function an engine; the same counts from each, to the unit."""
