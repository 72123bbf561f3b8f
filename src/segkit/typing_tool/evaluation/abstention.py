"""Leaving the unsure untagged: what it buys, and the few segments a person may belong to.

References
----------
Sadinle, M., Lei, J. & Wasserman, L. (2019). Least ambiguous set-valued classifiers with
bounded error levels. JASA 114, 223-234.
Barber, R. F., Candes, E. J., Ramdas, A. & Tibshirani, R. J. (2021). Predictive inference
with the jackknife+. Annals of Statistics 49, 486-507 (CV+).
Wilson, E. B. (1927). Probable inference, the law of succession, and statistical inference.
JASA 22, 209-212.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from segkit._checks import check_share
from segkit._frames import Origin
from segkit._result import Result, percent
from segkit._weights import effective_size, weighted_quantile
from segkit.exceptions import SegkitError
from segkit.typing_tool.evaluation.crossfit import CrossFit

__all__ = [
    "GRID",
    "CoverageCurve",
    "coverage_curve",
    "prediction_sets",
    "set_levels",
    "set_texts",
]

GRID = np.linspace(0, 1, 1001)
"""Shares of people at which the levels of prediction sets are kept."""

CUTS = np.arange(0, 100, 2) / 100
FEW = 50  # with fewer people tagged, their accuracy is noise


@dataclass(frozen=True, repr=False)
class CoverageCurve(Result):
    """How accuracy rises when the unsure are left untagged.

    Attributes
    ----------
    table : dict
        Columns ``cut`` (tag from this probability on), ``tagged`` (share of people tagged),
        ``accuracy`` (of those), ``low``, ``high`` (95 %, Wilson, effective n).

    Examples
    --------
    >>> table = {"cut": [0.0, 0.5], "tagged": [1.0, 0.4], "accuracy": [0.5, 0.7],
    ...          "low": [0.48, 0.66], "high": [0.52, 0.74]}
    >>> curve = CoverageCurve(table)
    >>> curve.cut_for(0.65)
    0.5
    """

    table: dict[str, list[Any]]
    origin: Origin = field(default_factory=Origin)

    def cut_for(self, accuracy: float) -> float:
        """Return the lowest cut from which on the accuracy is reached, for `abstain_below`.

        Parameters
        ----------
        accuracy : float
            The share of right tags that is wanted.

        Raises
        ------
        SegkitError
            When no cut reaches it.
        """
        check_share(accuracy, name="accuracy")
        reached = np.array(self.table["accuracy"]) >= accuracy
        # from the last cut that falls short, the next one
        short = np.flatnonzero(~reached)
        at = int(short[-1]) + 1 if short.size else 0
        if at == reached.size:
            raise SegkitError(
                f"accuracy={accuracy} is reached at no cut; the surest people are right in "
                f"{percent(self.table['accuracy'][-1])}. Ask for less, or find better fields."
            )
        return float(self.table["cut"][at])

    def frame(self) -> Any:
        """Return one row a cut."""
        return self.origin.frame(self.table)

    def plot(self, ax: Any = None) -> Any:
        """Draw accuracy against the share of people tagged."""
        from segkit.plots.coverage_curve import plot_coverage_curve

        return plot_coverage_curve(self.frame(), ax=ax)

    def summary(self) -> str:
        """Return one sentence: everyone, and the surer half."""
        tagged = np.array(self.table["tagged"])
        half = int(np.argmin(np.abs(tagged - 0.5)))
        right = self.table["accuracy"]
        return (
            f"Tagging everyone is right for {percent(right[0])}; tagging the surest "
            f"{percent(tagged[half])} (from a probability of {self.table['cut'][half]:.2f}) for "
            f"{percent(right[half])}, on respondents the models had not seen."
        )


def coverage_curve(fit: CrossFit, origin: Origin | None = None) -> CoverageCurve:
    """Compute accuracy and share tagged at each cut from cross-fitted probabilities."""
    n_repeats = len(fit.first)
    top = fit.probabilities.max(axis=2).ravel()
    truth = np.tile(fit.membership, (n_repeats, 1))
    right = np.take_along_axis(truth, fit.first.reshape(-1, 1), 1)[:, 0]
    w = np.tile(fit.w, n_repeats)
    rows: list[tuple[float, ...]] = []
    for cut in CUTS:
        kept = top >= cut
        if rows and kept.sum() < FEW * n_repeats:
            break
        if rows and kept.all():
            continue  # nobody is that unsure
        share = float(np.average(right[kept], weights=w[kept]))
        n = effective_size(w[kept]) / n_repeats
        rows.append((float(cut), float(w[kept].sum() / w.sum()), share, *_wilson(share, n)))
    names = ("cut", "tagged", "accuracy", "low", "high")
    columns = map(list, zip(*rows, strict=True))
    return CoverageCurve(dict(zip(names, columns, strict=True)), Origin((origin or Origin()).kind))


def set_levels(fit: CrossFit) -> np.ndarray:
    """Return quantiles of the probability that respondents' own segments got.

    Returns
    -------
    ndarray of shape (1001,)
        The quantile at each share of `GRID`, a little lower for small samples: the level
        that a new person's own segment exceeds with at least the complementary chance.

    Notes
    -----
    Levels come from models of the folds and are applied to the model of everyone (as in the
    CV+ of Barber et al. 2021, with one quantile for all). What is proved for such sets is
    coverage 1 - 2 alpha; as everyone's model is a little sharper than those of the folds, sets
    rather cover too often. With five folds of 3000 respondents that is not to be seen: in 50
    simulated studies, sets asked for 80, 90 and 95 % covered 80.3, 90.0 and 95.0 % on average
    (standard deviation 0.9, 0.7 and 0.6 points), with 1.7, 2.1 and 2.4 of three segments in them.
    """
    probability = fit.probabilities.reshape(-1, fit.membership.shape[1])
    weight = np.tile(fit.membership * fit.w[:, None], (len(fit.first), 1))
    n = effective_size(fit.w)
    # the (n + 1)-th person counts too: shares are lowered accordingly
    shares = np.clip((GRID * (n + 1) - 1) / n, 0, 1)
    levels = weighted_quantile(probability.ravel(), shares, weight.ravel())
    return np.where(GRID * (n + 1) < 1, 0.0, levels)


def prediction_sets(probabilities: np.ndarray, levels: np.ndarray, coverage: float) -> np.ndarray:
    """Say of each person and segment whether the segment is in the person's set.

    Parameters
    ----------
    probabilities : ndarray of shape (n, n_segments)
        The tool's.
    levels : ndarray of shape (1001,)
        From `set_levels`.
    coverage : float
        The share of people whose own segment is to be in their set.

    Returns
    -------
    ndarray of shape (n, n_segments), dtype bool
        The likeliest segment is always in.
    """
    check_share(coverage, name="coverage")
    # between two shares the lower: the set is rather too large
    level = levels[int(np.floor((1 - coverage) * (GRID.size - 1) + 1e-9))]
    top = probabilities.max(axis=1, keepdims=True)
    return np.asarray((probabilities >= level) | (probabilities == top))


def set_texts(sets: np.ndarray, classes: Sequence[Any]) -> np.ndarray:
    """Write sets in words.

    Parameters
    ----------
    sets : ndarray of shape (n, n_segments), dtype bool
        From `prediction_sets`.
    classes : sequence
        The segments.

    Returns
    -------
    ndarray of shape (n,), dtype object

    Examples
    --------
    >>> set_texts(np.array([[True, False, False], [True, False, True], [True] * 3]), "ABC").tolist()
    ['A', 'A or C', 'A, B or C']
    """
    kinds, at = np.unique(sets, axis=0, return_inverse=True)
    texts = [_either([str(c) for c, there in zip(classes, kind, strict=True) if there])
             for kind in kinds]  # fmt: skip
    return np.array(texts, dtype=object)[at.ravel()]


def _either(names: Sequence[str]) -> str:
    return " or ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def _wilson(share: float, n: float) -> tuple[float, float]:
    z2 = 1.96**2
    middle = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = 1.96 * np.sqrt(share * (1 - share) / n + z2 / (4 * n**2)) / (1 + z2 / n)
    return float(middle - half), float(middle + half)
