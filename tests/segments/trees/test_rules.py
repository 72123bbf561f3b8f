import narwhals.stable.v2 as nw
import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from segkit.exceptions import SegkitError
from segkit.segments import Scheme
from segkit.segments.trees.rules import rules

RNG = np.random.default_rng(0)
N = 600
AGE = np.round(RNG.uniform(18, 80, N))
APP = RNG.random(N) < 0.5
CITY = RNG.choice(["north", "south", "west"], N)
LABELS = np.where(AGE > 50, 2, np.where(APP, 0, np.where(CITY == "west", 1, 0)))
LABELS = np.where(RNG.random(N) < 0.1, RNG.integers(0, 3, N), LABELS)
W = RNG.uniform(0.5, 2, N)


def people():
    age = np.where(np.arange(N) % 29 == 0, np.nan, AGE)
    city = np.where(np.arange(N) % 31 == 0, None, CITY)
    return pd.DataFrame({"age": age, "app": APP, "city": city, "spent": RNG.normal(size=N)})


TABLE = people()


@pytest.fixture
def found(frame_kind):
    made = frame_kind.make(
        {name: [None if v is None or v != v else v for v in TABLE[name].tolist()] for name in TABLE}
    )
    return rules(made, LABELS, W)


def read(frame):
    columns = nw.from_native(frame, eager_only=True).to_dict(as_series=False)
    return {k: np.array(v) for k, v in columns.items()}


def meets(words, table):
    """Read a condition again, word by word: who meets it?"""
    met = np.ones(len(table), dtype=bool)
    for part in words.split(" and "):
        or_missing = part.endswith(" (or not given)")
        item, _, said = part.removesuffix(" (or not given)").partition(" ")
        values = table[item]
        one = _said(said, values) & (~values.isna() | (said == "not given"))
        met &= (one | values.isna()) if or_missing else one
    return met


def _said(said, values):
    first, *rest = said.split(" ")
    if said in ("given", "not given"):
        return values.isna() == (said != "given")
    if first == "is":
        if rest[0] == "neither":
            return ~values.isin(" ".join(rest[1:]).split(" nor "))
        if rest[0] == "not":
            return values != rest[1]
        return values.astype(object) == {"yes": True, "no": False}.get(rest[0], rest[0])
    number = [float(x.replace(",", "")) for x in rest if x[-1].isdigit()]
    if first == "at":
        return values <= number[0] if rest[0] == "most" else values >= number[0]
    if first == "under":
        return values < number[0]
    below = values < number[1] if "under" in rest else values <= number[1]
    return (values >= number[0]) & below


def test_the_sentences_say_who_meets_each_rule(found):
    t = read(found.frame())
    for rule in np.unique(t["rule"]):
        words = t["condition"][t["rule"] == rule][0]
        assert_array_equal(meets(words, TABLE), found.members == rule)


def test_deeper_sentences_hold_too():
    found = rules(TABLE, LABELS, depth=4, min_share=0.02, prune=False)
    t = found.frame()
    assert found.depth == 4
    assert t["rule"].nunique() > 6
    for rule, words in zip(t["rule"], t["condition"], strict=True):
        assert_array_equal(meets(words, TABLE), found.members == rule)


def test_figures_by_hand(found):
    t = read(found.frame())
    for rule in np.unique(t["rule"]):
        for segment in range(3):
            row = (t["rule"] == rule) & (t["segment"] == segment)
            met, mine = found.members == rule, segment == LABELS
            share = W[met & mine].sum() / W[met].sum()
            assert t["n"][row][0] == met.sum()
            assert t["n_effective"][row][0] == pytest.approx(
                W[met].sum() ** 2 / (W[met] ** 2).sum()
            )
            assert t["share"][row][0] == pytest.approx(share)
            assert t["low"][row][0] <= share <= t["high"][row][0]
            assert t["coverage"][row][0] == pytest.approx(W[met & mine].sum() / W[mine].sum())
            assert t["lift"][row][0] == pytest.approx(share / (W[mine].sum() / W.sum()))
    assert_allclose(np.bincount(t["segment"], t["coverage"]), 1)
    assert_array_equal(np.bincount(t["rule"], t["told"]), 1)


def test_the_truth_is_found_and_told(found):
    told = found.sentences()
    assert any(s.startswith("age at least 51") and "Segment 2 (n " in s for s in told)
    assert found.accuracy > 0.85
    assert found.low < found.accuracy < found.high
    assert found.largest == pytest.approx(W[LABELS == 2].sum() / W.sum())
    text = found.summary()
    assert "600 respondents, weighted" in text
    assert "of people held out their segment (10 folds, seed 0)" in text
    assert told[0] in text


def test_order_of_rows_and_columns_change_no_rule():
    order = RNG.permutation(N)
    one = rules(TABLE, LABELS, W, random_state=3)
    other = rules(TABLE.iloc[order, ::-1], LABELS[order], W[order], random_state=3)
    pd.testing.assert_frame_equal(one.frame(), other.frame())
    assert_array_equal(one.members[order], other.members)
    assert one.accuracy == pytest.approx(other.accuracy, abs=1e-12)


def test_weights_repeat_people_and_their_unit_does_not_matter():
    w = RNG.integers(1, 4, N)
    rows = np.repeat(np.arange(N), w)
    one = rules(TABLE, LABELS, w, depth=2, prune=False)
    other = rules(TABLE.iloc[rows], LABELS[rows], depth=2, prune=False)
    assert one.frame()["condition"].tolist() == other.frame()["condition"].tolist()
    for name in ("share", "lift", "coverage", "told"):
        assert_allclose(one.frame()[name], other.frame()[name])
    scaled = rules(TABLE, LABELS, 40.0 * w, depth=2, prune=False)
    assert_allclose(scaled.frame()["low"], one.frame()["low"])
    assert scaled.frame()["condition"].tolist() == one.frame()["condition"].tolist()


def test_segments_that_change_names_keep_their_rules():
    swapped = np.array([2, 0, 1])[LABELS]
    one, other = (
        rules(TABLE, LABELS, depth=2, prune=False).frame(),
        rules(TABLE, swapped, depth=2, prune=False).frame(),
    )
    mine = one[one["told"]].assign(segment=lambda t: np.array([2, 0, 1])[t["segment"]])
    both = [
        t.sort_values("condition")[["condition", "segment", "share"]].values.tolist()
        for t in (mine, other[other["told"]])
    ]
    assert both[0] == both[1]


def test_conditions_that_do_not_pay_are_taken_back():
    whole = rules(TABLE, LABELS, prune=False, min_share=0.02)
    found = rules(TABLE, LABELS, min_share=0.02)
    assert len(found.sentences()) < len(whole.sentences()) == 8
    assert not any("spent" in sentence for sentence in found.sentences())
    assert found.accuracy > 0.85


def test_columns_that_know_nothing_make_one_rule():
    found = rules(TABLE[["spent"]], LABELS)
    assert found.depth == 0
    assert found.frame()["condition"].tolist() == ["everybody"] * 3
    assert "No question tells the segments of 600 respondents apart" in found.summary()
    assert found.accuracy == pytest.approx(found.largest)
    assert found.sentences()[0].startswith("everybody: ")


def world(n, rng):
    """People whose segment follows age and app, three times in four."""
    made = pd.DataFrame({"age": rng.integers(18, 80, n), "app": rng.random(n) < 0.5})
    made["noise"] = rng.normal(size=n)
    truth = np.where(made["age"] > 50, 2, np.where(made["app"], 0, 1))
    return made, np.where(rng.random(n) < 0.25, rng.integers(0, 3, n), truth)


def test_the_accuracy_told_is_what_new_people_see():
    rng = np.random.default_rng(4)
    told, seen, inside = [], [], 0
    new, truth = world(5000, rng)
    for _ in range(30):
        found = rules(*world(300, rng))
        t = found.frame()
        hits = sum(
            (meets(row.condition, new) & (truth == row.segment)).sum()
            for row in t[t["told"]].itertuples()
        )
        told.append(found.accuracy)
        seen.append(hits / len(new))
        inside += found.low <= seen[-1] <= found.high
    assert np.mean(told) == pytest.approx(np.mean(seen), abs=0.015)
    assert inside >= 24


def test_noise_and_people_without_weight_are_left_out():
    labels = np.where(np.arange(N) < 50, -1, LABELS)
    w = np.where(np.arange(N) >= 550, 0.0, 1.0)
    found = rules(TABLE, labels, w)
    assert found.n_respondents == N - 100
    assert_array_equal(found.members == -1, (labels == -1) | (w == 0))


def test_names_of_schemes_are_told_and_segments_without_a_rule():
    scheme = Scheme(LABELS, names={0: "Planners", 1: "Delegators", 2: "Others"})
    found = rules(TABLE[["age"]], scheme, depth=1)
    assert {s.split("] ")[1].split(" (")[0] for s in found.sentences()} <= set(scheme.names)
    assert "No rule stands for Delegators: read where their lift is highest" in found.summary()


@pytest.mark.parametrize(
    ("table", "labels", "options", "words"),
    [
        (TABLE, LABELS[:-1], {}, "labels has 599 rows but the table has 600"),
        (TABLE, [0] * N, {}, r"labels holds 1 segment\(s\); expected at least two"),
        (TABLE[:8], LABELS[:8], {}, "labels holds 8 people with a segment; expected at least 20"),
        (TABLE, LABELS, {"depth": 5}, "depth=5 was given; expected a whole number from 1 to 4"),
        (TABLE, LABELS, {"min_share": 0.5}, "min_share=0.5 was given; expected a share below 0.5"),
        (TABLE, LABELS, {"min_share": 0}, "min_share=0 was given; expected a share between 0 and"),
        (TABLE, LABELS, {"n_folds": 1}, "n_folds=1 was given; expected a whole number at least 2"),
        (TABLE, LABELS, {"random_state": "a"}, "random_state='a' was given"),
    ],
)
def test_what_cannot_be_used_is_named(table, labels, options, words):
    with pytest.raises(SegkitError, match=words):
        rules(table, labels, **options)
