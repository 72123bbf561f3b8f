"""A new wave against the last: two waves read, the old segments followed, changes told apart."""
