"""What lists of items would gain, guessed for all of them at once.

Near the present scorer the penalised log likelihood is almost a parabola in the effects of
all items, asked or not. Its top over the effects of any list is a small linear system, so
hundreds of lists are guessed in the time of one fit; the best are fitted exactly afterwards.

References
----------
Böhning, D. (1992). Multinomial logistic regression algorithm. Annals of the Institute of
Statistical Mathematics 44, 197-200 (curvature of one matrix for all segments).
Rao, C. R. (1948). Large sample tests of statistical hypotheses concerning several
parameters. Mathematical Proceedings of the Cambridge Philosophical Society 44, 50-57 (the
score of parameters that are not in the model yet).
"""

from collections.abc import Sequence

import numpy as np

from segkit.typing_tool.golden.part import Part
from segkit.typing_tool.models.logit import LEVEL_PRECISION

__all__ = ["Surrogate"]


class Surrogate:
    """A parabola through the log likelihood of the present scorer.

    Parameters
    ----------
    part : Part
        The respondents.
    parameters : ndarray of shape (n_columns, n_segments)
        The present scorer, fitted on them; zeros at items that are not asked.
    precision : float
        One over the prior variance.
    """

    def __init__(self, part: Part, parameters: np.ndarray, precision: float) -> None:
        self.part = part
        k = parameters.shape[1]
        used = np.flatnonzero(parameters.any(axis=1))
        z = part.X[:, used] @ parameters[used]
        e = np.exp(z - z.max(axis=1, keepdims=True))
        p = e / e.sum(axis=1, keepdims=True)
        # one curvature a person in place of a matrix over segments: its mean over contrasts
        bend = part.w * (p * (1 - p)).sum(axis=1) / (k - 1)
        self.curve = part.X.T @ (part.X * bend[:, None])
        self.slope = part.X.T @ (part.w[:, None] * (part.membership - p)) + self.curve @ parameters
        self.prior = np.full(len(parameters), precision)
        self.prior[0] = LEVEL_PRECISION
        self.n_contrasts = k - 1

    def value(self, items: Sequence[int]) -> float:
        """Return what the best scorer on a list would reach, less its effective parameters.

        Parameters
        ----------
        items : sequence of int
            The list.

        Returns
        -------
        float
            Log likelihood in nats of all respondents, up to a constant. One nat for each
            effective parameter is taken off: what fitting it gains from noise alone, twice
            over (on the respondents themselves, and lost on others).
        """
        at = self.part.columns(items)
        curve, slope = self.curve[np.ix_(at, at)], self.slope[at]
        k = slope.shape[1]
        solved = np.linalg.solve(
            curve + np.diag(self.prior[at]), np.concatenate([slope, curve], axis=1)
        )
        reached = (slope * solved[:, :k]).sum() / 2
        return float(reached - self.n_contrasts * np.trace(solved[:, k:]))
