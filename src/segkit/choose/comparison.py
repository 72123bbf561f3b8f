"""The table of a comparison: one row a candidate, and what follows from it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from segkit._checks import check_integer, check_option
from segkit._frames import Origin
from segkit._result import Result, count_text
from segkit.choose.agreeing import found_again
from segkit.diagnostics.refits.stability_result import VALID
from segkit.exceptions import SegkitError

__all__ = ["Choice", "Comparison"]


class Choice(NamedTuple):
    """One candidate: its input, its model, its number of segments.

    Examples
    --------
    >>> Choice("items", "KMeans", 4).n_segments
    4
    """

    input: str
    model: str
    n_segments: int

    def __str__(self) -> str:
        return f"{self.n_segments} segments by {self.model} on {self.input}"


@dataclass(frozen=True, repr=False)
class Comparison(Result):
    """Candidates side by side.

    Attributes
    ----------
    columns : dict
        The columns of `frame`.
    choices : tuple of Choice
        The candidates, in the order of the rows.
    suggested : Choice
        The suggested candidate.
    why : str
        The reason, in plain sentences.
    construction : bool
        True when structure was asked and no candidate is beyond a world without segments.
    labels : ndarray of shape (n_respondents,)
        The suggested segments, by size, largest 0; -1 for none.
    all_labels : ndarray of shape (n_candidates, n_respondents)
        The segments of every candidate.
    agreement : ndarray of shape (n_candidates, n_candidates)
        Adjusted Rand index between candidates.
    jaccard : tuple of ndarray
        By candidate: the mean Jaccard of each segment in the bootstrap samples.
    models : tuple of estimator
        The fitted models.
    w : ndarray of shape (n_respondents,)
        Survey weights with mean one (0 for who was left out).
    n_boot, n_init : int or None
        The settings of the samples.
    seed : object
        The `random_state`.
    effective_n : float
        Kish's effective number of respondents.
    limits : str
        The constraints in words.
    origin : Origin
        The kind of the first table.

    Examples
    --------
    >>> from sklearn.cluster import KMeans
    >>> from sklearn.datasets import make_blobs
    >>> from segkit import choose
    >>> X, _ = make_blobs(150, centers=[[0, 0], [9, 0], [0, 9]], random_state=0)
    >>> found = choose.compare(X, [KMeans(n_init=5)], n_segments=[2, 3, 4], n_boot=10)
    >>> str(found.suggested)
    '3 segments by KMeans on the answers'
    """

    columns: dict[str, Any]
    choices: tuple[Choice, ...]
    suggested: Choice
    why: str
    construction: bool
    labels: np.ndarray
    all_labels: np.ndarray
    agreement: np.ndarray
    jaccard: tuple[np.ndarray, ...]
    models: tuple[Any, ...]
    w: np.ndarray
    n_boot: int
    n_init: int | None
    seed: Any
    effective_n: float
    limits: str
    origin: Origin

    def frame(self) -> Any:
        """Return one row a candidate.

        Returns
        -------
        frame
            input, model, n_segments : the candidate;
            separation : simplified silhouette in `space`, with calinski_harabasz,
            davies_bouldin (smaller is better) and explained (share of variation);
            stability, stability_low, stability_high : mean adjusted Rand index of the samples
            with its 95 % Monte-Carlo interval;
            weakest, weakest_low, weakest_high : mean Jaccard of the segment that comes back worst;
            smallest, largest : shares of segments;
            entropy, aic, bic : of models with a likelihood, comparable on one input only;
            typability : kappa of a small typing tool on the fields, NaN without fields;
            questions : the same on the best few questions, where given;
            effect, and one effect for each : share of the outside variables that segments tell,
            where given;
            structure : natural, reproducible, constructive, or "" when not asked; where asked,
            structure_p with structure_p_low and structure_p_high (95 % Monte-Carlo interval), and
            borderline : another seed might give another verdict;
            allowed, breach : whether the constraints hold, and what breaks;
            front : no other allowed candidate is better in everything; suggested.
        """
        return self.origin.frame(self.columns)

    def plot(self, ax: Any = None) -> Any:
        """Draw how well the weakest segment comes back, by number of segments.

        Parameters
        ----------
        ax : matplotlib.axes.Axes, optional
            Where to draw; a new figure by default.
        """
        from segkit.plots.comparison import plot_comparison

        return plot_comparison(self.frame(), ax)

    def agreement_frame(self) -> Any:
        """Return one row a pair of candidates.

        Returns
        -------
        frame
            input_a, model_a, n_segments_a, input_b, model_b, n_segments_b, ari.
        """
        a, b = (i.ravel() for i in np.indices(self.agreement.shape))
        sides = {
            f"{field}_{side}": [getattr(self.choices[i], field) for i in at]
            for side, at in (("a", a), ("b", b))
            for field in Choice._fields
        }
        return self.origin.frame({**sides, "ari": self.agreement.ravel()})

    def plot_agreement(self, ax: Any = None) -> Any:
        """Draw the agreement of all pairs of candidates as a heat map.

        Parameters
        ----------
        ax : matplotlib.axes.Axes, optional
            Where to draw; a new figure by default.
        """
        from segkit.plots.candidate_agreement import plot_candidate_agreement

        return plot_candidate_agreement(self.agreement_frame(), ax)

    def survivors(self) -> Any:
        """Say which suggested segments every other input and model finds too.

        Returns
        -------
        frame
            segment, n, share, jaccard (mean, in the bootstrap samples), n_others (other allowed
            candidates with the same number of segments), found_by (how many of them have a
            segment that overlaps by a Jaccard of at least .75), lowest (the least overlap).
        """
        at = self.choices.index(self.suggested)
        same = [
            i
            for i, c in enumerate(self.choices)
            if i != at and c.n_segments == self.suggested.n_segments and self.columns["allowed"][i]
        ]
        overlap = found_again(self.labels, [self.all_labels[i] for i in same], self.w)
        k = self.suggested.n_segments
        inside = self.labels >= 0
        mass = np.bincount(self.labels[inside], weights=self.w[inside], minlength=k)
        return self.origin.frame(
            {
                "segment": np.arange(k),
                "n": np.bincount(self.labels[inside & (self.w > 0)], minlength=k),
                "share": mass / self.w.sum(),
                "jaccard": self.jaccard[at],
                "n_others": np.full(k, len(same)),
                "found_by": (overlap >= VALID).sum(axis=0),
                "lowest": overlap.min(axis=0) if same else np.full(k, np.nan),
            }
        )

    def labels_of(self, n_segments: int, model: str | None = None, input: str | None = None) -> Any:
        """Return the segments of a candidate.

        Parameters
        ----------
        n_segments : int
            Its number of segments.
        model, input : str, optional
            Its model and input; may be left out where there is one only.

        Returns
        -------
        ndarray of shape (n_respondents,)
        """
        return self.all_labels[self._position(n_segments, model, input)]

    def summary(self) -> str:
        """Return one paragraph: what was compared, how, and the suggestion with its reason."""
        inputs, names = _distinct(self.choices, 0), _distinct(self.choices, 1)
        ks = sorted({c.n_segments for c in self.choices})
        starts = "the models' own starts" if self.n_init is None else f"{self.n_init} starts each"
        return (
            f"{count_text(len(self.choices), 'candidate')}: {', '.join(names)} on "
            f"{', '.join(inputs)}, {ks[0]} to {ks[-1]} segments; {int((self.w > 0).sum()):,} "
            f"respondents (effective n {self.effective_n:,.0f}). Stability from {self.n_boot} "
            f"bootstrap samples shared by all candidates ({starts}), separation in the space of "
            f"{self.columns['space'][0]}; {self.limits}; seed {self.seed}. Suggested: {self.why}"
        )

    def _position(self, n_segments: int, model: str | None, input: str | None) -> int:
        check_integer(n_segments, name="n_segments", low=2)
        for value, at, name in ((model, 1, "model"), (input, 0, "input")):
            if value is not None:
                check_option(value, _distinct(self.choices, at), name=name)
        found = [
            i
            for i, c in enumerate(self.choices)
            if c.n_segments == n_segments and model in (None, c.model) and input in (None, c.input)
        ]
        if len(found) != 1:
            raise SegkitError(
                f"{len(found)} candidates have n_segments={n_segments!r}, model={model!r}, "
                f"input={input!r}; expected one. Candidates: "
                f"{'; '.join(str(c) for c in self.choices)}."
            )
        return found[0]


def _distinct(choices: Sequence[Choice], at: int) -> list[str]:
    return list(dict.fromkeys(str(c[at]) for c in choices))
