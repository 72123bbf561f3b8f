import narwhals.stable.v2 as nw
import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy import stats as st
from sklearn.cluster import KMeans

from segkit.exceptions import SegkitError
from segkit.segments import LatentClass, likelihood_ratio_test

ITEMS = np.array([[0.8] * 6, [0.2] * 6, [0.8] * 3 + [0.2] * 3])


def made(seed, n, n_segments, missing=0.0):
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, n_segments, n)
    X = (rng.random((n, 6)) < ITEMS[truth]).astype(float)
    X[rng.random(X.shape) < missing] = np.nan
    return X


def p_values(n_runs, n_segments, n_true, n=250, **options):
    weighted, missing = options.pop("weighted", False), options.pop("missing", 0.0)
    out = []
    for seed in range(n_runs):
        X = made(seed, n, n_true, missing)
        w = np.random.default_rng(seed).choice([0.5, 1.0, 3.0], n) if weighted else None
        model = LatentClass(n_segments, n_init=10)
        test = likelihood_ratio_test(model, X, sample_weight=w, random_state=seed, **options)
        out.append(test.p)
    return np.array(out)


def test_a_segment_that_is_there_is_found():
    p = p_values(8, 2, 2, n_boot=19)
    assert (p <= 0.05).all()
    assert (p_values(5, 3, 3, n=400, n_boot=19) <= 0.05).all()


@pytest.mark.parametrize(("n_segments", "n_true"), [(2, 1), (3, 2)])
def test_a_segment_that_is_not_there_is_seldom_found(n_segments, n_true):
    p = p_values(25, n_segments, n_true, n_boot=19)
    assert (p <= 0.05).sum() <= st.binom.ppf(0.995, 25, 0.05)
    assert 0.3 < p.mean() < 0.8


@pytest.mark.slow
@pytest.mark.parametrize(
    ("n_segments", "n_true", "options"),
    [
        (2, 1, {}),
        (3, 2, {}),
        (3, 2, {"missing": 0.2}),
        (3, 2, {"weighted": True}),
    ],
)
def test_the_rate_of_false_alarms_is_the_promised_one(n_segments, n_true, options):
    n_runs = 400
    p = p_values(n_runs, n_segments, n_true, n_boot=99, **options)
    for level in (0.05, 0.1):
        least, most = st.binom.ppf([0.005, 0.995], n_runs, level)
        assert least <= (p <= level).sum() <= most, (level, (p <= level).mean())


def test_the_table_and_the_words_say_the_same(frame_kind):
    X = made(0, 200, 2)
    table = frame_kind.make({f"q{j}": X[:, j] for j in range(6)})
    found = likelihood_ratio_test(LatentClass(2), table, n_boot=29)
    frame = nw.from_native(found.frame())
    assert type(found.frame()) is type(table)
    assert len(frame) == found.n_samples + 1 == 30
    ratio = frame["ratio"].to_numpy()
    assert ratio[0] == found.ratio
    assert (ratio[1:] < found.ratio).all()
    assert found.p == pytest.approx(1 / 30)
    assert "of 2 against 1 segments, 200 respondents: ratio" in found.summary()
    assert (
        "p = 0.033 from 29 samples of the smaller model (at most 29; 0 as large)" in found.summary()
    )
    assert "gain exceeds that of all 29 samples" in found.plot().get_title(loc="left")


def test_it_stops_early_where_nothing_is_to_be_found():
    found = likelihood_ratio_test(LatentClass(2), made(3, 200, 1), n_boot=500, n_exceeding=3)
    assert found.n_samples < 500
    assert found.n_as_large == 3
    assert found.p == pytest.approx(3 / found.n_samples)
    assert "stopped at the 3th as large" not in found.summary()
    assert "stopped early, when 3 were as large" in found.summary()


@pytest.mark.parametrize("items", ["categorical", "ordinal", "gaussian"])
def test_the_order_of_the_rows_and_the_unit_of_weights_change_nothing(items):
    rng = np.random.default_rng(0)
    X = made(1, 200, 2, missing=0.1)
    if items == "gaussian":
        X = X + rng.normal(0, 0.5, X.shape)
    w, shuffled = rng.random(200), rng.permutation(200)
    model = LatentClass(3, items, n_init=6)
    options = {"n_boot": 5, "n_init": 6}
    one = likelihood_ratio_test(model, X, sample_weight=w, **options)
    other = likelihood_ratio_test(model, X[shuffled], sample_weight=w[shuffled], **options)
    assert_array_equal(one.frame()["ratio"], other.frame()["ratio"])
    heavy = likelihood_ratio_test(model, X, sample_weight=7 * w, **options)
    assert_allclose(one.frame()["ratio"], heavy.frame()["ratio"], atol=1e-3)
    assert one.p == other.p == heavy.p
    assert "weighted (effective n)" in one.summary()


def test_the_ratio_is_that_of_two_fits():
    X = made(2, 300, 2)
    ends = [LatentClass(k, prior=1).fit(X).log_likelihood_ for k in (2, 3)]
    found = likelihood_ratio_test(LatentClass(3), X, n_boot=1)
    assert found.ratio == pytest.approx(2 * (ends[1] - ends[0]), abs=0.05)
    weighted = likelihood_ratio_test(LatentClass(3), X, n_boot=1, sample_weight=np.full(300, 4.0))
    assert weighted.ratio == pytest.approx(found.ratio, abs=1e-6)


def test_people_without_answers_or_weight_do_not_count():
    X = made(4, 200, 2)
    more = np.vstack([X, np.full((3, 6), np.nan), X[:2]])
    w = np.r_[np.ones(203), 0, 0]
    one = likelihood_ratio_test(LatentClass(2), X, n_boot=4)
    other = likelihood_ratio_test(LatentClass(2), more, n_boot=4, sample_weight=w)
    assert other.n_respondents == 200
    assert_allclose(one.frame()["ratio"], other.frame()["ratio"], atol=1e-6)


@pytest.mark.parametrize(
    ("model", "options", "words"),
    [
        (KMeans(2), {}, "model is a KMeans; expected a LatentClass, which has a likelihood"),
        (LatentClass(1), {}, "n_segments=1 was given; expected a whole number at least 2"),
        (LatentClass(2), {"n_boot": 0}, "n_boot=0 was given; expected a whole number"),
        (LatentClass(2), {"n_exceeding": 0}, "n_exceeding=0 was given"),
        (LatentClass(2), {"n_init": 2.5}, "n_init=2.5 was given"),
        (LatentClass(2), {"prior": -1}, "prior=-1 was given; expected a number of at least 0"),
        (LatentClass(2), {"sample_weight": np.zeros(50)}, "sample_weight is zero everywhere"),
    ],
)
def test_what_cannot_be_tested_is_named(model, options, words):
    with pytest.raises(SegkitError, match=words):
        likelihood_ratio_test(model, made(0, 50, 2), **options)
