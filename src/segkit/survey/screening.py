"""Cuts of the response-quality indices: their defaults, and who falls beyond them."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from scipy.special import ndtr

from segkit._checks import check_share, name_list
from segkit.exceptions import SegkitError
from segkit.survey.careless import Distance, repeats

__all__ = [
    "FEWEST_SCALES_TO_JUDGE",
    "RULES",
    "broken_rules",
    "check_cuts",
    "complete_cuts",
    "distance_chance",
]

RULES = {
    "longstring": "longest stretch of equal answers above",
    "alternating": "longest back-and-forth stretch above",
    "irv": "variation within the respondent, as a share of the scale's width, below",
    "mahalanobis": "chance of a Mahalanobis distance as large below",
    "even_odd": "even-odd consistency below",
    "synonyms": "consistency on psychometric synonyms below",
    "seconds_per_item": "seconds an item below",
    "missing": "share of missing answers above",
}
"""What each rule compares with its cut, in the order of reasons."""

FEWEST_SCALES_TO_JUDGE = 8
"""With fewer scales attentive people reach any even-odd consistency by chance."""

_ABOVE = ("longstring", "alternating", "missing")
_STRETCH_CHANCE = 1e-3
_STRETCH_SHARE = 0.3
_IRV_SHARE = 0.05
_DISTANCE_CHANCE = 0.025
_FENCE = 3.0
_SPEED_SHARE = 1 / 3
_ANSWERED_SHARE = 0.5
_MAD_TO_SD = 1.4826


def check_cuts(cuts: Any) -> dict[str, float | None]:
    """Return the caller's cuts: known rules, each with a number or None (rule off)."""
    given = {} if cuts is None else cuts
    if not isinstance(given, Mapping):
        raise SegkitError(
            f"cuts is a {type(given).__name__}; expected a dict of rule and cut, for example "
            '{"longstring": 15, "irv": None}.'
        )
    unknown = [rule for rule in given if rule not in RULES]
    if unknown:
        raise SegkitError(
            f"cuts names the unknown rule {name_list(unknown)}; expected some of "
            f"{name_list(list(RULES), len(RULES))}."
        )
    for rule, cut in given.items():
        if cut is None:
            continue
        if isinstance(cut, bool) or not isinstance(cut, int | float | np.number) or np.isnan(cut):
            raise SegkitError(
                f"cuts[{rule!r}] is {cut!r}; expected a number, or None to switch the rule off."
            )
        if rule == "mahalanobis":
            check_share(cut, name="cuts['mahalanobis']")
    return {rule: None if cut is None else float(cut) for rule, cut in given.items()}


def complete_cuts(
    given: Mapping[str, float | None],
    indices: Mapping[str, np.ndarray],
    shown: np.ndarray,
    groups: np.ndarray,
    n_scales: int,
) -> dict[str, float]:
    """Fill in the cuts that were not given; a rule without evidence or switched off is left out.

    Parameters
    ----------
    given : mapping of rule to cut or None
        The caller's choices.
    indices : mapping of rule to ndarray of shape (n,)
        The indices.
    shown : ndarray of shape (n, p)
        The answers as they were given on the screen.
    groups : ndarray of shape (p,)
        The scale of each item.
    n_scales : int
        How many scales the even-odd consistency stands on.
    """
    defaults = {
        "longstring": lambda: _stretch_cut(shown, groups, 1),
        "alternating": lambda: _stretch_cut(shown, groups, 2),
        "irv": lambda: _IRV_SHARE,
        "mahalanobis": lambda: _DISTANCE_CHANCE,
        "even_odd": lambda: _lower_fence(indices["even_odd"], stepped=True),
        "synonyms": lambda: _lower_fence(indices["synonyms"], stepped=False),
        "seconds_per_item": lambda: float(np.nanmedian(indices["seconds_per_item"]) * _SPEED_SHARE),
        "missing": lambda: float(1 - _ANSWERED_SHARE * (1 - np.median(indices["missing"]))),
    }
    out = {}
    for rule, default in defaults.items():
        if np.isnan(indices[rule]).all():
            continue
        cut = given.get(rule, np.nan)
        if rule == "even_odd" and rule not in given and n_scales < FEWEST_SCALES_TO_JUDGE:
            continue
        if cut is not None:
            out[rule] = default() if np.isnan(cut) else cut
    return out


def broken_rules(
    cuts: Mapping[str, float],
    indices: Mapping[str, np.ndarray],
    distance: Distance,
    width: float,
) -> dict[str, np.ndarray]:
    """Say, rule by rule, which respondents fall beyond the cut; without evidence nobody does.

    Parameters
    ----------
    cuts : mapping of rule to cut
        The rules that apply.
    indices : mapping of rule to ndarray of shape (n,)
        The indices.
    distance : Distance
        Squared distances with their degrees of freedom.
    width : float
        Width (high - low) of the scale in the units of the variation.
    """
    compared = dict(indices)
    compared["irv"] = indices["irv"] / width
    compared["mahalanobis"] = distance_chance(distance)
    out = {}
    for rule, cut in cuts.items():
        value = np.where(np.isnan(compared[rule]), cut, compared[rule])
        out[rule] = value > cut if rule in _ABOVE else value < cut
    return out


def distance_chance(distance: Distance) -> np.ndarray:
    """Return the chance of a distance as large, on the spread of distances in this sample.

    The cube root of a distance over its degrees of freedom k is nearly normal, with
    mean 1 - 2 / (9k) and variance 2 / (9k). People differ in how widely they use a
    scale, so real distances spread more than that, the more the more items there are;
    they are recentred and rescaled by their median and median absolute deviation, never
    to less than the theoretical spread.

    References
    ----------
    Wilson, E. B. & Hilferty, M. M. (1931). The distribution of chi-square. PNAS 17, 684-688.
    """
    k = np.maximum(distance.n_answered, 1)
    z = (np.cbrt(distance.squared / k) - (1 - 2 / (9 * k))) / np.sqrt(2 / (9 * k))
    if np.isnan(z).all():
        return z
    middle = np.nanmedian(z)
    spread = max(1.0, _MAD_TO_SD * float(np.nanmedian(np.abs(z - middle))))
    return np.asarray(ndtr((middle - z) / spread))


def _stretch_cut(shown: np.ndarray, groups: np.ndarray, period: int) -> float:
    """Longest stretch that answering item by item would hardly ever exceed.

    Of p answers of which a share q repeats, about p (1 - q) q^L stretches reach length L;
    the cut makes that one in a thousand, and is never below 30 % of the items. q is
    the median respondent's, so a one-sided battery, where honest people repeat
    themselves, gets a longer cut.
    """
    p = shown.shape[1]
    if p <= period:
        return float(p)
    share = repeats(shown, period, groups)[:, period:].mean(axis=1)
    q = float(np.clip(np.median(share), 0.05, 0.95))
    length = np.log(p * (1 - q) / _STRETCH_CHANCE) / np.log(1 / q) + period - 1
    return float(np.ceil(max(length, _STRETCH_SHARE * p)))


def _lower_fence(index: np.ndarray, *, stepped: bool) -> float:
    """Lower fence of a correlation: the median less 3 robust sd, on Fisher's z scale.

    With few scales or pairs the correlations spread so widely that the fence lies near
    -1 and the rule is silent, as it should be.
    """
    r = index[~np.isnan(index)]
    if stepped:
        r = r / (2 - r)
    z = np.arctanh(np.clip(r, -0.999, 0.999))
    middle = np.median(z)
    fence = np.tanh(middle - _FENCE * _MAD_TO_SD * np.median(np.abs(z - middle)))
    return float(max(2 * fence / (1 + fence), -1.0) if stepped and fence > -1 / 3 else fence)
