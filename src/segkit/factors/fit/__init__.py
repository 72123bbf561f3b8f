"""How far a factor model is from what was seen."""
