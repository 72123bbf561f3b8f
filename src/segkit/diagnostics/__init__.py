"""Trust: whether we would find these segments again, and whether they still hold.

`stability` refits a segmentation to bootstrap samples and says, segment by segment and
respondent by respondent, what comes back. `drift` compares the base of today with the
one the segments were made for, field by field, and ends in one verdict: keep,
recalibrate or resegment.
"""

from segkit.diagnostics.across import Across
from segkit.diagnostics.drift import Drift, drift
from segkit.diagnostics.stability import stability
from segkit.diagnostics.stability_result import Stability

__all__ = ["Across", "Drift", "Stability", "drift", "stability"]
