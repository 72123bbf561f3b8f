"""Choose: how many segments, and which.

`compare` puts inputs, models and numbers of segments side by side, all fitted to the same
bootstrap samples, and suggests one with its reason.
"""

from segkit.choose.compare import compare
from segkit.choose.comparison import Choice, Comparison

__all__ = ["Choice", "Comparison", "compare"]
