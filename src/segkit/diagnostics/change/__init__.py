"""Change: how far two sets of counts lie apart, what chance would do, and what to make of it."""
