"""How items go together: correlations of every kind, their repair and what they rest on."""
