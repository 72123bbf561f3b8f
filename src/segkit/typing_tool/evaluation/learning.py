"""What more respondents would bring: the figures of a tool at growing numbers of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from segkit._checks import check_integer
from segkit._frames import Origin
from segkit._result import Result, percent
from segkit.exceptions import SegkitError
from segkit.typing_tool.evaluation.agreement import stretched_interval
from segkit.typing_tool.evaluation.power_law import PowerLaw, fit_power_law

__all__ = ["METRICS", "LearningCurve", "curve_of"]

METRICS = ("accuracy", "kappa", "log_loss")
BOUNDS = {"accuracy": (0.0, 1.0), "kappa": (-1.0, 1.0), "log_loss": (0.0, np.inf)}
MORE = 500  # respondents whose worth the summary tells
REACH = 3  # how many times the respondents at hand a forecast may go to
N_FITTED = 12  # points of a fitted curve in the table


@dataclass(frozen=True, repr=False)
class LearningCurve(Result):
    """Accuracy, kappa and log loss of a typing tool by the number of respondents it learns from.

    Attributes
    ----------
    table : dict
        Columns ``metric`` ("accuracy", "kappa", "log_loss"), ``kind`` ("measured" on people
        who were left out, or "fitted": the curve through what was measured, and beyond), ``n``
        (respondents learned from), ``value``, ``low``, ``high`` (95 %, see Notes).
    laws : mapping
        For each metric the fitted a - b n^-c: the first draw is the curve itself, the others
        are those of bootstrap samples.
    n_respondents : int
        Respondents with a positive weight.
    effective_n : float
        Kish's effective number.
    n_folds, n_repeats, n_boot : int
        How it was computed.
    stretch : float
        The factor by which intervals are widened, as in `Evaluation`.
    random_state : object
        The seed.

    Notes
    -----
    Every respondent is typed by tools that learned from nested subsets of the others, so that
    sizes are compared on the same people. n counts the respondents that a tool learned from: a
    tool made of all N stands at n = N, `TypingTool.evaluation_` near N (K - 1) / K for K folds.

    Intervals are percentiles over bootstrap samples of respondents and of repetitions,
    stretched by sqrt(1 + K / (K - 1)) (Nadeau and Bengio, 2003, equation 9). They hold the
    shape a - b n^-c for true: beyond the respondents at hand that is an assumption, and the
    farther, the bolder. More respondents help a tool on the fields it has; better fields
    often help more.

    References
    ----------
    Figueroa, R. L., Zeng-Treitler, Q., Kandula, S. & Ngo, L. H. (2012). Predicting sample
    size required for classification performance. BMC Medical Informatics and Decision Making
    12, 8.
    Nadeau, C. & Bengio, Y. (2003). Inference for the generalization error. Machine Learning
    52, 239-281.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit.typing_tool import TypingTool, learning_curve
    >>> rng = np.random.default_rng(0)
    >>> age = rng.integers(18, 90, 300)
    >>> fields = pd.DataFrame({"age": age, "plan": rng.choice(["a", "b"], 300)})
    >>> segments = (age + rng.normal(0, 20, 300) > 50).astype(int)
    >>> curve = learning_curve(fields, segments, tool=TypingTool(n_trees=10, n_folds=2))
    >>> curve.at(200)["metric"].tolist()
    ['accuracy', 'kappa', 'log_loss']
    """

    table: dict[str, list[Any]]
    laws: Mapping[str, PowerLaw]
    n_respondents: int
    effective_n: float
    n_folds: int
    n_repeats: int
    n_boot: int
    stretch: float
    random_state: Any = 0
    origin: Origin = field(default_factory=Origin)

    def at(self, n: int) -> Any:
        """Return the fitted figures of a tool that learns from n respondents.

        Parameters
        ----------
        n : int
            Respondents, from the smallest number measured to three times those at hand.

        Returns
        -------
        frame
            Columns metric, n, value, low, high.

        Raises
        ------
        SegkitError
            For an n beyond what the curve can say.
        """
        n = self._within(check_integer(n, name="n"), "n")
        rows = [(m, n, *_read(law.at(n), self.stretch, BOUNDS[m])) for m, law in self.laws.items()]
        return self._frame(("metric", "n", "value", "low", "high"), rows)

    def gain(self, more: int = MORE) -> Any:
        """Return what more respondents would bring to a tool made of all those at hand.

        Parameters
        ----------
        more : int
            How many more.

        Returns
        -------
        frame
            Columns metric, more, value, low, high: the rise of each figure. An interval that
            holds 0 means that it cannot be told whether they would help.

        Raises
        ------
        SegkitError
            For more than twice the respondents at hand.
        """
        more = check_integer(more, name="more")
        rows = [(m, more, *self._rise(m, more)) for m in self.laws]
        return self._frame(("metric", "more", "value", "low", "high"), rows)

    def frame(self) -> Any:
        """Return one row a metric and number of respondents, measured and fitted."""
        return self.origin.frame(self.table)

    def plot(self, ax: Any = None) -> Any:
        """Draw the accuracy by the number of respondents, measured and fitted."""
        from segkit.plots.learning_curve import plot_learning_curve

        return plot_learning_curve(self.frame(), self.n_respondents, ax=ax)

    def summary(self) -> str:
        """Return one paragraph: where the tool stands, and what 500 more respondents bring."""
        now = _read(self.laws["accuracy"].at(self.n_respondents), self.stretch, BOUNDS["accuracy"])
        more = min(MORE, (REACH - 1) * self.n_respondents)
        sizes = [n for n, kind in zip(self.table["n"], self.table["kind"], strict=True)
                 if kind == "measured"]  # fmt: skip
        return (
            f"A tool that learns from all {self.n_respondents:,} respondents agrees with the "
            f"survey's segment for about {percent(now[0])} [{percent(now[1])}, "
            f"{percent(now[2])}]. {self._worth(more)} Measured by {self.n_folds}-fold "
            f"cross-validation by respondent, {self.n_repeats} times over, on tools that learned "
            f"from {min(sizes):,} to {max(sizes):,} respondents (effective n in all "
            f"{self.effective_n:,.0f}); beyond, an inverse power law was fitted. 95 % intervals "
            f"by bootstrap ({self.n_boot} draws), widened for training sets that overlap; they "
            f"take the shape of the curve for true. Seed {self.random_state}."
        )

    def _worth(self, more: int) -> str:
        value, low, high = (100 * v for v in self._rise("accuracy", more))
        figures = f"{value:+.1f} points [{low:+.1f}, {high:+.1f}]"
        if low > 0 or high < 0:
            return f"{more:,} more respondents would bring about {figures}."
        text = (
            f"Whether {more:,} more respondents would make more tags right cannot be told: the "
            f"curve says {figures}"
        )
        loss, least, most = self._rise("log_loss", more)
        if most < 0:
            return (
                f"{text}; probabilities would become sharper (log loss {loss:+.3f} [{least:+.3f}, "
                f"{most:+.3f}])."
            )
        return f"{text}."

    def _rise(self, metric: str, more: int) -> tuple[float, float, float]:
        then = self._within(self.n_respondents + more, "n_respondents + more")
        law = self.laws[metric]
        return _read(law.at(then) - law.at(self.n_respondents), self.stretch, (-np.inf, np.inf))

    def _within(self, n: int, name: str) -> int:
        low, high = min(self.table["n"]), REACH * self.n_respondents
        if not low <= n <= high:
            raise SegkitError(
                f"{name}={n} lies outside of what the curve can say; expected {low} (the fewest "
                f"respondents measured) to {high} ({REACH} times those at hand). Ask for less, "
                "or give smaller sizes."
            )
        return n

    def _frame(self, names: Sequence[str], rows: list[Any]) -> Any:
        return self.origin.frame(dict(zip(names, map(list, zip(*rows, strict=True)), strict=True)))


def curve_of(
    sizes: Sequence[int],
    measured: Mapping[str, np.ndarray],
    *,
    n_respondents: int,
    effective_n: float,
    n_folds: int,
    n_repeats: int,
    random_state: Any = 0,
    origin: Origin | None = None,
) -> LearningCurve:
    """Turn measured figures into a curve.

    Parameters
    ----------
    sizes : sequence of int
        Respondents learned from, rising.
    measured : mapping
        For each metric an array of shape (1 + n_boot, n_sizes): the figure, and its values in
        bootstrap samples.
    n_respondents : int
        Respondents at hand.
    effective_n : float
        Kish's effective number.
    n_folds, n_repeats : int
        How it was measured.
    random_state : object
        The seed, to be told.
    origin : Origin, optional
        The kind of frames to hand out.
    """
    at = np.asarray(sizes)
    stretch = float(np.sqrt(1 + n_folds / (n_folds - 1)))
    laws = {metric: fit_power_law(at, values) for metric, values in measured.items()}
    last = REACH * n_respondents
    fitted = np.geomspace(at[0], last, N_FITTED).round().astype(int)
    fitted = np.unique([*fitted, n_respondents, 2 * n_respondents])
    rows = []
    for metric, values in measured.items():
        bounds = BOUNDS[metric]
        rows += [(metric, "measured", int(n), *_read(values[:, j], stretch, bounds))
                 for j, n in enumerate(at)]  # fmt: skip
        rows += [(metric, "fitted", int(n), *_read(laws[metric].at(n), stretch, bounds))
                 for n in fitted]  # fmt: skip
    columns = ("metric", "kind", "n", "value", "low", "high")
    return LearningCurve(
        dict(zip(columns, map(list, zip(*rows, strict=True)), strict=True)),
        laws,
        n_respondents,
        effective_n,
        n_folds,
        n_repeats,
        len(next(iter(measured.values()))) - 1,
        stretch,
        random_state,
        Origin((origin or Origin()).kind),
    )


def _read(
    draws: np.ndarray, stretch: float, bounds: tuple[float, float]
) -> tuple[float, float, float]:
    """Return the first draw, which is the figure itself, and the interval of the others."""
    value = float(np.clip(draws[0], *bounds))
    return (value, *stretched_interval(value, draws[1:], stretch, bounds))
