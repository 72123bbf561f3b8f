"""Deliverables that people outside the notebook use."""

from segkit.reports.booklet import booklet

__all__ = ["booklet"]
