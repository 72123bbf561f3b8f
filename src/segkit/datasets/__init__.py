"""Data to work and learn with: a made world with known truth, and real public surveys.

Every `fetch_...` returns a `Dataset`. It looks in the folder named by the environment
variable ``SEGKIT_DATA``, then in the user's cache, then downloads where the terms allow it.
"""

from segkit.datasets.dataset import Dataset
from segkit.datasets.financial_wellbeing import fetch_financial_wellbeing

__all__ = [
    "Dataset",
    "fetch_financial_wellbeing",
]
