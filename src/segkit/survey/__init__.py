"""Answers: from raw answers to a table that can be trusted.

`read_survey` reads a file; a `Codebook` says what every column means and cleans the
answers by it; `response_quality` finds who answered without reading and
`response_style` how people use the scale; `relative_ratings` takes that use of the scale
out; `opportunity` scores which needs are important and badly served;
`mask_personal_data` takes names of persons' accounts out of what they wrote.
"""

from segkit.survey.codebook import Codebook
from segkit.survey.item import Item
from segkit.survey.masking import mask_personal_data
from segkit.survey.opportunity import Opportunity, opportunity
from segkit.survey.quality import ResponseQuality, response_quality
from segkit.survey.reading import Survey, read_survey
from segkit.survey.relative import relative_ratings
from segkit.survey.style import ResponseStyle, response_style

__all__ = [
    "Codebook",
    "Item",
    "Opportunity",
    "ResponseQuality",
    "ResponseStyle",
    "Survey",
    "mask_personal_data",
    "opportunity",
    "read_survey",
    "relative_ratings",
    "response_quality",
    "response_style",
]
