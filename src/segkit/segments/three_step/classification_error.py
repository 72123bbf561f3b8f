"""How surely a latent class model puts people where they belong: step two of three.

References
----------
Bolck, A., Croon, M. and Hagenaars, J. (2004). Estimating latent structure models with
categorical variables: one-step versus three-step estimators. Political Analysis 12, 3-27.
Vermunt, J. K. (2010). Latent class modeling with covariates: two improved three-step
approaches. Political Analysis 18, 450-469, equations 5 and 6.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from segkit._frames import frame_like
from segkit._result import Result, percent
from segkit.segments.three_step.assigning import assigned
from segkit.segments.three_step.bch import share_interval

__all__ = ["ClassificationError", "classification_error"]


@dataclass(frozen=True, repr=False)
class ClassificationError(Result):
    """Where the people of each segment are put.

    Attributes
    ----------
    table : frame
        The rows; see `frame`.
    error : ndarray of shape (n_segments, n_segments)
        The matrix: row the true segment, column where its people are put.
    assignment : {"modal", "proportional"}
        How people were put into segments.
    n_respondents : int
        People with some answer and weight.
    weighted : bool
        True when survey weights were given.

    Examples
    --------
    >>> import numpy as np
    >>> from segkit.segments import LatentClass
    >>> rng = np.random.default_rng(0)
    >>> truth = rng.random(400) < 0.4
    >>> answers = (rng.random((400, 5)) < np.where(truth, 0.8, 0.2)[:, None]).astype(float)
    >>> model = LatentClass(2, n_init=5).fit(answers)
    >>> classification_error(model, answers).error.round(1)
    array([[1. , 0. ],
           [0.1, 0.9]])
    """

    table: Any
    error: np.ndarray
    assignment: str
    n_respondents: int
    weighted: bool

    def frame(self) -> Any:
        """Return one row a pair of segments.

        Returns
        -------
        frame
            segment : the true segment;
            assigned : where its people are put;
            probability : P(assigned | segment), which sums to one over `assigned`;
            se, low, high : its standard error and 95 % interval.
        """
        return self.table

    def plot(self, ax: Any = None) -> Any:
        """Draw the matrix.

        Parameters
        ----------
        ax : matplotlib.axes.Axes, optional
            Where to draw; a new figure by default.
        """
        from segkit.plots.classification_error import plot_classification_error

        return plot_classification_error(self.table, ax=ax)

    def summary(self) -> str:
        """Return one paragraph: how many of each segment's people are put where they belong."""
        kept = "; ".join(f"{k}: {percent(p)}" for k, p in enumerate(np.diag(self.error)))
        weights = ", weighted" if self.weighted else ""
        return (
            f"Classification error of {len(self.error)} segments, {self.assignment} assignment, "
            f"{self.n_respondents} respondents{weights}. Put where they belong, by segment: {kept}."
        )


def classification_error(
    model: Any, X: Any, *, assignment: str = "modal", sample_weight: Any = None
) -> ClassificationError:
    """Return how often the people of each segment are put into each segment.

    Parameters
    ----------
    model : LatentClass
        A fitted model.
    X : frame or array of shape (n_respondents, n_items)
        The answers of the fit.
    assignment : {"modal", "proportional"}, default "modal"
        People go to their most probable segment, or to each by its probability.
    sample_weight : array-like of shape (n_respondents,), optional
        The survey weights of the fit.

    Returns
    -------
    ClassificationError

    Raises
    ------
    SegkitError
        For a model that is no fitted `LatentClass`, or a segment into which nobody is put.

    Notes
    -----
    ``D_ts = sum_i w_i p_it a_is / sum_i w_i p_it`` with ``w_i`` the survey weight, ``p_it`` the
    membership of respondent i in segment t, and ``a_is`` 1 where i is put into s (modal) or
    ``p_is`` (proportional).

    The matrix is as true as the model: where items are related within segments, people are
    less surely placed than it says. Respondents without any answer do not count. Standard errors
    hold the rule fixed by which people were put into segments, and count the uncertainty of the
    model; they are robust (sandwich), so survey weights are welcome.

    References
    ----------
    Vermunt, J. K. (2010). Latent class modeling with covariates: two improved three-step
    approaches. Political Analysis 18, 450-469, equation 6.

    Examples
    --------
    >>> import numpy as np
    >>> from segkit.segments import LatentClass
    >>> answers = np.array([[1, 1, 1], [1, 1, 0], [0, 0, 0], [0, 0, 1]] * 20)
    >>> model = LatentClass(2, n_init=5).fit(answers)
    >>> found = classification_error(model, answers)
    >>> found.error.sum(axis=1)
    array([1., 1.])
    """
    found = assigned(model, X, assignment, sample_weight)
    k = len(found.error)
    p = found.error.ravel()
    se = np.sqrt(np.square(found.influence).sum(axis=0))
    low, high = share_interval(p, se)
    columns = {
        "segment": np.repeat(np.arange(k), k),
        "assigned": np.tile(np.arange(k), k),
        "probability": p,
        "se": se,
        "low": low,
        "high": high,
    }
    return ClassificationError(
        table=frame_like(X, columns),
        error=found.error,
        assignment=assignment,
        n_respondents=len(found.w),
        weighted=sample_weight is not None,
    )
