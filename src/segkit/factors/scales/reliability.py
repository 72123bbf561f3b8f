"""Reliability of scales: how much of a sum of answers is what the items share.

References
----------
Cronbach, L. J. (1951). Coefficient alpha and the internal structure of tests. Psychometrika 16.
McDonald, R. P. (1999). Test Theory: A Unified Treatment. Erlbaum.
Green, S. B. & Yang, Y. (2009). Reliability of summed item scores using structural equation
    modeling: an alternative to coefficient alpha. Psychometrika 74.
Flora, D. B. (2020). Your coefficient alpha is probably wrong, but which coefficient omega is
    right? Advances in Methods and Practices in Psychological Science 3.
"""

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from segkit._checks import check_integer, check_option, check_share, name_list
from segkit._frames import Origin, is_frame, matrix, origin_of, select
from segkit._result import Result, count_text, interval_text
from segkit._threads import one_blas_thread
from segkit.exceptions import SegkitWarning
from segkit.factors.correlations.correlation_result import method_text
from segkit.factors.sample import read_sample
from segkit.factors.scales.scale_keys import read_scales
from segkit.factors.scales.scale_reliability import ScaleReliability, Settings, measure_scale

__all__ = ["Reliability", "reliability"]

_SHOWN = 6  # scales whose figures the summary gives one by one
_INTERVALS = {
    "jackknife": "the jackknife, which assumes neither normality nor equal loadings",
    "feldt": "Feldt's F for alpha (normal items, equal covariances) and the jackknife for omega",
    "bootstrap": "{n_boot} bootstraps of the respondents, seed {random_state}",
}


@dataclass(frozen=True, eq=False, repr=False)
class Reliability(Result):
    """Reliability of each scale and what each item adds to it.

    Attributes
    ----------
    scales : tuple of ScaleReliability
        All figures of each scale.
    alpha_if_dropped : frame
        scale, item, alpha (of the scale without the item), item_rest (its correlation with the
        sum of the others), loading (on the one factor, or the general one), n, reverse_keyed
        (declared so), runs_against (found to run against its scale).
    correlation : str
        "pearson" or "polychoric": what omega and standardised alpha rest on.
    missing : str
        "pairwise" or "listwise".
    interval : str
        The kind of intervals.
    level : float
        Their level.
    n_boot : int
        Bootstrap replicates, where that is the kind.
    seed : int or None
        The `random_state`.
    weighted : bool
        Whether survey weights were given.
    origin : Origin
        The kind of frame that was given.

    Examples
    --------
    >>> import numpy as np
    >>> from segkit.factors.scales.reliability import reliability
    >>> rng = np.random.default_rng(0)
    >>> answers = rng.normal(size=(200, 1)) + rng.normal(size=(200, 4))
    >>> result = reliability(answers, {"trust": ["x1", "x2", "x3", "x4"]})
    >>> result.frame()[["scale", "n_items", "n"]]
       scale  n_items    n
    0  trust        4  200
    """

    scales: tuple[ScaleReliability, ...]
    alpha_if_dropped: Any
    correlation: str
    missing: str
    interval: str
    level: float
    n_boot: int
    seed: Any
    weighted: bool
    origin: Origin = field(default_factory=Origin)

    def frame(self) -> Any:
        """Return one row a scale.

        scale, n_items, n (who answered any item), effective_n; alpha with low and high;
        alpha_standardised, lambda6, average_r; omega_total with omega_low and omega_high,
        omega_hierarchical, n_factors (0: two items have no omega); omega_categorical with its
        bounds, from polychoric correlations; runs_against (items, empty where none does).
        """
        rows = self.scales
        columns: dict[str, Any] = {
            "scale": [s.key.name for s in rows],
            "n_items": [len(s.key.items) for s in rows],
            "n": [s.n for s in rows],
            "effective_n": [s.effective_n for s in rows],
            "alpha": [s.alpha for s in rows],
            "low": [s.intervals["alpha"][0] for s in rows],
            "high": [s.intervals["alpha"][1] for s in rows],
            "alpha_standardised": [s.standardised for s in rows],
            "lambda6": [s.lambda6 for s in rows],
            "average_r": [s.average_r for s in rows],
            "omega_total": [s.omega_total for s in rows],
            "omega_low": [s.intervals["omega"][0] for s in rows],
            "omega_high": [s.intervals["omega"][1] for s in rows],
            "omega_hierarchical": [s.hierarchical for s in rows],
            "n_factors": [s.n_factors for s in rows],
        }
        if self.correlation == "polychoric":
            columns["omega_categorical"] = [s.categorical for s in rows]
            columns["categorical_low"] = [s.intervals["categorical"][0] for s in rows]
            columns["categorical_high"] = [s.intervals["categorical"][1] for s in rows]
        columns["runs_against"] = [", ".join(_contrary(s)) for s in rows]
        return self.origin.frame(columns)

    def plot(self, ax: Any = None) -> Any:
        """Draw alpha and omega of each scale with their intervals."""
        from segkit.plots.reliability import reliability_plot

        return reliability_plot(self.frame(), ax=ax)

    def summary(self) -> str:
        """Return the figures, n, the method, and what is wrong with single items."""
        parts = [self._figures(), self._method(), *_faults(self.scales), self._failed()]
        return " ".join(part for part in parts if part)

    def _figures(self) -> str:
        ordered = sorted(self.scales, key=lambda s: s.alpha)
        if len(ordered) > _SHOWN:
            texts = [f"lowest {self._one(ordered[0])}", f"highest {self._one(ordered[-1])}"]
        else:
            texts = [self._one(s) for s in self.scales]
        low, high = (f(s.n for s in self.scales) for f in (min, max))
        n = f"{low:,}" if low == high else f"{low:,} to {high:,}"
        weighted = f" ({self._effective()} effective, weighted)" if self.weighted else ""
        return (
            f"Reliability of {count_text(len(self.scales), 'scale')}, {n} respondents{weighted}: "
            f"{'; '.join(texts)}."
        )

    def _effective(self) -> str:
        return f"{min(s.effective_n for s in self.scales):,.0f} or more"

    def _one(self, scale: ScaleReliability) -> str:
        text = f"`{scale.key.name}` alpha {interval_text(scale.alpha, *scale.intervals['alpha'])}"
        if self.correlation == "polychoric" and np.isfinite(scale.categorical):
            return f"{text}, categorical omega {scale.categorical:.2f}"
        if scale.n_factors == 0:
            return f"{text} (two items: omega is not defined)"
        text += f", omega total {scale.omega_total:.2f}"
        if scale.n_factors > 1:
            text += f", hierarchical {scale.hierarchical:.2f} ({scale.n_factors} group factors)"
        return text

    def _method(self) -> str:
        kind = _INTERVALS[self.interval].format(n_boot=self.n_boot, random_state=self.seed)
        return (
            f"Alpha from covariances, omega from minres factors of {method_text(self.correlation)} "
            f"correlations; missing answers {self.missing}; {100 * self.level:g} % intervals by "
            f"{kind}."
        )

    def _failed(self) -> str:
        n = sum(s.n_failed for s in self.scales)
        return f"{count_text(n, 'bootstrap')} in which an item did not vary left out." if n else ""


def reliability(
    X: Any,
    scales: Mapping[str, Sequence[str]] | None = None,
    sample_weight: Any = None,
    correlation: str = "pearson",
    *,
    n_factors: int | None = None,
    missing: str = "pairwise",
    interval: str = "jackknife",
    level: float = 0.95,
    n_boot: int = 500,
    random_state: Any = 0,
) -> Reliability:
    """Measure how reliable the sum (or mean) of a scale's items is.

    Parameters
    ----------
    X : frame or array of shape (n_respondents, n_items)
        Answers, missing as NaN or null; the items of an array are called x1, x2, ...
    scales : mapping of str to sequence of str, or None
        The items of each scale. ``"-item"`` counts an item that is worded against its scale
        with the opposite sign; after ``codebook.clean`` no item needs it. None takes all items
        as one scale.
    sample_weight : array-like of shape (n_respondents,) or None
        Survey weights.
    correlation : {"pearson", "polychoric"}
        What omega and the standardised alpha rest on. With "polychoric" they are the ordinal
        ones, of the latent answers, and categorical omega is added. Alpha itself always is that
        of the answers as given.
    n_factors : int or None
        Group factors beneath the general one. None takes 3 for scales of at least 9 items, three
        for each, and a single factor below, where three are hardly told apart (R's psych takes
        3 for any number of items).
    missing : {"pairwise", "listwise"}
        "listwise" keeps the respondents who answered all items of the scale.
    interval : {"jackknife", "feldt", "bootstrap"}
        See Notes.
    level : float
        The level of the intervals.
    n_boot : int
        Replicates of the bootstrap, at least 20.
    random_state : int, RandomState or None
        The seed of the bootstrap. The same seed gives the same intervals in any row order.

    Returns
    -------
    Reliability

    Raises
    ------
    SegkitError
        For an unknown item, a scale of one item, a constant item, items whose sum does not
        vary, or more factors than a scale determines.

    Warns
    -----
    SegkitWarning
        For items that run against their scale (they are never turned unasked), a negative
        alpha, and an item without uniqueness.

    Notes
    -----
    *Alpha* = k / (k - 1) (1 - sum of s_jj / sum of s_jk), with k items of covariances s_jk
    (Cronbach 1951), is the reliability of the sum if all items have the same loading and no
    other reason to go together; unequal loadings make it too low, shared wording too high. It
    grows with k, and a high alpha does not say that there is one factor. It is negative where
    items go against each other. *Standardised alpha* is the same of correlations; *lambda6* is
    Guttman's. Two items: standardised alpha is the Spearman-Brown formula, and omega
    is not defined since one correlation does not tell two loadings apart.

    *Omega total* with one factor is (sum of l)^2 / ((sum of l)^2 + sum of u), with loadings l and
    uniquenesses u of standardised items (McDonald 1999). With group factors it is 1 - sum of u /
    sum of r_jk, and *omega hierarchical* (sum of g)^2 / sum of r_jk, with g the loadings on the
    general factor after the Schmid-Leiman transformation of minres and oblimin factors; with two
    group factors both load alike on it, by convention. A scale whose omega hierarchical is
    far below omega total measures more than one thing. With one factor both are the same.

    *Ordinal* alpha and omega speak of latent answers that nobody observes and are an upper
    limit of what more categories would bring; *categorical omega* (Green & Yang 2009) is the
    reliability of the sum of the answers as they are, from one factor and the thresholds.

    *Intervals.* "feldt" is the field's custom and right for normal items of equal covariance. In
    simulations of 1,000 samples of 5 items it held the truth 95 to 96 % of the time for normal
    and symmetric 5-point items, but 86 to 88 % for skewed and 82 to 85 % for heavy-tailed ones, at
    any n. Therefore the default is the jackknife on log(1 - alpha), with degrees of freedom that
    fall when few respondents hold most of the error: 94 to 96 % for n >= 100 in all these cases,
    93 % for skewed items at n = 50 or with strongly unequal weights and an effective n of 300.
    Weights enter it as they are. Omega's interval is the same jackknife through its slope with
    the correlations (92 to 96 % for n >= 100, 94 to 96 % for an effective n >= 500); it ignores
    that an item may stand at its bound. "bootstrap" gives
    percentiles of replicates, a little too narrow in small samples; categorical omega has no
    other interval.

    An item *runs against* its scale when it has another sign than the majority on the first
    principal component and correlates negatively with the sum of that majority, beyond chance
    (3.5 standard errors). The customary marks of .7 and .8 (Nunnally 1978) are conventions.

    References
    ----------
    Cronbach, L. J. (1951). Psychometrika 16. Feldt, L. S. (1965). Psychometrika 30. McDonald,
    R. P. (1999). Test Theory. Erlbaum. Zinbarg, R. E. et al. (2005). Psychometrika 70. Green,
    S. B. & Yang, Y. (2009). Psychometrika 74, equation 21. Nunnally, J. C. (1978). Psychometric
    Theory. McGraw-Hill.

    Examples
    --------
    Four items that each correlate about .5 with the others: alpha is near 4 * .5 / (1 + 3 * .5).

    >>> import numpy as np
    >>> import pandas as pd
    >>> from segkit.factors.scales.reliability import reliability
    >>> rng = np.random.default_rng(0)
    >>> answers = pd.DataFrame(
    ...     rng.normal(size=(2000, 1)) + rng.normal(size=(2000, 4)), columns=["a", "b", "c", "d"]
    ... )
    >>> answers["d"] = -answers["d"]
    >>> result = reliability(answers, {"ease": ["a", "b", "c", "-d"]})
    >>> bool(abs(result.frame()["alpha"][0] - 0.8) < 0.02)
    True
    >>> result.alpha_if_dropped["reverse_keyed"].tolist()
    [False, False, False, True]
    """
    settings = _settings(correlation, n_factors, interval, level, n_boot, random_state)
    check_option(missing, ("pairwise", "listwise"), name="missing")
    frame = _as_frame(X)
    found = []
    with one_blas_thread():
        for key in read_scales(scales, frame):
            sample = read_sample(select(frame, key.items), sample_weight, missing=missing)
            found.append(measure_scale(key, sample, settings, missing=missing))
    _warn(found)
    origin = Origin(origin_of(X).kind)
    return Reliability(
        scales=tuple(found),
        alpha_if_dropped=_dropped(found, origin),
        correlation=correlation,
        missing=missing,
        interval=interval,
        level=level,
        n_boot=n_boot,
        seed=random_state,
        weighted=sample_weight is not None,
        origin=origin,
    )


def _settings(
    correlation: str,
    n_factors: int | None,
    interval: str,
    level: float,
    n_boot: int,
    random_state: Any,
) -> Settings:
    check_option(correlation, ("pearson", "polychoric"), name="correlation")
    check_option(interval, tuple(_INTERVALS), name="interval")
    if n_factors is not None:
        check_integer(n_factors, name="n_factors")
    check_integer(n_boot, name="n_boot", low=20)
    level = check_share(level, name="level")
    return Settings(correlation, n_factors, interval, level, n_boot, random_state)


def _as_frame(X: Any) -> Any:
    """Give the columns of an array their names."""
    if is_frame(X):
        return X
    table = matrix(X)
    return Origin().frame(dict(zip(table.names, table.values.T, strict=True)))


def _dropped(found: Sequence[ScaleReliability], origin: Origin) -> Any:
    return origin.frame(
        {
            "scale": [s.key.name for s in found for _ in s.key.items],
            "item": [item for s in found for item in s.key.items],
            "alpha": np.concatenate([s.without for s in found]),
            "item_rest": np.concatenate([s.item_rest for s in found]),
            "loading": np.concatenate([s.loading for s in found]),
            "n": np.concatenate([s.n_answered for s in found]),
            "reverse_keyed": [sign < 0 for s in found for sign in s.key.signs],
            "runs_against": np.concatenate([s.contrary for s in found]),
        }
    )


def _contrary(scale: ScaleReliability) -> list[str]:
    return [item for item, yes in zip(scale.key.items, scale.contrary, strict=True) if yes]


def _faults(found: Sequence[ScaleReliability]) -> list[str]:
    """Say what is wrong, one sentence a kind of fault."""
    against = {s.key.name: name_list(_contrary(s)) for s in found if s.contrary.any()}
    negative = [s.key.name for s in found if s.alpha < 0]
    full = {s.key.name: name_list(s.heywood) for s in found if s.heywood}
    texts = {
        "Items that run against their scale and were counted as they are: "
        f"{_of_scales(against)}. Write '-item' for an item that is worded against the "
        "scale, or clean the answers with a codebook that declares it reversed.": against,
        f"Alpha is negative for {name_list(negative)}: the items go against each other on "
        "average. Look for reverse keyed items; if there are none, they are no scale.": negative,
        "The factors hold all the variance of an item (a Heywood case), so omega stands at a "
        f"bound: {_of_scales(full)}. Ask for fewer factors.": full,
    }
    return [text for text, fault in texts.items() if fault]


def _of_scales(items: Mapping[str, str]) -> str:
    return "; ".join(f"{names} of `{scale}`" for scale, names in items.items())


def _warn(found: Sequence[ScaleReliability]) -> None:
    for text in _faults(found):
        warnings.warn(text, SegkitWarning, stacklevel=3)
