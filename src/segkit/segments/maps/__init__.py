"""Maps of the people, and the dense groups on them."""
