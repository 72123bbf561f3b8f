"""Choose: how many segments, and which.

`compare` puts inputs, models and numbers of segments side by side, all fitted to the same
bootstrap samples, and suggests one with its reason. `structure` says whether segments are
natural, reproducible or a construction. `sample_size` and `learning_curve` say how many
respondents it takes.
"""

from segkit.choose.compare import compare
from segkit.choose.comparison import Choice, Comparison
from segkit.choose.learning_curve import learning_curve
from segkit.choose.sample_size import sample_size
from segkit.choose.structure import Structure, structure

__all__ = [
    "Choice",
    "Comparison",
    "Structure",
    "compare",
    "learning_curve",
    "sample_size",
    "structure",
]
