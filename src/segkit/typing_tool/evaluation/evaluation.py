"""How well a typing tool does, against chance, on respondents it did not know."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from segkit._checks import check_option
from segkit._frames import Origin
from segkit._result import Result, interval_text, percent
from segkit._weights import effective_size
from segkit.exceptions import SegkitError
from segkit.typing_tool.evaluation.abstention import CoverageCurve, coverage_curve
from segkit.typing_tool.evaluation.agreement import (
    Confusion,
    ReliabilityCurve,
    confusion_table,
    reliability_table,
    stretch_of,
    stretched_interval,
)
from segkit.typing_tool.evaluation.card import evaluation_lines
from segkit.typing_tool.evaluation.ceiling import ceiling_of
from segkit.typing_tool.evaluation.crossfit import CrossFit
from segkit.typing_tool.evaluation.lift import LiftCurve, lift_curve
from segkit.typing_tool.evaluation.metrics import Sums, drawn_weights, figures, sums_of

__all__ = ["N_BOOT", "Evaluation", "bootstrap_sums", "evaluate"]

N_BOOT = 500

TRUTH = (
    "Truth is the segment that the survey's own model gives a respondent: where that label is "
    "itself uncertain, no tool can agree with it fully."
)


@dataclass(frozen=True, repr=False)
class Evaluation(Result):
    """What nested cross-validation says about a typing tool.

    Attributes
    ----------
    table : dict
        The tidy table: ``metric``, ``segment`` ("all" or a segment), ``value``, ``low``,
        ``high`` (95 %, see Notes), ``chance``
        (what tags drawn at random in the same shares would give; NaN where that has no
        meaning).
    confusion : Confusion
        Where each segment's people are tagged.
    reliability : ReliabilityCurve
        Whether stated probabilities come true.
    coverage : CoverageCurve
        What leaving the unsure untagged buys.
    lift : LiftCurve
        What calling the likeliest finds of each segment.
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

    Intervals are percentiles over bootstrap samples of respondents, stretched by
    sqrt(1 + K / (K - 1)) for K folds (Nadeau and Bengio, 2003, equation 9): each respondent
    also trained the models that typed the others, and a bootstrap that holds the models fixed
    does not see what that adds. Without it, such an interval holds the accuracy on a whole
    base in four of five studies, not in nineteen of twenty.

    References
    ----------
    Nadeau, C. & Bengio, Y. (2003). Inference for the generalization error. Machine Learning
    52, 239-281.
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
    lift: LiftCurve
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

    def with_ceiling(self, label_certainty: Any, sample_weight: Any = None) -> "Evaluation":
        """Return this evaluation with the ceiling that the labels' own noise sets.

        Parameters
        ----------
        label_certainty : array-like of shape (n_respondents,)
            For each respondent the share of other samples whose segmentation gives the same
            segment: column ``certainty`` of ``diagnostics.stability(...).respondent``.
        sample_weight : array-like of shape (n_respondents,), optional
            The weights of the fit.

        Returns
        -------
        Evaluation
            With a row ``ceiling``: how far the segmentation agrees with itself from one
            sample to the next. What a tool agrees beyond that is agreement with the chance of
            this sample; unlike the ceiling of memberships, it is no strict bound.

        Raises
        ------
        SegkitError
            For shares that are none, other respondents, or an evaluation that has a ceiling.
        """
        if "ceiling" in self.table["metric"]:
            raise SegkitError(
                "The evaluation has a ceiling already: memberships were given, or it was added. "
                "Take that one, or the evaluation of a tool fitted on labels."
            )
        row = ("ceiling", "all", *ceiling_of(label_certainty, sample_weight, self.n_respondents))
        at = self.table["metric"].index("majority") + 1
        table = {
            column: [*values[:at], value, *values[at:]]
            for (column, values), value in zip(
                self.table.items(), (*row, float("nan")), strict=True
            )
        }
        return replace(self, table=table)

    def frame(self) -> Any:
        """Return the table of all figures."""
        return self.origin.frame(self.table)

    def plot(self, ax: Any = None) -> Any:
        """Draw recall and precision of each segment with intervals and chance."""
        from segkit.plots.typing_quality import plot_typing_quality

        return plot_typing_quality(self.frame(), ax=ax)

    def plot_card(self) -> Any:
        """Draw quality by segment, confusion, probabilities and lists on one page.

        Returns
        -------
        matplotlib.figure.Figure
            A4, landscape; ``figure.savefig("card.pdf")`` writes it.
        """
        from segkit.plots.typing_card import plot_typing_card

        parts = (self, self.confusion, self.reliability, self.lift)
        return plot_typing_card(*(part.frame() for part in parts))

    def card(self) -> str:
        """Return what the figures mean in plain words: what the tool is good for, what not."""
        return "\n".join(evaluation_lines(self))

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
            f"{self.n_folds}-fold cross-validation by respondent{repeats} (codebook, model "
            f"and calibration fitted inside), n = {self.n_respondents} (effective "
            f"{self.effective_n:.0f}); 95 % intervals by bootstrap of respondents ({self.n_boot} "
            "draws), widened for training sets that overlap."
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
    effective_n, stretch = effective_size(fit.w), stretch_of(n_folds)
    point = sums_of(fit, fit.w[None])
    draws = bootstrap_sums(fit, random_state)
    at_point, at_draws = figures(point, effective_n), figures(draws, effective_n)
    rows = [
        _row(key, at_point[key], at_draws[key], names, stretch)
        for key in at_point
        if soft or key[0] != "ceiling"
    ]
    if shuffled is not None:
        rows.insert(2, _control(shuffled, effective_n, random_state, names, stretch))
    columns = ("metric", "segment", "value", "low", "high", "chance")
    origin = origin or Origin()
    kind = Origin(origin.kind)
    return Evaluation(
        dict(zip(columns, map(list, zip(*rows, strict=True)), strict=True)),
        Confusion(confusion_table(point, draws, names, stretch), kind),
        ReliabilityCurve(reliability_table(point, draws, stretch), kind),
        coverage_curve(fit, kind),
        lift_curve(fit, names, N_BOOT, stretch, random_state, kind),
        len(fit.w),
        effective_n,
        n_folds,
        len(fit.first),
        origin=kind,
    )


def bootstrap_sums(fit: CrossFit, random_state: Any) -> Sums:
    """Return the sums of bootstrap samples of respondents, the same for the same seed.

    Parameters
    ----------
    fit : CrossFit
        Truth and cross-fitted answers; respondents in canonical order.
    random_state : int, RandomState or None
        The seed.
    """
    parts = [sums_of(fit, w) for w in drawn_weights(fit.w, N_BOOT, random_state)]
    return {name: np.concatenate([p[name] for p in parts]) for name in parts[0]}


def _row(
    key: tuple[str, int], point: np.ndarray, draws: np.ndarray, names: list[str], stretch: float
) -> Any:
    value = float(point[0, 0])
    # these two know no model; a mean of absolute gaps only grows with noise, so that
    # percentiles would lie beside it
    stretch = 1.0 if key[0] in ("majority", "ceiling") else stretch
    low, high = stretched_interval(value, draws[:, 0], stretch, _BOUNDS.get(key[0], (0.0, 1.0)))
    low, high = (np.nan, np.nan) if key[0] == "calibration_error" else (low, high)
    segment = "all" if key[1] < 0 else names[key[1]]
    return key[0], segment, value, low, high, float(point[0, 1])


_BOUNDS = {
    "kappa": (-1.0, 1.0),
    "log_loss": (0.0, np.inf),
    "brier": (0.0, 2.0),
    "brier_skill": (-np.inf, 1.0),
    "lift": (0.0, np.inf),
}  # of all other figures, which are shares: 0 to 1


def _control(
    fit: CrossFit, effective_n: float, random_state: Any, names: list[str], stretch: float
) -> Any:
    point = figures(sums_of(fit, fit.w[None]), effective_n)["kappa", -1]
    draws = figures(bootstrap_sums(fit, random_state), effective_n)["kappa", -1]
    return ("kappa_shuffled", *_row(("kappa", -1), point, draws, names, stretch)[1:])
