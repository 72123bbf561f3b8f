"""How many factors: parallel analysis and the rules beside it."""
