"""Refits: samples of the respondents, a segmentation fitted to each, and what comes back."""
