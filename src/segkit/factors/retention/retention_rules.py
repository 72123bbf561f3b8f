"""The rules beside parallel analysis: what each looks at and the number it gives.

Each rule has a file of its own for its numbers; here they are asked the same way.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from segkit.factors.correlations.correlation import Correlation
from segkit.factors.retention.comparison_data import ALPHA, SAMPLES, comparison_data
from segkit.factors.retention.hull import hull
from segkit.factors.retention.kaiser import empirical_kaiser, kaiser, leading
from segkit.factors.retention.partial_correlations import average_partials
from segkit.factors.sample import Sample

__all__ = ["RULES", "Evidence", "RuleCount"]


@dataclass(frozen=True, eq=False)
class Evidence:
    """What the rules may look at.

    Attributes
    ----------
    sample : Sample
        The answers.
    correlation : Correlation
        Their correlations.
    eigenvalues : ndarray of shape (n_items,)
        Of the correlations, largest first.
    parallel : int
        The number that parallel analysis supports.
    random_state : int, RandomState or None
        The seed.
    """

    sample: Sample
    correlation: Correlation
    eigenvalues: np.ndarray
    parallel: int
    random_state: Any


@dataclass(frozen=True, eq=False)
class RuleCount:
    """The number of factors by one rule, and what it was read from.

    Attributes
    ----------
    suggested : int or None
        The number; None where the rule cannot be asked of so few items.
    criterion : str
        What the rule looks at, in words.
    n_factors : ndarray of shape (n_compared,)
        The numbers of factors that were compared.
    value : ndarray of shape (n_compared,)
        What was computed for each.
    limit : ndarray of shape (n_compared,)
        What it had to exceed (comparison data: stay below); NaN where values are compared
        with each other.
    """

    suggested: int | None
    criterion: str
    n_factors: np.ndarray
    value: np.ndarray
    limit: np.ndarray


def _map(power: int) -> Callable[[Evidence], RuleCount]:
    words = {2: "squared", 4: "fourth power of the"}[power]

    def rule(evidence: Evidence) -> RuleCount:
        values = average_partials(evidence.correlation.matrix, power)
        least = int(np.argmin(values)) if values.size else None
        at = np.arange(values.size)
        return RuleCount(least, f"least average {words} partial correlation", at, values, _none(at))

    return rule


def _ekc(evidence: Evidence) -> RuleCount:
    values = evidence.eigenvalues
    limit = empirical_kaiser(values, evidence.correlation.effective_n)
    at = np.arange(1, values.size + 1)
    return RuleCount(
        leading(values > limit), "eigenvalues above those of chance at this n", at, values, limit
    )


def _hull(evidence: Evidence) -> RuleCount:
    matrix, n = evidence.correlation.matrix, evidence.correlation.effective_n
    found = hull(matrix, n, evidence.parallel)
    at = np.arange(found.fit.size)
    return RuleCount(found.suggested, "elbow of CFI against parameters", at, found.elbow, _none(at))


def _comparison_data(evidence: Evidence) -> RuleCount:
    found = comparison_data(evidence.sample, evidence.random_state)
    at = np.arange(1, found.p.size + 1)
    words = f"made answers with so many factors, {SAMPLES} samples"
    return RuleCount(found.suggested, words, at, found.p, np.full(at.size, ALPHA))


def _kaiser(evidence: Evidence) -> RuleCount:
    values = evidence.eigenvalues
    at = np.arange(1, values.size + 1)
    return RuleCount(kaiser(values), "eigenvalues above 1", at, values, np.ones(at.size))


RULES: dict[str, Callable[[Evidence], RuleCount]] = {
    "map": _map(2),
    "map_2000": _map(4),
    "ekc": _ekc,
    "hull": _hull,
    "comparison_data": _comparison_data,
    "kaiser": _kaiser,
}


def _none(like: np.ndarray) -> np.ndarray:
    return np.full(like.size, np.nan)
