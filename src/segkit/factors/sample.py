"""The sample that a statistic rests on: items as numbers, weights, and who counts."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from segkit._checks import check_items, check_option
from segkit._frames import Matrix, Origin, take
from segkit._weights import check_weights, effective_size
from segkit.exceptions import SegkitError

__all__ = ["Sample", "read_sample"]


@dataclass(frozen=True, eq=False)
class Sample:
    """Respondents with positive weight and their answers.

    Attributes
    ----------
    values : ndarray of shape (n_respondents, n_items)
        Answers, missing as NaN.
    names : tuple of str
        The items.
    w : ndarray of shape (n_respondents,)
        Positive weights.
    origin : Origin
        The kind of table they came from.
    n_unanswered : int
        Respondents with positive weight who answered nothing, and were left out.
    """

    values: np.ndarray
    names: tuple[str, ...]
    w: np.ndarray
    origin: Origin
    n_unanswered: int = 0

    @property
    def n_respondents(self) -> int:
        """How many respondents count."""
        return self.values.shape[0]

    @property
    def effective_n(self) -> float:
        """Kish's effective number of respondents."""
        return effective_size(self.w)

    @property
    def table(self) -> Matrix:
        """The items as a table, for the checks."""
        return Matrix(self.values, self.names, self.origin)

    def pair_sizes(self) -> tuple[np.ndarray, np.ndarray]:
        """Respondents who answered both items, as a number and as Kish's effective number."""
        seen = (~np.isnan(self.values)).astype(float)
        if seen.all():
            shape = (seen.shape[1], seen.shape[1])
            return np.full(shape, self.n_respondents), np.full(shape, self.effective_n)
        number = np.rint(seen.T @ seen).astype(int)
        if (self.w == self.w[0]).all():  # equal weights are as good as none
            return number, number.astype(float)
        total, squares = seen.T @ (seen * self.w[:, None]), seen.T @ (seen * self.w[:, None] ** 2)
        return number, np.divide(total**2, squares, out=np.zeros_like(total), where=squares > 0)


def read_sample(X: Any, sample_weight: Any = None, *, missing: str = "pairwise") -> Sample:
    """Read and check the answers; leave out respondents without weight or without any answer.

    Parameters
    ----------
    X : frame or array of shape (n_respondents, n_items)
        Answers.
    sample_weight : array-like of shape (n_respondents,) or None
        Survey weights; a respondent with weight 0 is left out.
    missing : {"pairwise", "listwise", "em"}
        "listwise" leaves out respondents who miss any answer.

    Returns
    -------
    Sample

    Raises
    ------
    SegkitError
        For answers that no statistic can use, and for correlations in the place of answers.
    """
    check_option(missing, ("pairwise", "listwise", "em"), name="missing")
    table = check_items(X)
    _refuse_correlations(table.values)
    w = check_weights(sample_weight, table.values.shape[0])
    absent = np.isnan(table.values)
    silent = absent.all(axis=1)
    keep = (w > 0) & ~(absent.any(axis=1) if missing == "listwise" else silent)
    if not keep.all():
        who = "complete rows of X" if missing == "listwise" else "rows of X with positive weight"
        table = check_items(take(X, keep), what=f"the {who}")
    n_unanswered = int((silent & (w > 0)).sum())
    return Sample(table.values, table.names, w[keep], table.origin, n_unanswered)


def _refuse_correlations(values: np.ndarray) -> None:
    """Refuse a symmetric table with ones on its diagonal: as answers it would give nonsense."""
    if values.shape[0] != values.shape[1] or not np.allclose(np.diag(values), 1.0, atol=1e-6):
        return
    if np.allclose(values, values.T, atol=1e-6):
        raise SegkitError(
            f"X is a symmetric table of {values.shape[0]} rows with ones on its diagonal, which "
            "looks like correlations; expected answers, one row a respondent. Correlations go to "
            "factorability or FactorModel.fit_correlation."
        )
