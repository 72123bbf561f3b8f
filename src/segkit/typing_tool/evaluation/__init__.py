"""How often the tool is right, on respondents it had not seen, and where it should keep silent."""
