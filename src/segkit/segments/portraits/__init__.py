"""Personas: segments told for those who never see the data."""
