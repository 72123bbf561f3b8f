"""What `stability` found: a table of segments, one of solutions, one of respondents."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from segkit._checks import check_option
from segkit._frames import Origin
from segkit._result import Result, interval_text, percent
from segkit.diagnostics.refits.across import Across, across
from segkit.diagnostics.refits.certainty import CORE
from segkit.diagnostics.refits.monte_carlo import mean_interval
from segkit.plots.stability import plot_stability
from segkit.plots.stability_by_number import plot_stability_by_number

__all__ = ["DISSOLVED", "STABLE", "VALID", "Stability"]

STABLE = 0.85
"""Mean Jaccard from which a segment is called stable (Hennig, 2007, section 6)."""
VALID = 0.75
"""Mean Jaccard from which a segment is called valid."""
DISSOLVED = 0.5
"""Jaccard at or below which a sample is said to have lost the segment."""

PER_SEGMENT = ("n", "share", "samples", "within_samples", "warm_samples")
PER_SOLUTION = (
    "ari_samples", "vi_samples", "nmi_samples", "pair_samples", "labels", "certainty", "second",
    "n_samples",
)  # fmt: skip


@dataclass(frozen=True, repr=False)
class Stability(Result):
    """How well samples of the respondents find each segment again.

    A row is a segment of a solution. With one number of segments there is one solution;
    with a range there are several, and their rows follow each other. Arrays named *per
    solution* then have one more axis, the last.

    Attributes
    ----------
    n_segments : tuple of int
        The numbers of segments of the solutions.
    number : tuple of int
        For each row, the number of segments of its solution.
    segments : tuple of int
        For each row, the segment's number.
    n : ndarray of shape (n_rows,)
        Respondents in each (rows of the table, not weights).
    share : ndarray of shape (n_rows,)
        Share of the weight in each; the rest is in no segment.
    samples : ndarray of shape (n_samples, n_rows)
        The Jaccard overlap with the best match in each sample, among those drawn.
    within_samples : ndarray of shape (n_samples, n_rows)
        The same among everybody, drawn or not.
    warm_samples : ndarray of shape (n_samples, n_rows)
        As `samples`, from fits that start at the segments under test; NaN for a model that
        cannot.
    ari_samples, vi_samples, nmi_samples : ndarray of shape (n_samples,), per solution
        Agreement of each sample with the segments under test, among those drawn: adjusted
        Rand index, variation of information (bits), normalised mutual information.
    pair_samples : ndarray of shape (n_samples // 2,), per solution
        Adjusted Rand index of samples 0 and 1, 2 and 3, ..., among everybody.
    labels : ndarray of shape (n_respondents,), per solution
        The segments under test, -1 for none.
    certainty, second, n_samples : ndarray of shape (n_respondents,), per solution
        The columns of `respondent`.
    model : str
        The model's name.
    scheme, repeats, placing : str, bool, str
        How samples were drawn, whether a respondent counts as often as drawn, and how people
        outside a sample get a segment (``"predict"`` or ``"nearest neighbour"``).
    n_boot, tolerance : int, float
        The samples asked for, and the half-width at which sampling may stop earlier; a
        tolerance of 0 never stops.
    seed : object
        The `random_state`.
    effective_n : float
        Kish's effective number of respondents.
    origin : Origin
        The kind of table that `X` was.

    Examples
    --------
    >>> from sklearn.cluster import KMeans
    >>> from segkit.diagnostics import stability
    >>> X = np.repeat([[0.0, 0.0], [9.0, 9.0]], [30, 10], axis=0)
    >>> result = stability(KMeans(2, n_init=2), X, n_boot=5)
    >>> result.segments, result.n, result.reading
    ((0, 1), array([30, 10]), ('stable', 'stable'))
    """

    n_segments: tuple[int, ...]
    number: tuple[int, ...]
    segments: tuple[int, ...]
    n: np.ndarray
    share: np.ndarray
    samples: np.ndarray
    within_samples: np.ndarray
    warm_samples: np.ndarray
    ari_samples: np.ndarray
    vi_samples: np.ndarray
    nmi_samples: np.ndarray
    pair_samples: np.ndarray
    labels: np.ndarray
    certainty: np.ndarray
    second: np.ndarray
    n_samples: np.ndarray
    model: str
    scheme: str
    repeats: bool
    placing: str
    n_boot: int
    tolerance: float
    seed: Any
    effective_n: float
    w: np.ndarray
    origin: Origin

    @property
    def jaccard(self) -> np.ndarray:
        """Mean Jaccard overlap of each row's segment with its best match in a sample."""
        return np.asarray(self.samples.mean(axis=0))

    @property
    def low(self) -> np.ndarray:
        """Lower end of the 95 % Monte-Carlo interval of `jaccard`."""
        return mean_interval(self.samples)[0]

    @property
    def high(self) -> np.ndarray:
        """Upper end of the 95 % Monte-Carlo interval of `jaccard`."""
        return mean_interval(self.samples)[1]

    @property
    def ari(self) -> Any:
        """Mean adjusted Rand index between the segments and those of a sample, per solution."""
        return _plain(self.ari_samples.mean(axis=0))

    @property
    def reading(self) -> tuple[str, ...]:
        """The word for each row's segment: stable, valid or doubtful."""
        return tuple(_reading(value) for value in self.jaccard)

    @property
    def within(self) -> Any:
        """Segment level stability within a solution (SLSw), a frame of one row a segment.

        n_segments, segment, n, slsw (mean Jaccard overlap with the best match, among
        everybody), low, high (its 95 % Monte-Carlo interval), median.
        """
        low, high = mean_interval(self.within_samples)
        return self.origin.frame(
            {
                **self._key(),
                "slsw": self.within_samples.mean(axis=0),
                "low": low,
                "high": high,
                "median": np.median(self.within_samples, axis=0),
            }
        )

    @property
    def across(self) -> Across | None:
        """Segment level stability across solutions (SLSa); None with one solution."""
        if len(self.n_segments) == 1:
            return None
        segments = [self._segments_of(k) for k in self.n_segments]
        codes = [
            np.where(labels >= 0, np.searchsorted(found, labels), -1)
            for found, labels in zip(segments, self.labels.T, strict=True)
        ]
        return across(self.n_segments, codes, segments, self.w, self.origin)

    @property
    def respondent(self) -> Any:
        """Certainty of each respondent's segment, a frame of one row a respondent and solution.

        respondent (row number), n_segments, segment, certainty (share of the samples that
        put the respondent into the matched segment), second (the segment that comes next, -1
        if none), n_samples, place (core from a certainty of .9, else border; none for
        somebody in no segment).
        """
        columns = [_respondents(self.at(k)) for k in self.n_segments]
        joined = {name: np.concatenate([c[name] for c in columns]) for name in columns[0]}
        return self.origin.frame(joined, same_rows=len(columns) == 1)

    @property
    def overall(self) -> Any:
        """Stability of each solution as a whole, a frame of one row a number of segments.

        n_segments, ari with low and high, vi, nmi (the means over samples against the
        segments under test), pair_ari (between two samples), weakest (the smallest mean
        Jaccard), weakest_segment, border (share of respondents at a border).
        """
        rows = [_overall(self.at(k)) for k in self.n_segments]
        return self.origin.frame({name: np.array([r[name] for r in rows]) for name in rows[0]})

    def at(self, n_segments: int) -> "Stability":
        """Return the stability of one solution.

        Parameters
        ----------
        n_segments : int
            One of `n_segments`.

        Raises
        ------
        SegkitError
            For another number.
        """
        check_option(n_segments, self.n_segments, name="n_segments")
        if len(self.n_segments) == 1:
            return self
        rows = np.flatnonzero(np.array(self.number) == n_segments)
        place = self.n_segments.index(n_segments)
        return replace(
            self,
            n_segments=(n_segments,),
            number=tuple(self.number[r] for r in rows),
            segments=tuple(self.segments[r] for r in rows),
            **{name: getattr(self, name)[..., rows] for name in PER_SEGMENT},
            **{name: getattr(self, name)[..., place] for name in PER_SOLUTION},
        )

    def frame(self) -> Any:
        """Return one row a segment.

        Returns
        -------
        frame
            n_segments, segment, n, share, jaccard, low, high (the mean and its Monte-Carlo
            interval), sample_05 and sample_95 (the range of 90 % of the samples),
            dissolved and recovered (shares of samples with a Jaccard of at most .5, at
            least .75), warm (the mean from starts at the segments under test, NaN where
            the model cannot), within (SLSw), reading.
        """
        spread = np.quantile(self.samples, [0.05, 0.95], axis=0)
        return self.origin.frame(
            {
                **self._key(),
                "share": self.share,
                "jaccard": self.jaccard,
                "low": self.low,
                "high": self.high,
                "sample_05": spread[0],
                "sample_95": spread[1],
                "dissolved": (self.samples <= DISSOLVED).mean(axis=0),
                "recovered": (self.samples >= VALID).mean(axis=0),
                "warm": self.warm_samples.mean(axis=0),
                "within": self.within_samples.mean(axis=0),
                "reading": list(self.reading),
            }
        )

    def plot(self, ax: Any = None) -> Any:
        """Draw the Jaccard of each segment with its interval, by number of segments if several."""
        if len(self.n_segments) == 1:
            return plot_stability(self.frame(), ax)
        return plot_stability_by_number(self.frame(), ax)

    def summary(self) -> str:
        """Say what was resampled, how well the segments came back and which are doubtful."""
        drawn = f"{len(self.samples)} samples ({self.scheme})"
        early = (
            f", stopped before {self.n_boot} since every interval was within ±{self.tolerance:g}"
            if len(self.samples) < self.n_boot
            else ""
        )
        by_neighbour = (
            ""
            if self.placing == "predict"
            else " People outside a sample follow their nearest "
            "neighbour inside, as the model cannot place them."
        )
        solutions = " ".join(_solution_text(self.at(k)) for k in self.n_segments)
        return (
            f"{self.model}, {drawn}{early}, of {len(self.labels):,} respondents (effective n "
            f"{self.effective_n:,.0f}), seed {self.seed}. {solutions} Interval: 95 % Monte-Carlo "
            f"interval of the mean.{by_neighbour}"
        )

    def _key(self) -> dict[str, np.ndarray]:
        return {
            "n_segments": np.array(self.number),
            "segment": np.array(self.segments),
            "n": self.n,
        }

    def _segments_of(self, k: int) -> tuple[int, ...]:
        return tuple(s for s, n in zip(self.segments, self.number, strict=True) if n == k)


def _respondents(one: Stability) -> dict[str, np.ndarray]:
    segments = np.array(one.segments)
    inside = one.labels >= 0
    place = np.where(one.certainty >= CORE, "core", "border")
    return {
        "respondent": np.arange(one.labels.size),
        "n_segments": np.full(one.labels.size, one.n_segments[0]),
        "segment": one.labels,
        "certainty": one.certainty,
        "second": np.where(one.second >= 0, segments[one.second], -1),
        "n_samples": one.n_samples,
        "place": np.where(inside & (one.n_samples > 0), place, "none"),
    }


def _overall(one: Stability) -> dict[str, Any]:
    low, high = mean_interval(one.ari_samples)
    weakest = int(np.argmin(one.jaccard))
    return {
        "n_segments": one.n_segments[0],
        "ari": one.ari,
        "low": low,
        "high": high,
        "vi": one.vi_samples.mean(),
        "nmi": one.nmi_samples.mean(),
        "pair_ari": one.pair_samples.mean(),
        "weakest": one.jaccard[weakest],
        "weakest_segment": one.segments[weakest],
        "border": np.average(_respondents(one)["place"] == "border", weights=one.w),
    }


def _solution_text(one: Stability) -> str:
    worst = int(np.argmin(one.jaccard))
    doubtful = [str(s) for s, r in zip(one.segments, one.reading, strict=True) if r == "doubtful"]
    verdict = f"Doubtful: {', '.join(doubtful)}." if doubtful else "None is doubtful."
    warm = one.warm_samples.mean(axis=0)[worst]
    started = "" if np.isnan(warm) else f" ({warm:.2f} from starts at the segments themselves)"
    return (
        f"{one.n_segments[0]} segments: adjusted Rand index {one.ari:.2f}. The weakest is segment "
        f"{one.segments[worst]}: mean Jaccard "
        f"{interval_text(one.jaccard[worst], one.low[worst], one.high[worst])}{started}, lost in "
        f"{percent(float((one.samples[:, worst] <= DISSOLVED).mean()))} of the samples. {verdict}"
    )


def _reading(value: float) -> str:
    if value >= STABLE:
        return "stable"
    return "valid" if value >= VALID else "doubtful"


def _plain(values: np.ndarray) -> Any:
    return float(values) if np.ndim(values) == 0 else values
