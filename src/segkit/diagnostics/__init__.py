"""Trust: whether we would find these segments again, and whether they still hold.

`stability` refits a segmentation to bootstrap samples and says, segment by segment and
respondent by respondent, what comes back. `drift` compares the base of today with the
one the segments were made for, field by field, and ends in one verdict: keep,
recalibrate or resegment.
"""

from segkit.diagnostics.drift import Drift, drift
from segkit.diagnostics.stability import Stability, stability

__all__ = ["Drift", "Stability", "drift", "stability"]
