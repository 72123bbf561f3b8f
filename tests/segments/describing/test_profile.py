import narwhals.stable.v2 as nw
import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from segkit.exceptions import SegkitError, SegkitWarning
from segkit.segments import LatentClass, Scheme, classification_error, outcomes, profile

RNG = np.random.default_rng(0)
N = 300
LABELS = RNG.choice(3, N, p=[0.5, 0.4, 0.1])
COLUMNS = {
    "rating": np.clip(np.round(3 + 0.8 * LABELS + RNG.normal(0, 1, N)), 1, 5),
    "score": RNG.normal(LABELS - 1.0, 1, N),
    "app": RNG.random(N) < np.array([0.2, 0.5, 0.9])[LABELS],
    "region": RNG.choice(["north", "south", "west"], N),
}
COLUMNS["rating"][:20] = np.nan
PROMISED = [
    "item",
    "segment",
    "n",
    "value",
    "index",
    "lift",
    "difference",
    "low",
    "high",
    "effect",
    "p_adjusted",
]


def table(kind):
    columns = {k: v.tolist() if v.dtype != float else v for k, v in COLUMNS.items()}
    made = kind.make(columns)
    return made if kind.name == "pandas" else made.fill_nan(None)


def read(frame):
    columns = nw.from_native(frame, eager_only=True).to_dict(as_series=False)
    out = {k: np.array(v, dtype=object) for k, v in columns.items()}
    for name in (
        "value",
        "overall",
        "index",
        "lift",
        "difference",
        "effect",
        "p_adjusted",
        "n_effective",
        "low",
        "high",
    ):
        out[name] = out[name].astype(float)
    return out


@pytest.fixture
def found(frame_kind):
    return profile(table(frame_kind), LABELS, used_items=["rating", "score"])


def test_the_frame_has_the_promised_columns_and_kind(found, frame_kind):
    frame = found.frame()
    assert type(frame).__module__.startswith(frame_kind.name)
    assert set(PROMISED) <= set(frame.columns)
    # two numbers, one yes/no column, three regions; three segments each
    assert len(frame) == (2 + 1 + 3) * 3


def test_values_shares_and_bases_by_hand(found):
    t = read(found.frame())
    row = (t["item"] == "app") & (t["segment"] == 1)
    inside = LABELS == 1
    assert t["kind"][row] == "share"
    assert t["value"][row][0] == pytest.approx(COLUMNS["app"][inside].mean())
    assert t["index"][row][0] == pytest.approx(
        100 * COLUMNS["app"][inside].mean() / COLUMNS["app"].mean()
    )
    assert t["lift"][row][0] == pytest.approx(t["index"][row][0] / 100)
    rest = COLUMNS["app"][~inside].mean()
    assert t["difference"][row][0] == pytest.approx(COLUMNS["app"][inside].mean() - rest)
    rated = (t["item"] == "rating") & (t["segment"] == 0)
    answered = ~np.isnan(COLUMNS["rating"]) & (LABELS == 0)
    assert t["n"][rated][0] == answered.sum()
    assert t["value"][rated][0] == pytest.approx(COLUMNS["rating"][answered].mean())


def test_means_have_a_spread_and_shares_have_none(found):
    t = read(found.frame())
    sd = np.array([np.nan if v is None else v for v in t["sd"]], dtype=float)
    assert np.isnan(sd[t["kind"] == "share"]).all()
    assert not np.isnan(sd[t["kind"] == "mean"]).any()


def test_shares_of_all_answers_sum_to_one(found):
    t = read(found.frame())
    for k in range(3):
        rows = (t["item"] == "region") & (t["segment"] == k)
        assert t["level"][rows].tolist() == ["north", "south", "west"]
        assert t["value"][rows].sum() == pytest.approx(1)


def test_items_that_made_the_segments_are_described_and_never_tested(found):
    t = read(found.frame())
    used = np.isin(t["item"].astype(str), ["rating", "score"])
    assert np.isnan(t["p_adjusted"][used]).all()
    assert not np.isnan(t["p_adjusted"][~used]).any()
    assert not np.isnan(t["effect"][used]).any()
    # adjusted over the tested rows only: an outside difference as clear as this one survives
    assert t["p_adjusted"][(t["item"] == "app") & (t["segment"] == 0)][0] < 1e-4


def test_items_without_a_natural_zero_have_no_index(found):
    t = read(found.frame())
    assert np.isnan(t["index"][t["item"] == "score"]).all()
    assert np.isnan(t["lift"][t["item"] == "score"]).all()
    assert not np.isnan(t["index"][t["item"] != "score"]).any()


def test_small_bases_are_flagged_and_are_no_markers():
    few = np.where(np.arange(N) < 12, 2, np.minimum(LABELS, 1))
    found = profile(np.column_stack([COLUMNS["score"], LABELS]), few)
    t = read(found.frame())
    assert (t["small_base"][t["segment"] == 2]).all()
    assert not t["small_base"][t["segment"] == 0].any()
    assert len(found.markers(2)) == 0
    assert len(found.markers(0)) == 2


def test_markers_come_by_size_of_effect(found):
    t = read(found.markers(0, n=3))
    assert len(t["item"]) == 3
    assert (np.diff(np.abs(t["effect"])) <= 0).all()
    assert (t["segment"] == 0).all()
    with pytest.raises(SegkitError, match="segment=9 is not known; expected one of 0, 1, 2"):
        found.markers(9)


def test_lines_that_mark_a_segment_are_said_to(found):
    t = read(found.frame())
    app = t["item"] == "app"
    apart = np.abs(t["value"] - t["overall"])
    far = (apart >= 0.25) | (apart >= 0.5 * t["overall"])
    told = (t["low"] > 0) | (t["high"] < 0)
    expected = np.where(t["kind"] == "share", far, np.abs(t["effect"]) >= 0.8)
    assert_array_equal(t["marker"].astype(bool), expected & told & (t["n_effective"] >= 30))
    assert t["marker"][app].sum() == 2  # .2 and .9 of .4; not .5
    few = np.where(np.arange(N) < 12, 2, np.minimum(LABELS, 1))
    small = read(profile(np.where(few == 2, 9.0, COLUMNS["score"])[:, None], few).frame())
    assert small["marker"].astype(bool).tolist()[2] is False


# memberships, and classification errors put right


def blurred(n=600, k=2):
    """Answers of overlapping segments, a fitted model, and outcomes related to the truth."""
    rng = np.random.default_rng(4)
    truth = rng.choice(k, n, p=[0.6, 0.4])
    answers = (rng.random((n, 6)) < np.where(truth == 0, 0.3, 0.7)[:, None]).astype(float)
    outcome = pd.DataFrame(
        {"spend": 10 + 5 * truth + rng.normal(size=n), "app": rng.random(n) < 0.2 + 0.5 * truth}
    )
    outcome.loc[:30, "spend"] = np.nan
    return answers, LatentClass(k, n_init=10).fit(answers), outcome, rng.random(n)


def test_memberships_count_by_their_parts_whatever_the_table(frame_kind):
    answers, model, outcome, w = blurred()
    p = model.predict_proba(answers)
    t = read(profile(outcome, p, (), w).frame())
    seen = ~np.isnan(outcome["spend"])
    for k in (0, 1):
        mean = np.average(outcome["spend"][seen], weights=(w * p[:, k])[seen])
        assert t["value"][k] == pytest.approx(mean)
    assert t["segment"][:2].tolist() == [0, 1]
    members = (p[:, 1] >= 0.5)[seen].sum()
    assert t["n"][1] == members
    named = profile(outcome, frame_kind.make({"a": p[:, 0], "b": p[:, 1]}), (), w)
    assert named.segments == ("a", "b")
    assert_allclose(read(named.frame())["difference"], t["difference"])


@pytest.mark.parametrize("assignment", ["modal", "proportional"])
def test_errors_put_right_give_the_figures_of_outcomes(assignment):
    answers, model, outcome, w = blurred()
    model.fit(answers, sample_weight=w)
    found = classification_error(model, answers, assignment=assignment, sample_weight=w)
    labels = model.labels_ if assignment == "modal" else model.predict_proba(answers)
    result = profile(outcome, labels, sample_weight=w, error=found)
    t = read(result.frame())
    other = outcomes(model, answers, outcome, assignment=assignment, sample_weight=w).frame()
    assert_allclose(t["value"], other["value"].to_numpy(float), rtol=1e-8)
    assert_allclose(t["n_effective"], other["n_effective"].to_numpy(float), rtol=1e-8)
    # of two segments everybody else is the other one
    assert_allclose(t["difference"][0::2], t["value"][0::2] - t["value"][1::2])
    assert_allclose(t["overall"], other["overall"].to_numpy(float))
    plain = read(profile(outcome, model.labels_, sample_weight=w).frame())
    assert (np.abs(t["difference"]) > np.abs(plain["difference"])).all()
    assert "classification errors put right (BCH), taken as known" in result.summary()
    again = profile(outcome, labels, sample_weight=w, error=found.error.tolist())
    assert_allclose(read(again.frame())["difference"], t["difference"])


def test_noise_stays_outside_when_errors_are_put_right():
    error = [[0.9, 0.1], [0.1, 0.9]]
    labels = np.where(np.arange(N) < 40, -1, np.minimum(LABELS, 1))
    one = profile(COLUMNS["score"][:, None], labels, error=error)
    other = profile(COLUMNS["score"][40:, None], labels[40:], error=error)
    assert one.n_respondents == N - 40
    for name in ("value", "overall", "difference", "n_effective"):
        assert_allclose(read(one.frame())[name], read(other.frame())[name])


def test_a_corrected_share_beyond_its_range_is_warned_of():
    labels = np.repeat([0, 1], 50)
    rare = pd.DataFrame({"rare": [False] * 50 + [True] * 20 + [False] * 30})
    with pytest.warns(SegkitWarning, match="`rare` has a corrected share below 0 or above 1"):
        profile(rare, labels, error=[[0.6, 0.4], [0.4, 0.6]])


@pytest.mark.parametrize(
    ("labels", "error", "words"),
    [
        ([0, 1, 1], np.eye(3), r"error has shape \(3, 3\), for 2 segments; expected a square"),
        ([0, 1, 1], [[0.5, 0.5], [0.5, 0.5]], "no two rows alike. Take it from classification_err"),
        ([0, 1, 1], [[0.9, 0.3], [0.1, 0.9]], "each summing to 1"),
        (
            np.array([[1.0, 0.0], [0.2, 0.9], [0.4, 0.6]]),
            np.eye(2),
            "The memberships of row 1 sum to 1.1; expected 1 where error is given",
        ),
    ],
)
def test_errors_that_do_not_fit_are_refused(labels, error, words):
    with pytest.raises(SegkitError, match=words):
        profile(np.array([[1.0], [2.0], [4.0]]), labels, error=error)


def test_the_summary_says_what_was_done(found):
    text = found.summary()
    assert "3 segments, 300 respondents" in text
    assert "2 items made the segments: described, not tested" in text
    assert "labels held fixed" in text
    untold = profile(np.column_stack([LABELS, COLUMNS["score"]]), LABELS)
    assert "should be named in used_items" in untold.summary()


def test_order_of_rows_and_names_of_segments_change_no_figure():
    X = np.column_stack([COLUMNS["rating"], COLUMNS["score"]])
    shuffled = RNG.permutation(N)
    one = read(profile(X, LABELS).frame())
    other = read(profile(X[shuffled], LABELS[shuffled]).frame())
    swapped = read(profile(X, np.array([2, 0, 1])[LABELS]).frame())
    back = [3 * (i // 3) + (2, 0, 1)[i % 3] for i in range(6)]
    for name in ("value", "difference", "effect"):
        assert_allclose(one[name], other[name])
        assert_allclose(one[name], swapped[name][back])


def test_weights_count_and_their_unit_does_not():
    X, w = COLUMNS["score"][:, None], RNG.random(N)
    one, other = (
        read(profile(X, LABELS, (), w).frame()),
        read(profile(X, LABELS, (), 9 * w).frame()),
    )
    mean = np.average(X[LABELS == 0, 0], weights=w[LABELS == 0])
    assert one["value"][0] == pytest.approx(mean)
    assert one["n_effective"][0] < one["n"][0]
    for name in ("value", "difference", "low", "high", "p_adjusted"):
        assert_allclose(one[name].astype(float), other[name].astype(float))


def test_labels_of_any_kind_and_schemes_are_welcome():
    text = np.array(["x", "y", "z"], dtype=object)[LABELS]
    assert profile(COLUMNS["score"][:, None], text).segments == ("x", "y", "z")
    scheme = Scheme(LABELS, names={0: "Zealots", 1: "Amateurs", 2: "Others"})
    found = profile(COLUMNS["score"][:, None], scheme)
    assert found.segments == ("Zealots", "Amateurs", "Others")
    assert found.markers("Zealots", n=1)["segment"].tolist() == ["Zealots"]
    noisy = np.where(np.arange(N) < 30, -1, LABELS)
    assert profile(COLUMNS["score"][:, None], noisy).n_respondents == N - 30


@pytest.mark.parametrize(
    ("columns", "labels", "options", "words"),
    [
        ({"a": [1, 2, 3]}, [0, 0, 0], {}, r"labels holds 1 segment\(s\); expected at least two"),
        ({"a": [1, 2, 3]}, [0, 1], {}, "labels has 2 rows but the table has 3"),
        ({"a": [1, 2, 3]}, [0, 1, 1], {"used_items": ["b"]}, "used_items names `b`, not among"),
        ({"a": [None, None, None]}, [0, 1, 1], {}, "`a` in table holds no answer at all"),
        ({"a": [str(i) for i in range(60)]}, [0, 1] * 30, {}, "`a` in table has 60 different ans"),
        ({"a": [1, 2, 3]}, [0, 1, None], {}, "labels is missing in 1 row"),
    ],
)
def test_what_cannot_be_used_is_named(frame_kind, columns, labels, options, words):
    with pytest.raises(SegkitError, match=words):
        profile(frame_kind.make(columns), labels, **options)


def test_dates_are_refused_by_name(frame_kind):
    import datetime as dt

    days = [dt.datetime(2026, 1, 1), dt.datetime(2026, 1, 2)]
    with pytest.raises(SegkitError, match=r"`day` in table holds .* values; expected numbers"):
        profile(frame_kind.make({"day": days}), [0, 1])
