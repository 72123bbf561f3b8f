import numpy as np
import pytest
from scipy.stats import chi2

from segkit import SegkitError
from segkit.survey.careless import Distance
from segkit.survey.screening import RULES, broken_rules, check_cuts, complete_cuts, distance_chance


@pytest.mark.parametrize(
    ("cuts", "message"),
    [
        (12, r"cuts is a int; expected a dict of rule and cut"),
        ({"speed": 2}, "cuts names the unknown rule `speed`; expected some of `longstring`"),
        ({"irv": "low"}, r"cuts\['irv'\] is 'low'; expected a number, or None to switch"),
        ({"irv": True}, r"cuts\['irv'\] is True"),
        ({"irv": float("nan")}, r"cuts\['irv'\] is nan"),
        ({"mahalanobis": 20}, r"cuts\['mahalanobis'\]=20 was given; expected a share"),
    ],
)
def test_what_is_no_cut_is_refused(cuts, message):
    with pytest.raises(SegkitError, match=message):
        check_cuts(cuts)


def test_cuts_become_numbers_and_none_stays():
    assert check_cuts({"longstring": 9, "irv": None}) == {"longstring": 9.0, "irv": None}
    assert check_cuts(None) == {}


def indices(n=200, **given):
    rng = np.random.default_rng(0)
    base = {rule: np.full(n, np.nan) for rule in RULES}
    base["longstring"] = base["alternating"] = np.full(n, 3)
    base["missing"] = np.zeros(n)
    base["seconds_per_item"] = rng.lognormal(1.5, 0.3, n)
    return {**base, **given}


def shown(n=200, p=30, codes=5):
    return np.random.default_rng(1).integers(1, codes + 1, (n, p)).astype(float)


def cuts_of(given=None, answers=None, n_scales=0, **more):
    answers = shown() if answers is None else answers
    groups = np.zeros(answers.shape[1])
    return complete_cuts(given or {}, indices(**more), answers, groups, n_scales)


def test_rules_without_evidence_are_left_out():
    assert set(cuts_of()) == {"longstring", "alternating", "seconds_per_item", "missing"}


def test_a_rule_can_be_switched_off_and_a_cut_given():
    cuts = cuts_of({"longstring": None, "missing": 0.2})
    assert "longstring" not in cuts
    assert cuts["missing"] == 0.2


def test_a_one_sided_battery_gets_a_longer_stretch():
    one_sided = np.where(np.random.default_rng(2).random((200, 30)) < 0.8, 5.0, 4.0)
    assert cuts_of()["longstring"] == 9  # 30 % of the items
    assert cuts_of(answers=one_sided)["longstring"] > 20


def test_the_times_are_compared_with_the_median():
    assert cuts_of(seconds_per_item=np.full(200, 6.0))["seconds_per_item"] == pytest.approx(2)


def test_planned_gaps_are_no_fault():
    # everybody sees 40 of 150 items: half as many answers are 20, a share of 130 / 150 missing
    assert cuts_of(missing=np.full(200, 110 / 150))["missing"] == pytest.approx(130 / 150)


def test_even_odd_flags_nobody_on_few_scales_unless_asked():
    spread = np.random.default_rng(3).uniform(0.2, 1, 200)
    assert "even_odd" not in cuts_of(even_odd=spread, n_scales=7)
    assert "even_odd" in cuts_of(even_odd=spread, n_scales=8)
    assert cuts_of({"even_odd": -0.5}, even_odd=spread, n_scales=3)["even_odd"] == -0.5


def test_the_fence_lies_below_nearly_all_consistent_people():
    z = np.random.default_rng(4).normal(1.2, 0.35, 2000)
    r = np.tanh(z)
    cuts = cuts_of(synonyms=r, even_odd=2 * r / (1 + r), n_scales=10)
    assert (r < cuts["synonyms"]).mean() < 0.005
    assert (2 * r / (1 + r) < cuts["even_odd"]).mean() < 0.005
    assert cuts["synonyms"] == pytest.approx(np.tanh(1.2 - 3 * 0.35), abs=0.1)


def test_the_chance_of_a_distance_allows_for_the_spread_of_styles():
    rng = np.random.default_rng(5)
    squared = rng.chisquare(20, 20_000)
    plain = Distance(squared, np.full(20_000, 20), repaired=False)
    assert (distance_chance(plain) < 0.025).mean() == pytest.approx(0.025, abs=0.004)
    # people who use the scale more or less widely spread the distances
    spread = Distance(squared * rng.lognormal(0, 0.4, 20_000), plain.n_answered, repaired=False)
    assert (chi2.sf(spread.squared, 20) < 0.025).mean() > 0.12
    assert (distance_chance(spread) < 0.025).mean() < 0.05


def test_nobody_is_flagged_without_evidence():
    n = 5
    nothing = {rule: np.full(n, np.nan) for rule in RULES}
    cuts = dict.fromkeys(RULES, 0.5)
    distance = Distance(np.full(n, np.nan), np.zeros(n, int), repaired=False)
    assert not any(v.any() for v in broken_rules(cuts, nothing, distance, 4.0).values())
