"""Models side by side on the same respondents: which of them types best, and is it chance."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from segkit._checks import check_frame, check_integer
from segkit._frames import Origin, origin_of
from segkit._progress import progress_bar
from segkit._resample import spawn_seeds
from segkit._result import Result, interval_text, percent
from segkit._weights import effective_size
from segkit.exceptions import SegkitError
from segkit.typing_tool.coding.fields import fields_frame
from segkit.typing_tool.evaluation.agreement import stretched_interval
from segkit.typing_tool.evaluation.crossfit import CrossFit, CrossFitting, cross_fit
from segkit.typing_tool.evaluation.evaluation import N_BOOT, bootstrap_sums
from segkit.typing_tool.evaluation.metrics import figures, sums_of
from segkit.typing_tool.fitting import Respondents, read_respondents
from segkit.typing_tool.models.classifier import check_learnable
from segkit.typing_tool.models.forest import MAX_LEAVES
from segkit.typing_tool.models.model import Settings, check_model

__all__ = ["ModelComparison", "compare_models"]

COLUMNS = (
    "model", "accuracy", "low", "high", "kappa", "log_loss", "brier_skill", "difference",
    "difference_low", "difference_high", "loss_difference", "loss_low", "loss_high",
)  # fmt: skip
FURTHEST = {"accuracy": (-1.0, 1.0), "log_loss": (-np.inf, np.inf)}


@dataclass(frozen=True, repr=False)
class ModelComparison(Result):
    """What models reach on respondents that they had not seen, the same for all.

    Attributes
    ----------
    table : dict
        One row a model: ``model``, ``accuracy``, ``low``, ``high``, ``kappa``, ``log_loss``,
        ``brier_skill``; ``difference`` (of its accuracy to the first model's),
        ``difference_low``, ``difference_high``; ``loss_difference`` (of its log loss; below
        zero: better), ``loss_low``, ``loss_high``. Intervals are 95 %.
    majority : float
        What naming the largest segment would reach.
    n_respondents : int
        Respondents with a positive weight.
    effective_n : float
        Kish's effective number.
    n_folds, n_repeats, n_boot : int
        How it was computed.

    Notes
    -----
    Every model types the same respondents from the same folds, and the bootstrap draws the
    same people for all: a difference is told from chance better than two accuracies with
    their own intervals tell. Intervals are percentiles, stretched for training sets that
    overlap as in `Evaluation`. Log loss sees differences that accuracy does not: it asks
    how likely each respondent's own segment was held to be.

    The best of many models looks better than it is: the more are tried, the more.

    Examples
    --------
    >>> import pandas as pd
    >>> from sklearn.naive_bayes import BernoulliNB
    >>> from segkit.typing_tool import compare_models
    >>> fields = pd.DataFrame({"age": list(range(18, 78)) * 2, "plan": ["a", "b", "c"] * 40})
    >>> older = (fields["age"] > 47).astype(int)
    >>> compare_models(fields, older, ("scorecard", BernoulliNB())).majority
    0.5
    """

    table: dict[str, list[Any]]
    majority: float
    n_respondents: int
    effective_n: float
    n_folds: int
    n_repeats: int
    n_boot: int = N_BOOT
    origin: Origin = field(default_factory=Origin)

    def frame(self) -> Any:
        """Return one row a model."""
        return self.origin.frame(self.table)

    def plot(self, ax: Any = None) -> Any:
        """Draw the accuracy of each model with its interval, and its difference to the first."""
        from segkit.plots.model_comparison import plot_model_comparison

        return plot_model_comparison(self.frame(), ax=ax)

    def summary(self) -> str:
        """Return one paragraph that a report can quote."""
        t = self.table
        reached = ", ".join(
            f"{m} {percent(a)} (kappa {k:.2f}, log loss {x:.3f})"
            for m, a, k, x in zip(t["model"], t["accuracy"], t["kappa"], t["log_loss"], strict=True)
        )
        repeats = f", {self.n_repeats} times over" if self.n_repeats > 1 else ""
        return (
            f"Agreement with the survey's segment on respondents not seen: {reached}; naming the "
            f"largest segment would be right for {percent(self.majority)}. {self._differences()} "
            f"Nested {self.n_folds}-fold cross-validation by respondent{repeats}, the same folds "
            f"for all; n = {self.n_respondents} (effective {self.effective_n:.0f}); 95 % intervals "
            f"by paired bootstrap of respondents ({self.n_boot} draws), widened for training sets "
            "that overlap."
        )

    def _differences(self) -> str:
        rows = list(zip(*(self.table[c] for c in COLUMNS), strict=True))
        said = []
        for row in rows[1:]:
            loss, low, high = row[-3:]
            verdict = (
                "no clear difference" if low <= 0 <= high else "worse" if loss > 0 else "better"
            )
            said.append(f"{row[0]} {interval_text(loss, low, high, 3)}: {verdict}")
        return f"Log loss against {rows[0][0]}: {'; '.join(said)}."


def compare_models(
    fields: Any,
    segments: Any,
    models: Sequence[Any] = ("forest", "scorecard"),
    sample_weight: Any = None,
    n_folds: int = 5,
    n_repeats: int = 1,
    random_state: Any = 0,
) -> ModelComparison:
    """Type the same respondents by several models, none of which has seen them.

    Parameters
    ----------
    fields : frame or array of shape (n_respondents, n_fields)
        What the base knows of each respondent.
    segments : array-like of shape (n_respondents,) or (n_respondents, n_segments)
        The segment of each respondent, or membership probabilities.
    models : sequence
        "forest", "scorecard", or scikit-learn classifiers with ``predict_proba``; two at
        least. The others are compared with the first.
    sample_weight : array-like of shape (n_respondents,), optional
        Survey weights.
    n_folds, n_repeats : int
        Folds of the nested cross-validation, and how often it is repeated.
    random_state : int, RandomState or None
        The seed.

    Returns
    -------
    ModelComparison

    Raises
    ------
    SegkitError
        For fewer than two models, an unknown one, a classifier without probabilities, and all
        that `TypingTool.fit` refuses.

    Examples
    --------
    >>> import pandas as pd
    >>> from sklearn.naive_bayes import BernoulliNB
    >>> from segkit.typing_tool import compare_models
    >>> fields = pd.DataFrame({"age": list(range(18, 78)) * 2, "plan": ["a", "b", "c"] * 40})
    >>> older = (fields["age"] > 47).astype(int)
    >>> found = compare_models(fields, older, ("scorecard", BernoulliNB()))
    >>> found.frame()["model"].tolist()
    ['scorecard', 'BernoulliNB']
    """
    _check(models, n_folds, n_repeats)
    frame = check_frame(fields_frame(fields, what="fields"), what="fields")
    people = read_respondents(frame, segments, sample_weight, n_folds)
    for model in models:
        check_learnable(model, people.truth, people.w)
    seeds = [int(s) for s in spawn_seeds(random_state, 2)]
    fits = _cross_fits(people, models, CrossFitting(n_folds, n_repeats, importance=False), seeds[0])
    stretch = float(np.sqrt(1 + n_folds / (n_folds - 1)))
    rows, majority = _rows(fits, seeds[1], stretch)
    names = _names(models)
    columns = list(zip(*[(n, *r) for n, r in zip(names, rows, strict=True)], strict=True))
    return ModelComparison(
        dict(zip(COLUMNS, map(list, columns), strict=True)),
        majority,
        len(people.w),
        effective_size(people.w),
        n_folds,
        n_repeats,
        origin=Origin(origin_of(fields).kind),
    )


def _check(models: Sequence[Any], n_folds: int, n_repeats: int) -> None:
    if isinstance(models, str) or not isinstance(models, Sequence) or len(models) < 2:
        raise SegkitError(
            f"models={models!r} was given; expected two models at least, for example "
            '("forest", "scorecard").'
        )
    for model in models:
        check_model(model)
    check_integer(n_folds, name="n_folds", low=2)
    check_integer(n_repeats, name="n_repeats")


def _names(models: Sequence[Any]) -> list[str]:
    names = [m if isinstance(m, str) else type(m).__name__ for m in models]
    before = [names[:i].count(name) for i, name in enumerate(names)]
    return [f"{n} {b + 1}" if b else n for n, b in zip(names, before, strict=True)]


def _cross_fits(
    people: Respondents, models: Sequence[Any], fitting: CrossFitting, seed: int
) -> list[CrossFit]:
    fits = []
    with progress_bar(what="comparing models", total=len(models)) as bar:
        for model in models:
            settings = Settings(200, MAX_LEAVES, 5.0, True, None, model)
            fits.append(cross_fit(people.columns, people.truth, people.w, settings, fitting, seed))
            bar.update()
    return fits


def _rows(fits: list[CrossFit], seed: int, stretch: float) -> tuple[list[list[float]], float]:
    """Return the figures of each model and what the majority would reach."""
    n = effective_size(fits[0].w)
    points = [figures(sums_of(f, f.w[None]), n) for f in fits]
    draws = [figures(bootstrap_sums(f, seed), n) for f in fits]

    def value(name: str, i: int) -> float:
        return float(points[i][name, -1][0, 0])

    def away(name: str, i: int) -> list[float]:
        gap = value(name, i) - value(name, 0)
        drawn = draws[i][name, -1][:, 0] - draws[0][name, -1][:, 0]
        return [gap, *stretched_interval(gap, drawn, stretch, FURTHEST[name])]

    rows = []
    for i in range(len(fits)):
        ends = stretched_interval(value("accuracy", i), draws[i]["accuracy", -1][:, 0], stretch)
        rest = [value(name, i) for name in ("kappa", "log_loss", "brier_skill")]
        rows.append(
            [value("accuracy", i), *ends, *rest, *away("accuracy", i), *away("log_loss", i)]
        )
    return rows, value("majority", 0)
