"""Whether factors mean the same in each group or wave, so that scores may be compared.

References
----------
Meredith, W. (1993). Measurement invariance, factor analysis and factorial invariance. Psychometrika
    58.
Cheung, G. W. & Rensvold, R. B. (2002). Evaluating goodness-of-fit indexes for testing measurement
    invariance. Structural Equation Modeling 9.
Chen, F. F. (2007). Sensitivity of goodness of fit indexes to lack of measurement invariance.
    Structural Equation Modeling 14.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from segkit._checks import check_integer
from segkit._result import Result, count_text
from segkit._threads import one_blas_thread
from segkit.exceptions import SegkitError
from segkit.factors.confirming.likelihood_fit import LikelihoodFit
from segkit.factors.confirming.structure import read_structure
from segkit.factors.groups.answer_groups import AnswerGroups, read_groups
from segkit.factors.groups.exploratory_structure import derived_structure, group_congruence
from segkit.factors.groups.invariance_ladder import Ladder, Rung
from segkit.factors.groups.invariance_tables import (
    congruence_frame,
    items_frame,
    means_frame,
    partial_frame,
    steps_frame,
)

__all__ = ["Invariance", "invariance"]

_MEANING = {
    "none": "the structure itself does not hold in the groups; nothing may be compared",
    "configural": "the same items go together, but neither relations nor means may be compared",
    "metric": "relations with other things may be compared between groups, means may not",
    "scalar": "means of scores may be compared between groups",
    "strict": "means of scores, and of sums of items, may be compared between groups",
}


@dataclass(frozen=True, eq=False, repr=False)
class Invariance(Result):
    """How much of a measurement groups or waves share.

    Attributes
    ----------
    verdict : {"none", "configural", "metric", "scalar", "strict"}
        The last step that holds with all before it.
    partial_verdict : str
        The same once the items of ``partial`` are freed.
    items : frame
        step, item, chi2, df, p, p_adjusted, difference, group, breaks: which item breaks a step, by
        a robust score test with Holm's adjustment over the items of the step. The worst item is
        freed before the others are tested again, until none differs. `difference` is
        what the item's loading or intercept would differ by between `group` and the first group, in
        standard deviations of the item (of the residual variance: as a share of its variance).
    partial : frame
        step, freed, chi2, df, cfi, rmsea, delta_cfi, delta_rmsea, difference_p, holds: the models
        that were tried when items were freed one by one, the worst first; empty where loadings
        and intercepts hold.
    factor_means : frame
        factor, group, mean, se, low, high, sd: in standard deviations of the first group, where its
        mean is 0; from the full scalar step, or the partial one where only that holds.
    congruence : frame
        factor, group, congruence: Tucker's congruence of the group's exploratory factors with those
        of all groups together; empty where the items are too few.
    structure : dict of str to list of str
        The items of each factor.
    structure_is_given : bool
        Whether the structure was given, not derived from these answers.
    group_sizes : dict of str to float
        Effective n of each group; the first is the one that others are compared with.
    missing : str
        How missing answers were treated.
    n_left_out : int
        Respondents who do not count.
    repeated_people : bool
        Whether ids told who is in several groups.
    doubts : tuple of str
        What was warned of.

    Examples
    --------
    >>> import numpy as np
    >>> from segkit import factors
    >>> rng = np.random.default_rng(0)
    >>> need, wave = rng.normal(size=(1000, 1)), np.repeat([1, 2], 500)
    >>> X = need + 0.8 * rng.normal(size=(1000, 5))
    >>> X[wave == 2, 3] += 1.0
    >>> found = factors.invariance(X, wave, n_factors=1)
    >>> found.verdict, found.partial_verdict
    ('metric', 'scalar')
    >>> found.items.query("breaks")["item"].iloc[0]
    'x4'
    """

    verdict: str
    partial_verdict: str
    items: Any
    partial: Any
    factor_means: Any
    congruence: Any
    structure: dict[str, list[str]]
    structure_is_given: bool
    group_sizes: dict[str, float]
    missing: str
    n_left_out: int
    repeated_people: bool
    doubts: tuple[str, ...]
    table: Any

    def frame(self) -> Any:
        """Return one row a step.

        step, n, chi2, df, p, scaling, cfi, tli, rmsea, rmsea_low, rmsea_high, srmr, bic, delta_cfi,
        delta_rmsea, delta_srmr, difference_chi2, difference_df, difference_p, holds. The difference
        test is scaled; what stands before is plain maximum likelihood.
        """
        return self.table

    def plot(self, ax: Any = None) -> Any:
        """Draw what each step costs in fit, against the limit."""
        from segkit.plots.invariance import invariance_plot

        return invariance_plot(self.frame(), ax=ax)

    def plot_items(self, ax: Any = None) -> Any:
        """Draw how far the loading and the intercept of each item differ between groups."""
        from segkit.plots.invariance_items import invariance_items_plot

        return invariance_items_plot(self.items, ax=ax)

    def summary(self) -> str:
        """Return one paragraph: verdict and what it allows, the steps, what breaks them."""
        sizes = ", ".join(f"{n:,.0f} in {name}" for name, n in self.group_sizes.items())
        origin = (
            "given"
            if self.structure_is_given
            else "derived from the same answers (largest loading in the exploratory analysis of "
            "all groups), which flatters it"
        )
        people = (
            "people in several groups are known by their ids"
            if self.repeated_people
            else "groups are taken as different people"
        )
        return " ".join(
            [
                f"Measurement invariance over {len(self.group_sizes)} groups (effective n: "
                f"{sizes}; {self.missing} missing; {people}), multigroup maximum likelihood, "
                f"{count_text(len(self.structure), 'factor')}, structure {origin}.",
                f"Verdict: {self.verdict} - {_MEANING[self.verdict]}.",
                *self._steps(),
                *self._breaks(),
                *self.doubts,
            ]
        )

    def _steps(self) -> list[str]:
        columns = ("step", "cfi", "rmsea", "delta_cfi", "difference_p", "holds")
        lists = [self.table[name].to_list() for name in columns]
        texts = []
        for step, cfi, rmsea, delta, p, holds in zip(*lists, strict=True):
            word = "holds" if holds else "does not hold"
            if step == "configural":
                texts.append(f"configural {word} (CFI {cfi:.3f}, RMSEA {rmsea:.3f})")
            else:
                p_text = "p < .001" if p < 0.001 else f"p = {p:.3f}"
                texts.append(f"{step} {word} (CFI {delta:+.3f}, {p_text})")
        return [
            f"Steps: {'; '.join(texts)}; a step holds when CFI falls by at most .010 and RMSEA "
            "rises by at most .015 (.005 and .010 with 300 respondents and fewer)."
        ]

    def _breaks(self) -> list[str]:
        if len(self.partial) == 0:
            return []
        step, freed, holds = (
            self.partial[name].to_list()[-1] for name in ("step", "freed", "holds")
        )
        if holds:
            return [f"With {freed} freed the {step} step holds."]
        without = f"with {freed} freed" if freed else "and no item can be spared"
        return [f"The {step} step does not hold {without}."]


def invariance(
    X: Any,
    groups: Any,
    n_factors: int | None = None,
    *,
    structure: Mapping[str, Sequence[str]] | None = None,
    sample_weight: Any = None,
    missing: str = "pairwise",
    ids: Any = None,
) -> Invariance:
    """Test whether the factors mean the same in each group or wave.

    Parameters
    ----------
    X : frame or array of shape (n_respondents, n_items)
        Answers of all groups together, treated as continuous; missing as NaN or null.
    groups : array-like of shape (n_respondents,)
        The group (country, wave, segment) of each respondent. The first in order is the one that
        others are compared with.
    n_factors : int or None
        The number of factors, where no structure is given: each item is then put on the factor that
        it loads on most in an exploratory analysis of all groups together.
    structure : mapping of str to sequence of str, or None
        The items of each factor.
    sample_weight : array-like of shape (n_respondents,) or None
        Survey weights; tests use Kish's effective n, robust errors the weights themselves.
    missing : {"pairwise", "listwise"}
        Who counts for the covariances.
    ids : array-like of shape (n_respondents,) or None
        Who each respondent is, where the same people answered several waves. Tests and errors then
        allow for it; without ids such people are taken as different, and differences between waves
        seem less certain than they are.

    Returns
    -------
    Invariance

    Raises
    ------
    SegkitError
        For one group only, a group with no more respondents than items or with a constant item,
        neither or contradicting `n_factors` and `structure`, somebody twice in a group, and what
        `confirmation` refuses.

    Notes
    -----
    Four models, each asking more: the same structure (configural), the same loadings (metric), the
    same intercepts (scalar), the same residual variances (strict). Factor variances are free in all
    groups but the first once loadings are shared, factor means once intercepts are. Fit is plain
    maximum likelihood, as R's lavaan computes it.

    A step holds when CFI falls by at most .010 (Cheung & Rensvold 2002) and RMSEA rises by at most
    .015 (Chen 2007), with 300 respondents and fewer .005 and .010. The configural step
    holds with CFI >= .90 and RMSEA <= .08. The scaled difference test (Satorra & Bentler
    2010) is reported beside: with thousands of respondents it rejects differences too small to
    matter, with few it misses large ones.

    It misleads where most items of a factor moved together: the factor's mean then takes up
    the move, and the few items that stayed look like the culprits. Statistics cannot tell which;
    wordings can. A derived structure is tested on the answers it was found in, and fits them
    better than others. Items of fewer than five categories, or with answers piled up at one end,
    may seem to differ for that alone.

    References
    ----------
    Meredith, W. (1993). Psychometrika 58. Cheung, G. W. & Rensvold, R. B. (2002). Structural
    Equation Modeling 9. Chen, F. F. (2007). Structural Equation Modeling 14. Satorra, A. & Bentler,
    P. M. (2010). Psychometrika 75. Boos, D. D. (1992). The American Statistician 46.

    Examples
    --------
    An item that a new wave answers higher for reasons of its own is found:

    >>> import numpy as np
    >>> from segkit import factors
    >>> rng = np.random.default_rng(0)
    >>> need, wave = rng.normal(size=(1000, 1)), np.repeat(["2024", "2025"], 500)
    >>> X = need + 0.8 * rng.normal(size=(1000, 5))
    >>> X[wave == "2025", 3] += 1.0
    >>> found = factors.invariance(X, wave, structure={"need": ["x1", "x2", "x3", "x4", "x5"]})
    >>> found.frame()[["step", "holds"]]
             step  holds
    0  configural   True
    1      metric   True
    2      scalar  False
    3      strict   True
    >>> found.partial[["step", "freed", "holds"]].tail(1)
         step freed  holds
    2  scalar  `x4`   True
    """
    read = read_groups(X, groups, sample_weight, missing=missing, ids=ids)
    found = _structure(read, n_factors, structure)
    given = read_structure(found, read.items)
    ladder = Ladder(given, read.cases, read.moments)
    with one_blas_thread():
        _refuse_undetermined(ladder.model("configural"))
        rungs = ladder.climb()
        tests = ladder.tests(rungs[0])
        tried = [] if all(r.holds for r in rungs[1:3]) else ladder.partial(rungs[0])
        alike = group_congruence(read.moments, given)
    named = (read.items, read.names)
    means = means_frame(rungs[2], tried, read, given)
    return Invariance(
        verdict=_verdict(rungs),
        partial_verdict=_partial_verdict(rungs, tried),
        items=items_frame(tests, *named, read.origin),
        partial=partial_frame(tried, read.items, read.origin),
        factor_means=means,
        congruence=congruence_frame(alike, given.factors, read.names, read.origin),
        structure={name: list(listed) for name, listed in found.items()},
        structure_is_given=structure is not None,
        group_sizes=dict(zip(read.names, (m.n for m in read.moments), strict=True)),
        missing=missing,
        n_left_out=read.n_left_out,
        repeated_people=ids is not None,
        doubts=read.doubts,
        table=steps_frame(rungs, read.origin),
    )


def _structure(
    read: AnswerGroups, n_factors: int | None, structure: Mapping[str, Sequence[str]] | None
) -> Mapping[str, Sequence[str]]:
    if structure is not None:
        factors = read_structure(structure, read.items).factors
        if n_factors is not None and n_factors != len(factors):
            raise SegkitError(
                f"n_factors={n_factors!r} was given with a structure of {len(factors)} factors; "
                "expected one of the two. Leave n_factors out."
            )
        return structure
    if n_factors is None:
        raise SegkitError(
            "Neither n_factors nor structure was given; expected one of them. "
            "factors.n_factors(X) suggests a number; structure={'need': ['item_1', ...]} names "
            "the items of each factor."
        )
    k = check_integer(n_factors, name="n_factors")
    return derived_structure(read.moments, read.items, k)


def _refuse_undetermined(fit: LikelihoodFit) -> None:
    if fit.design.df >= 0 and fit.undetermined().size == 0:
        return
    raise SegkitError(
        "The answers do not determine the loadings of this structure in each group; expected "
        "three items a factor (two suffice only where the factor correlates with another). Give "
        "factors more items, or merge factors that are one."
    )


def _verdict(rungs: Sequence[Rung]) -> str:
    verdict = "none"
    for rung in rungs:
        if not rung.holds:
            break
        verdict = rung.step
    return verdict


def _partial_verdict(rungs: Sequence[Rung], tried: Sequence[Rung]) -> str:
    """Return the verdict with the last models tried in place of the full steps."""
    if not tried:
        return _verdict(rungs)
    last = {rung.step: rung for rung in tried}
    return _verdict([rungs[0], *last.values()])
