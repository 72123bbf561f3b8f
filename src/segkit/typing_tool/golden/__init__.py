"""The fewest questions that type a new respondent, and the paper on which they are asked."""
