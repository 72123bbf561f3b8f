"""Whether a tool serves every group of people alike: quality and tags, group by group."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from scipy import stats

from segkit._frames import Origin
from segkit._result import Result, count_text, percent
from segkit._weights import effective_size
from segkit.segments.describing.contrasts import adjusted
from segkit.typing_tool.evaluation.agreement import stretched_interval
from segkit.typing_tool.evaluation.crossfit import CrossFit
from segkit.typing_tool.evaluation.grouping import Grouping
from segkit.typing_tool.evaluation.metrics import agreement_of, drawn_weights
from segkit.typing_tool.evaluation.proxies import proxy_sentences

__all__ = ["FEW", "GroupFigures", "group_figures"]

FEW = 30  # with fewer people (effective n) a group is shown, but not tested
LEVEL = 0.05
TESTED = ("accuracy", "kappa", "macro_recall", "abstained", "share_gap")
COLUMNS = (
    "by", "group", "n", "effective_n", "few", "metric", "segment", "value", "low", "high",
    "rest", "difference", "difference_low", "difference_high", "p", "p_adjusted",
)  # fmt: skip


@dataclass(frozen=True, repr=False)
class GroupFigures(Result):
    """How well people of each group are typed, and what they are typed as.

    Attributes
    ----------
    table : dict
        One row for each group and figure: ``by`` (the column of groups), ``group``, ``n``,
        ``effective_n``, ``few`` (too few people to be tested), ``metric``, ``segment`` ("all"
        or a segment), ``value``, ``low``, ``high`` (95 %), ``rest`` (the same figure of everyone
        else), ``difference`` (value minus rest), ``difference_low``, ``difference_high``, ``p``,
        ``p_adjusted`` (Benjamini and Hochberg, over everything that was tested).
    proxies : dict
        Columns ``by``, ``field``, ``measure`` ("Cramer's V" or "AUC"), ``value``, ``cut``,
        ``proxy`` (the value reaches the cut). The row "(all fields)" is what the fields say
        together, the row "(tag)" how far tags differ by group.
    n_respondents : int
        Respondents it rests on.
    n_boot : int
        Bootstrap samples behind intervals and tests.
    origin : Origin
        The kind of frames to hand out.

    Notes
    -----
    Metrics: ``accuracy``, ``kappa``, ``macro_recall`` (mean over the segments that the group
    has), ``abstained``; per segment ``tag_share`` (of the tagged), ``true_share`` (the
    survey's) and ``share_gap``, the first minus the second: above zero, the group is put into
    the segment more often than it belongs there.

    A difference need not be the tool's doing: a group whose people are of one segment is
    easier to type. Kappa and the gaps of shares allow for that, accuracy does not. Without a
    difference a tool may still treat people by their group, namely when its fields stand in
    for it: that is what ``proxies`` looks for.

    Cramer's V is corrected for chance (Bergsma, 2013); numbers are cut into eight classes of
    equal weight first. The AUC is that of a forest, trained to tell the group from the
    others and judged on respondents it had not seen; the mean over groups. A field is a
    proxy from V = 0.30 on, all fields together from AUC = 0.70 on. These cuts are
    conventions.

    Intervals of figures are widened as in `Evaluation`; those of differences hold the models
    as they are.

    References
    ----------
    Bergsma, W. (2013). A bias-correction for Cramer's V and Tschuprow's T. Journal of the
    Korean Statistical Society 42, 323-328.
    Benjamini, Y. & Hochberg, Y. (1995). Controlling the false discovery rate. JRSS B 57,
    289-300.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> from segkit.typing_tool import TypingTool
    >>> rng = np.random.default_rng(0)
    >>> fields = pd.DataFrame({"age": rng.integers(18, 78, 300), "visits": rng.poisson(3, 300)})
    >>> segments = (fields["age"] > 47).astype(int)
    >>> tool = TypingTool(n_trees=10).fit(fields, segments)
    >>> found = tool.evaluate_groups(fields, segments, pd.Series(["a", "b"] * 150, name="half"))
    >>> found.frame().query("metric == 'accuracy'")["group"].tolist()
    ['a', 'b']
    >>> any(found.proxies["proxy"])
    False
    """

    table: dict[str, list[Any]]
    proxies: dict[str, list[Any]]
    n_respondents: int
    n_boot: int
    origin: Origin = field(default_factory=Origin)

    def frame(self) -> Any:
        """Return one row for each group and figure."""
        return self.origin.frame(self.table)

    def proxies_frame(self) -> Any:
        """Return one row for each column of groups and field."""
        return self.origin.frame(self.proxies)

    def plot(self, ax: Any = None) -> Any:
        """Draw the accuracy of each group with its interval, beside that of the rest."""
        from segkit.plots.group_figures import plot_group_figures

        return plot_group_figures(self.frame(), ax=ax)

    def findings(self) -> list[str]:
        """Return one sentence for each difference beyond chance, and for each proxy."""
        rows = [
            dict(zip(self.table, row, strict=True))
            for row in zip(*self.table.values(), strict=True)
        ]
        by = dict.fromkeys(zip(self.table["by"], self.table["group"], strict=True))
        # of two groups each is the other's rest: one of them says it all
        mirrored = {b for b, _ in by if sum(b == other for other, _ in by) == 2}
        first = dict(reversed(by))
        clear = [
            r
            for r in sorted(rows, key=lambda r: -abs(r["difference"]))
            if r["p_adjusted"] < LEVEL and (r["by"] not in mirrored or r["group"] == first[r["by"]])
        ]
        return [_sentence(r) for r in clear] + proxy_sentences(self.proxies)

    def summary(self) -> str:
        """Return one paragraph: differences beyond chance, small groups, proxies."""
        found = self.findings()
        text = " ".join(found) if found else "No group is typed otherwise than the rest."
        return f"{self._who()} {text} {self.method()}"

    def method(self) -> str:
        """Return how differences were told from chance, and which groups are too small for it."""
        few = [f"{group} ({by})" for by, group, is_few in self._pairs() if is_few]
        text = (
            f"Differences to everyone else by bootstrap of respondents ({self.n_boot} draws), "
            "adjusted for their number (Benjamini and Hochberg)."
        )
        if few:
            text += f" Too few people to be tested (effective n below {FEW}): {', '.join(few)}."
        return text

    def _who(self) -> str:
        return (
            f"{count_text(len(self._pairs()), 'group')}, n = {self.n_respondents:,}, on "
            "respondents the models had not seen."
        )

    def _pairs(self) -> list[tuple[str, str, bool]]:
        columns = (self.table[name] for name in ("by", "group", "few"))
        return list(dict.fromkeys(zip(*columns, strict=True)))


def group_figures(
    fit: CrossFit,
    groupings: Sequence[Grouping],
    names: list[str],
    proxies: dict[str, list[Any]],
    *,
    n_boot: int,
    stretch: float,
    random_state: Any,
    origin: Origin | None = None,
) -> GroupFigures:
    """Compute the figures of each group from cross-fitted answers.

    Parameters
    ----------
    fit : CrossFit
        Truth and cross-fitted answers; respondents in canonical order.
    groupings : sequence of Grouping
        The group of each respondent, in the same order.
    names : list of str
        The segments.
    proxies : dict
        The table of `GroupFigures`.
    n_boot : int
        Bootstrap samples of respondents.
    stretch : float
        The factor by which percentiles move away from a figure.
    random_state : int, RandomState or None
        The seed.
    origin : Origin, optional
        The kind of frames to hand out.
    """
    cells = _cells(fit)
    weights = [fit.w[None], *drawn_weights(fit.w, n_boot, random_state)]
    rows: list[tuple[Any, ...]] = []
    for grouping in groupings:
        sums = np.concatenate([_sums(w, cells, grouping) for w in weights])
        everyone = sums.sum(axis=1)
        for g, group in enumerate(grouping.groups):
            own, rest = _values(sums[:, g], names), _values(everyone - sums[:, g], names)
            inside = grouping.code == g
            size = float(effective_size(fit.w[inside]))
            head = (grouping.name, group, int(inside.sum()), size, size < FEW)
            rows += [
                (*head, *key, *_figures(key[0], own[key], rest[key], stretch, tested=size >= FEW))
                for key in own
            ]
    columns = dict(zip(COLUMNS, map(list, zip(*rows, strict=True)), strict=True))
    columns["p_adjusted"] = adjusted(np.array(columns["p"])).tolist()
    return GroupFigures(columns, proxies, len(fit.w), n_boot, Origin((origin or Origin()).kind))


def _cells(fit: CrossFit) -> np.ndarray:
    """Return each respondent's share of every pair of segment and tag (last: untagged)."""
    k = fit.membership.shape[1]
    tag = np.where(fit.kept, fit.first, k)
    return np.asarray(fit.membership[:, :, None] * np.eye(k + 1)[tag].mean(axis=0)[:, None, :])


def _sums(weights: np.ndarray, cells: np.ndarray, grouping: Grouping) -> np.ndarray:
    """Sum the cells over the people of each group: (n_draws, n_groups, k, k + 1)."""
    flat = cells.reshape(len(cells), -1)
    inside = [np.flatnonzero(grouping.code == g) for g in range(len(grouping.groups))]
    sums = np.stack([weights[:, rows] @ flat[rows] for rows in inside], axis=1)
    return np.asarray(sums.reshape(len(weights), len(inside), *cells.shape[1:]))


def _values(cells: np.ndarray, names: list[str]) -> dict[tuple[str, str], np.ndarray]:
    """Return every figure for each draw, the respondents' own first."""
    with np.errstate(invalid="ignore", divide="ignore"):
        accuracy, _, kappa = agreement_of(cells)
        n, truth = cells.sum(axis=(1, 2)), cells.sum(axis=2)
        tagged = cells[:, :, :-1].sum(axis=1)
        recall = np.diagonal(cells[:, :, :-1], axis1=1, axis2=2) / truth
        there = truth > 0
        out = {
            ("accuracy", "all"): accuracy,
            ("kappa", "all"): kappa,
            ("macro_recall", "all"): np.where(there, recall, 0).sum(axis=1) / there.sum(axis=1),
            ("abstained", "all"): cells[:, :, -1].sum(axis=1) / n,
        }
        tag_share, true_share = tagged / tagged.sum(axis=1, keepdims=True), truth / n[:, None]
    for s, name in enumerate(names):
        out["tag_share", name] = tag_share[:, s]
        out["true_share", name] = true_share[:, s]
        out["share_gap", name] = tag_share[:, s] - true_share[:, s]
    return out


def _figures(
    metric: str, own: np.ndarray, rest: np.ndarray, stretch: float, *, tested: bool
) -> tuple[float, ...]:
    """Return value, interval, rest, difference, interval, p and a place for the adjusted p."""
    bounds = (-1.0, 1.0) if metric in ("kappa", "share_gap") else (0.0, 1.0)
    apart = own - rest
    stretch = 1.0 if metric == "true_share" else stretch
    interval = stretched_interval(float(own[0]), own[1:], stretch, bounds)
    difference = stretched_interval(float(apart[0]), apart[1:], 1.0, (-2.0, 2.0))
    seen = apart[1:][np.isfinite(apart[1:])]
    error = float(seen.std()) if seen.size else 0.0
    p = np.nan
    if tested and metric in TESTED and error > 0 and np.isfinite(apart[0]):
        p = 2 * stats.norm.sf(abs(apart[0]) / error)
    return (
        float(own[0]), *interval, float(rest[0]), float(apart[0]), *difference, float(p), np.nan,
    )  # fmt: skip


def _sentence(row: dict[str, Any]) -> str:
    who = f"{row['group']} (`{row['by']}`)"
    p = f"adjusted p {max(row['p_adjusted'], 0.001):.3f}"
    if row["metric"] == "share_gap":
        more = "more" if row["difference"] > 0 else "less"
        return (
            f"{who}: put into segment {row['segment']} {more} often than the rest, by "
            f"{100 * abs(row['difference']):.0f} points beyond where its people belong ({p})."
        )
    if row["metric"] == "kappa":
        return f"{who}: kappa {row['value']:.2f} against {row['rest']:.2f} of the rest ({p})."
    words = {"accuracy": "typed right", "macro_recall": "found again (mean over segments)"}
    word = words.get(row["metric"], "left untagged")
    return (
        f"{who}: {percent(row['value'])} {word} against {percent(row['rest'])} of the rest ({p})."
    )
