"""Answers: from raw answers to a table that can be trusted.

A `Codebook` says what every column means and cleans the answers by it;
`response_quality` finds who answered without reading.
"""

from segkit.survey.codebook import Codebook
from segkit.survey.item import Item
from segkit.survey.quality import ResponseQuality, response_quality

__all__ = ["Codebook", "Item", "ResponseQuality", "response_quality"]
