"""Answers: from raw answers to a table that can be trusted.

A `Codebook` says what every column means and cleans the answers by it.
"""

from segkit.survey.codebook import Codebook
from segkit.survey.item import Item

__all__ = ["Codebook", "Item"]
