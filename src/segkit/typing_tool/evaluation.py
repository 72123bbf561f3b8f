"""How well a typing tool does, against chance, on respondents it did not know."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from segkit._checks import check_option
from segkit._frames import Origin
from segkit._resample import bootstrap_counts
from segkit._result import Result, interval_text, percent
from segkit._weights import effective_size
from segkit.exceptions import SegkitError
from segkit.typing_tool.abstention import CoverageCurve, coverage_curve
from segkit.typing_tool.crossfit import CrossFit
from segkit.typing_tool.metrics import Sums, figures, sums_of

__all__ = ["Confusion", "Evaluation", "ReliabilityCurve", "evaluate"]

N_BOOT = 500
CHUNK = 50  # bootstrap draws at a time

TRUTH = (
    "Truth is the segment that the survey's own model gives a respondent: where that label is "
    "itself uncertain, no tool can agree with it fully."
)


@dataclass(frozen=True, repr=False)
class Confusion(Result):
    """Where each segment's people are tagged.

    Attributes
    ----------
    table : dict
        Columns ``segment`` (the survey's), ``tagged`` (the tool's, or "untagged"), ``n``
        (respondents, weighted), ``share`` (of the segment's people), ``low``, ``high``.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit.typing_tool import TypingTool
    >>> fields = pd.DataFrame({"age": list(range(18, 78)) * 2, "plan": ["a", "b", "c"] * 40})
    >>> tool = TypingTool(n_trees=10).fit(fields, (fields["age"] > 47).astype(int))
    >>> found = tool.evaluation_.confusion.frame()
    >>> found.query("segment == tagged")["share"].round(1).tolist()
    [1.0, 1.0]
    """

    table: dict[str, list[Any]]
    origin: Origin = field(default_factory=Origin)

    def frame(self) -> Any:
        """Return one row for each pair of segment and tag."""
        return self.origin.frame(self.table)

    def plot(self, ax: Any = None) -> Any:
        """Draw the shares as a matrix."""
        from segkit.plots.confusion import plot_confusion

        return plot_confusion(self.frame(), ax=ax)

    def summary(self) -> str:
        """Return one sentence: the most common mistake."""
        wrong = [
            (share, a, b)
            for share, a, b in zip(
                self.table["share"], self.table["segment"], self.table["tagged"], strict=True
            )
            if a != b and b != "untagged"
        ]
        share, a, b = max(wrong)
        return f"The most common mistake: {percent(share)} of segment {a} are tagged {b}."


@dataclass(frozen=True, repr=False)
class ReliabilityCurve(Result):
    """Whether stated probabilities come true.

    Attributes
    ----------
    table : dict
        Columns ``predicted`` (mean stated probability of the tag in a bin), ``observed``
        (share of right tags), ``low``, ``high``, ``n`` (respondents, weighted).

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit.typing_tool import TypingTool
    >>> fields = pd.DataFrame({"age": list(range(18, 78)) * 2, "plan": ["a", "b", "c"] * 40})
    >>> tool = TypingTool(n_trees=10).fit(fields, (fields["age"] > 47).astype(int))
    >>> curve = tool.evaluation_.reliability.frame()
    >>> bool((curve["low"] <= curve["observed"]).all())
    True
    """

    table: dict[str, list[Any]]
    origin: Origin = field(default_factory=Origin)

    def frame(self) -> Any:
        """Return one row for each tenth of the respondents."""
        return self.origin.frame(self.table)

    def plot(self, ax: Any = None) -> Any:
        """Draw observed against stated, with intervals and the diagonal."""
        from segkit.plots.reliability_diagram import plot_reliability_diagram

        return plot_reliability_diagram(self.frame(), ax=ax)

    def summary(self) -> str:
        """Return one sentence: the mean gap."""
        p, seen, n = (np.array(self.table[c]) for c in ("predicted", "observed", "n"))
        gap = float((np.abs(p - seen) * n).sum() / n.sum())
        return (
            f"Stated probabilities and observed shares differ by {100 * gap:.1f} points on average."
        )


@dataclass(frozen=True, repr=False)
class Evaluation(Result):
    """What nested cross-validation says about a typing tool.

    Attributes
    ----------
    table : dict
        The tidy table: ``metric``, ``segment`` ("all" or a segment), ``value``, ``low``,
        ``high`` (95 % percentile bootstrap of respondents, models held fixed), ``chance``
        (what tags drawn at random in the same shares would give; NaN where that has no
        meaning).
    confusion : Confusion
        Where each segment's people are tagged.
    reliability : ReliabilityCurve
        Whether stated probabilities come true.
    coverage : CoverageCurve
        What leaving the unsure untagged buys.
    n_respondents : int
        Respondents with a positive weight.
    effective_n : float
        Kish's effective number.
    n_folds, n_repeats, n_boot : int
        How it was computed.

    Notes
    -----
    Metrics: ``accuracy`` (of tagged respondents; chance is the expected agreement, see also
    ``majority``, the share that naming the largest segment would get right), ``kappa``
    (Cohen, 1960), ``ceiling`` (where memberships were given: the mean of the largest one;
    no tool can do better on average), ``abstained``, ``log_loss`` (chance: the entropy of
    the sizes), ``brier``, ``brier_skill``, ``calibration_error`` (ten bins of equal weight;
    chance: what a perfectly calibrated tool shows in a sample of this size; no interval),
    ``macro_recall``; per segment ``recall`` (untagged people count as missed),
    ``precision`` and ``lift`` (of the tenth of people most likely in the segment, how many
    times its share truly is). ``kappa_shuffled`` (on request): the same procedure on labels
    that were shuffled; a value away from zero would mean that something leaks.

    With memberships, "right" is the membership of the tagged segment.

    References
    ----------
    Cohen, J. (1960). A coefficient of agreement for nominal scales. Educational and
    Psychological Measurement 20, 37-46.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit.typing_tool import TypingTool
    >>> fields = pd.DataFrame({"age": list(range(18, 78)) * 2, "plan": ["a", "b", "c"] * 40})
    >>> tool = TypingTool(n_trees=10).fit(fields, (fields["age"] > 47).astype(int))
    >>> tool.evaluation_.value("accuracy") > 0.9
    True
    >>> tool.evaluation_.value("majority")
    0.5
    """

    table: dict[str, list[Any]]
    confusion: Confusion
    reliability: ReliabilityCurve
    coverage: CoverageCurve
    n_respondents: int
    effective_n: float
    n_folds: int
    n_repeats: int
    n_boot: int = N_BOOT
    origin: Origin = field(default_factory=Origin)

    def value(self, metric: str, segment: Any = "all") -> float:
        """Return one figure.

        Parameters
        ----------
        metric : str
            A name from the table, for example "kappa".
        segment : object
            A segment, or "all".
        """
        check_option(metric, tuple(dict.fromkeys(self.table["metric"])), name="metric")
        for m, s, v in zip(
            self.table["metric"], self.table["segment"], self.table["value"], strict=True
        ):
            if m == metric and s == str(segment):
                return float(v)
        raise SegkitError(
            f"The metric `{metric}` has no row for segment {segment!r}. See .frame() for the rows."
        )

    @property
    def accuracy(self) -> float:
        """The share of tagged respondents whose tag is right."""
        return self.value("accuracy")

    @property
    def chance(self) -> float:
        """The accuracy of tags drawn at random in the same shares."""
        return self._row("accuracy")[3]

    @property
    def kappa(self) -> float:
        """Agreement beyond chance: 0 is chance, 1 is perfect."""
        return self.value("kappa")

    def frame(self) -> Any:
        """Return the table of all figures."""
        return self.origin.frame(self.table)

    def plot(self, ax: Any = None) -> Any:
        """Draw recall and precision of each segment with intervals and chance."""
        from segkit.plots.typing_quality import plot_typing_quality

        return plot_typing_quality(self.frame(), ax=ax)

    def summary(self) -> str:
        """Return one paragraph that a report can quote."""
        accuracy, low, high, chance = self._row("accuracy")
        kappa = self._row("kappa")
        repeats = f", {self.n_repeats} times over" if self.n_repeats > 1 else ""
        text = (
            f"On respondents it had not seen, the tool agrees with the survey's segment for "
            f"{percent(accuracy)} [{percent(low)}, {percent(high)}]; naming the largest segment "
            f"would be right for {percent(self.value('majority'))}, drawing at random for "
            f"{percent(chance)}. Kappa {interval_text(*kappa[:3])}. Nested "
            f"{self.n_folds}-fold cross-validation by respondent{repeats} (codebook, number of "
            f"trees and calibration fitted inside), n = {self.n_respondents} (effective "
            f"{self.effective_n:.0f}); 95 % intervals by percentile bootstrap of respondents "
            f"({self.n_boot} draws, models held fixed)."
        )
        if self.value("abstained") > 0:
            text += f" {percent(self.value('abstained'))} are left untagged."
        return f"{text} {TRUTH}"

    def _row(self, metric: str) -> tuple[float, float, float, float]:
        at = self.table["metric"].index(metric)
        value, low, high, chance = (
            float(self.table[c][at]) for c in ("value", "low", "high", "chance")
        )
        return value, low, high, chance


def evaluate(
    fit: CrossFit,
    classes: Sequence[Any],
    *,
    n_folds: int,
    soft: bool = False,
    origin: Origin | None = None,
    random_state: Any = 0,
    shuffled: CrossFit | None = None,
) -> Evaluation:
    """Turn cross-fitted answers into an evaluation.

    Parameters
    ----------
    fit : CrossFit
        Truth and cross-fitted answers; respondents in canonical order.
    classes : sequence
        The segments.
    n_folds : int
        How many folds made `fit`.
    soft : bool
        The truth is a membership: report the ceiling.
    origin : Origin, optional
        The kind of frames to hand out.
    random_state : int, RandomState or None
        The seed of the bootstrap.
    shuffled : CrossFit, optional
        Answers learned from shuffled labels, for the control.

    Returns
    -------
    Evaluation
    """
    names = [str(c) for c in classes]
    effective_n = effective_size(fit.w)
    point = sums_of(fit, fit.w[None])
    draws = _joined(list(_bootstrap(fit, random_state)))
    at_point, at_draws = figures(point, effective_n), figures(draws, effective_n)
    rows = [
        _row(key, at_point[key], at_draws[key], names)
        for key in at_point
        if soft or key[0] != "ceiling"
    ]
    if shuffled is not None:
        rows.insert(2, _control(shuffled, effective_n, random_state, names))
    columns = ("metric", "segment", "value", "low", "high", "chance")
    origin = origin or Origin()
    kind = Origin(origin.kind)
    return Evaluation(
        dict(zip(columns, map(list, zip(*rows, strict=True)), strict=True)),
        Confusion(_confusion_table(point, draws, names), kind),
        ReliabilityCurve(_reliability_table(point, draws), kind),
        coverage_curve(fit, kind),
        len(fit.w),
        effective_n,
        n_folds,
        len(fit.first),
        origin=kind,
    )


def _bootstrap(fit: CrossFit, random_state: Any) -> Iterator[Sums]:
    n = len(fit.w)
    counts = bootstrap_counts(N_BOOT, np.arange(n), random_state)
    for _ in range(0, N_BOOT, CHUNK):
        yield sums_of(fit, np.stack([next(counts) for _ in range(CHUNK)]) * fit.w)


def _joined(parts: list[Sums]) -> Sums:
    return {name: np.concatenate([p[name] for p in parts]) for name in parts[0]}


def _row(key: tuple[str, int], point: np.ndarray, draws: np.ndarray, names: list[str]) -> Any:
    # a mean of absolute gaps only grows with noise: percentiles would lie beside the value
    low, high = (np.nan, np.nan) if key[0] == "calibration_error" else _interval(draws[:, 0])
    segment = "all" if key[1] < 0 else names[key[1]]
    return key[0], segment, float(point[0, 0]), low, high, float(point[0, 1])


def _interval(values: np.ndarray) -> tuple[float, float]:
    seen = values[np.isfinite(values)]
    if not seen.size:
        return float("nan"), float("nan")
    low, high = np.quantile(seen, [0.025, 0.975])
    return float(low), float(high)


def _control(fit: CrossFit, effective_n: float, random_state: Any, names: list[str]) -> Any:
    point = figures(sums_of(fit, fit.w[None]), effective_n)["kappa", -1]
    draws = figures(_joined(list(_bootstrap(fit, random_state))), effective_n)["kappa", -1]
    return ("kappa_shuffled", *_row(("kappa", -1), point, draws, names)[1:])


def _confusion_table(point: Sums, draws: Sums, names: list[str]) -> dict[str, list[Any]]:
    cells, truth = point["cells"][0], point["truth"][0]
    with np.errstate(invalid="ignore", divide="ignore"):
        shares = draws["cells"] / draws["truth"][:, :, None]
    table: dict[str, list[Any]] = {
        c: [] for c in ("segment", "tagged", "n", "share", "low", "high")
    }
    columns = [*names, "untagged"] if cells[:, -1].any() else names
    for i, segment in enumerate(names):
        for j, tagged in enumerate(columns):
            low, high = _interval(shares[:, i, j])
            row = (segment, tagged, float(cells[i, j]), float(cells[i, j] / truth[i]), low, high)
            for column, value in zip(table, row, strict=True):
                table[column].append(value)
    return table


def _reliability_table(point: Sums, draws: Sums) -> dict[str, list[Any]]:
    size = point["bin_n"][0]
    with np.errstate(invalid="ignore", divide="ignore"):
        observed = draws["bin_right"] / draws["bin_n"]
    used = np.flatnonzero(size > 0)
    intervals = [_interval(observed[:, b]) for b in used]
    return {
        "predicted": (point["bin_p"][0][used] / size[used]).tolist(),
        "observed": (point["bin_right"][0][used] / size[used]).tolist(),
        "low": [low for low, _ in intervals],
        "high": [high for _, high in intervals],
        "n": size[used].tolist(),
    }
