"""The tool as one SQL statement, in the words of five databases."""
