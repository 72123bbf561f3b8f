"""Trust: whether we would find these segments again, and whether they still hold.

`stability` refits a segmentation to samples of the respondents and says, segment by segment
and respondent by respondent, what comes back; `prediction_strength` asks halves of the
respondents to predict each other, and `end_to_end` which stage from answers to tags makes people
change their segment. `drift` compares the base of today with the
one the segments were made for, field by field, and ends in one verdict: keep,
recalibrate or resegment.
"""

from segkit.diagnostics.drift import Drift, drift
from segkit.diagnostics.end_to_end import end_to_end
from segkit.diagnostics.prediction_strength import PredictionStrength, prediction_strength
from segkit.diagnostics.refits.across import Across
from segkit.diagnostics.refits.end_to_end_result import EndToEnd
from segkit.diagnostics.refits.stability_result import Stability
from segkit.diagnostics.stability import stability

__all__ = [
    "Across",
    "Drift",
    "EndToEnd",
    "PredictionStrength",
    "Stability",
    "drift",
    "end_to_end",
    "prediction_strength",
    "stability",
]
