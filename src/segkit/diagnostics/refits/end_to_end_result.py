"""What `end_to_end` found: how many keep their segment, by the stage that saw a sample."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from segkit._frames import Origin
from segkit._result import Result, interval_text, percent
from segkit.diagnostics.refits.monte_carlo import mean_interval
from segkit.plots.end_to_end import plot_end_to_end

__all__ = ["ALL", "EndToEnd"]

ALL = "all"
"""Said of the runs in which every stage is fitted to the sample."""


@dataclass(frozen=True, repr=False)
class EndToEnd(Result):
    """How many respondents keep their segment when stages are fitted to a sample.

    Attributes
    ----------
    rows : tuple of (str, str)
        The stage that is redone (or "all"), and the stage whose answer is compared.
    kept : ndarray of shape (n_boot, n_rows)
        Share of the respondents' weight that keeps its segment in each sample.
    jaccard : ndarray of shape (n_boot, n_rows, n_segments)
        The overlap of each segment with its match.
    stages : tuple of str
        The stages in order, each with its estimator's name.
    n : int
        Respondents.
    effective_n : float
        Kish's effective number of them.
    seed : object
        The `random_state`.
    origin : Origin
        The kind of table that `X` was.

    Examples
    --------
    >>> from sklearn.cluster import KMeans
    >>> from segkit.diagnostics import end_to_end
    >>> X = np.repeat([[0.0], [9.0]], [30, 10], axis=0)
    >>> end_to_end([("segments", KMeans(2, n_init=1))], X, n_boot=2).rows
    (('segments', 'segments'), ('all', 'segments'))
    """

    rows: tuple[tuple[str, str], ...]
    kept: np.ndarray
    jaccard: np.ndarray
    stages: tuple[str, ...]
    n: int
    effective_n: float
    seed: Any
    origin: Origin

    def frame(self) -> Any:
        """Return one row a stage that is redone and a stage whose answer is compared.

        Returns
        -------
        frame
            redone, answer, n, kept (mean share of respondents who keep their segment), low,
            high (95 % Monte-Carlo interval of the mean), lost (1 - kept), jaccard (mean over
            segments and samples), weakest, weakest_segment (the smallest mean over samples).
        """
        low, high = mean_interval(self.kept)
        kept, by_segment = self.kept.mean(axis=0), self.jaccard.mean(axis=0)
        return self.origin.frame(
            {
                "redone": [redone for redone, _ in self.rows],
                "answer": [answer for _, answer in self.rows],
                "n": np.full(len(self.rows), self.n),
                "kept": kept,
                "low": low,
                "high": high,
                "lost": 1.0 - kept,
                "jaccard": by_segment.mean(axis=1),
                "weakest": by_segment.min(axis=1),
                "weakest_segment": by_segment.argmin(axis=1),
            }
        )

    def plot(self, ax: Any = None) -> Any:
        """Draw the share that is lost when one stage is redone, and when all are."""
        return plot_end_to_end(self.frame(), ax)

    def summary(self) -> str:
        """Say how many keep their segment in all, and which stage alone loses most."""
        last = self.rows[-1][1]
        low, high = mean_interval(self.kept)
        kept = self.kept.mean(axis=0)
        whole = self.rows.index((ALL, last))
        alone = {
            redone: 1.0 - kept[i]
            for i, (redone, answer) in enumerate(self.rows)
            if answer == last and redone != ALL
        }
        losses = ", ".join(f"{name} {percent(lost, 1)}" for name, lost in alone.items())
        most = max(alone, key=lambda name: alone[name])
        return (
            f"{' -> '.join(self.stages)}; {len(self.kept)} bootstrap samples of {self.n:,} "
            f"respondents (effective n {self.effective_n:,.0f}), seed {self.seed}. With all stages "
            f"fitted to the sample, "
            f"{interval_text(kept[whole], low[whole], high[whole])} of the respondents keep their "
            f"segment at the end ({last}). With one stage alone fitted to the sample and the "
            f"others to everybody, the share that is lost: {losses}; most by {most}. "
            "Interval: 95 % Monte-Carlo interval of the mean."
        )
