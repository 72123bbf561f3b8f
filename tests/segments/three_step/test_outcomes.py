import narwhals.stable.v2 as nw
import numpy as np
import pytest
from numpy.testing import assert_allclose

from segkit.exceptions import SegkitError, SegkitWarning
from segkit.segments import LatentClass, outcomes

RNG = np.random.default_rng(0)
N = 600
TRUTH = (RNG.random((N, 1)) > [0.5, 0.8]).sum(axis=1)
PROBABILITIES = np.array([[0.85] * 6, [0.15] * 6, [0.85] * 3 + [0.15] * 3])
X = (RNG.random((N, 6)) < PROBABILITIES[TRUTH]).astype(float)
COLUMNS = {
    "spend": 10 + 5.0 * TRUTH + RNG.normal(0, 3, N),
    "app": (RNG.random(N) < 0.2 + 0.3 * TRUTH).tolist(),
    "region": RNG.choice(["north", "south", "west"], N).tolist(),
}
COLUMNS["spend"][:40] = np.nan
MODEL = LatentClass(3, n_init=6).fit(X)


def table(kind):
    made = kind.make(COLUMNS)
    return made if kind.name == "pandas" else made.fill_nan(None)


def read(frame):
    return {
        name: np.array(values, dtype=object)
        for name, values in nw.from_native(frame).to_dict(as_series=False).items()
    }


def test_the_means_of_stepmix(three_step, cheating):
    items, gpa = (values[~np.isnan(cheating[1])] for values in cheating)
    found = outcomes(LatentClass(2).fit(items), items, gpa[:, None])
    assert_allclose(
        found.frame()["value"], three_step["cheating"]["stepmix"]["bch_means"], atol=1e-3
    )


def test_the_tables_hold_every_item_segment_and_pair(frame_kind):
    found = outcomes(MODEL, X, table(frame_kind))
    for frame, rows in ((found.frame(), 15), (found.differences, 15), (found.tests, 3)):
        assert type(frame).__module__.startswith(frame_kind.name)
        assert len(frame) == rows
    t = read(found.frame())
    assert t["kind"].tolist() == ["mean"] * 3 + ["share"] * 12
    assert set(t["n"][:3]) == {N - 40}
    assert set(t["n"][3:]) == {N}
    region = t["value"][t["item"] == "region"].astype(float).reshape(3, 3)
    assert_allclose(region.sum(axis=0), 1)
    tests = read(found.tests)
    assert tests["df"].tolist() == [2, 2, 4]
    assert (tests["p_adjusted"][:2] < 0.001).all()
    assert tests["p_adjusted"][2] > 0.05


def test_segments_lie_further_apart_than_the_people_put_into_them(frame_kind):
    t = read(outcomes(MODEL, X, table(frame_kind)).frame())
    corrected, plain = (t[name][:3].astype(float) for name in ("value", "uncorrected"))
    assert np.ptp(corrected) > np.ptp(plain) + 0.5
    assert (t["low"][:3] < corrected).all()
    assert (t["high"][:3] > corrected).all()


def test_the_figures_do_not_depend_on_rows_units_or_library(frame_kind):
    w = RNG.random(N)
    y = COLUMNS["spend"][:, None]
    model = LatentClass(3, n_init=6).fit(X, sample_weight=w)
    one = outcomes(model, X, y, sample_weight=w)
    shuffled = RNG.permutation(N)
    other = outcomes(model, X[shuffled], y[shuffled], sample_weight=9 * w[shuffled])
    names = ["value", "se", "low", "high", "n_effective", "uncorrected", "overall"]
    assert_allclose(one.frame()[names], other.frame()[names], rtol=1e-6)
    assert_allclose(one.tests["wald"], other.tests["wald"], rtol=1e-6)
    named = read(outcomes(model, X, table(frame_kind), sample_weight=w).frame())
    assert_allclose(named["value"][:3].astype(float), one.frame()["value"], rtol=1e-9)


def test_whole_weights_are_repeated_rows_for_the_figures():
    w = RNG.integers(0, 3, N)
    y = COLUMNS["spend"][:, None]
    weighted = LatentClass(3, n_init=6).fit(X, sample_weight=w)
    again = np.repeat(X, w, axis=0)
    repeated = LatentClass(3, n_init=6).fit(again)
    one = outcomes(weighted, X, y, sample_weight=w).frame()
    other = outcomes(repeated, again, np.repeat(y, w, axis=0)).frame()
    assert_allclose(one["value"], other["value"], atol=1e-4)
    assert_allclose(one["uncorrected"], other["uncorrected"], atol=1e-6)


def test_the_figure_and_the_words(frame_kind):
    found = outcomes(MODEL, X, table(frame_kind), assignment="proportional")
    text = found.summary()
    assert (
        "Outcomes of 3 segments, 600 respondents: three-step means with BCH weights (prop" in text
    )
    assert "spend, app differ between segments" in text
    assert found.plot().get_title(loc="left").startswith("spend: ")
    ax = found.plot(item="region")
    assert [t.get_text() for t in ax.get_yticklabels()] == [
        "Segment 0",
        "Segment 1",
        "Segment 2",
    ] * 3
    with pytest.raises(SegkitError, match="item='age' is not known; expected one of 'spend'"):
        found.plot(item="age")


def test_shares_beyond_their_ends_warn():
    rng = np.random.default_rng(4)
    few = (rng.random((60, 3)) < np.where(rng.random(60) < 0.4, 0.7, 0.3)[:, None]).astype(float)
    model = LatentClass(2, n_init=10).fit(few)
    rare = np.zeros(60)
    rare[np.flatnonzero(model.labels_ == 0)[:2]] = 1
    import pandas as pd

    with pytest.warns(SegkitWarning, match="`rare` has a corrected share below 0 or above 1"):
        outcomes(model, few, pd.DataFrame({"rare": rare.astype(bool)}))


def test_one_segment_cannot_be_compared():
    with pytest.raises(SegkitError, match="model has one segment; expected at least two"):
        outcomes(LatentClass(1).fit(X), X, COLUMNS["spend"][:, None])


def test_an_outcome_that_a_segment_lacks_warns_and_has_no_figure():
    y = np.where(MODEL.labels_ == 2, np.nan, COLUMNS["spend"])[:, None]
    y[:40] = np.nan
    with pytest.warns(SegkitWarning, match="`x1` has no figure in some segment, as too few"):
        found = outcomes(MODEL, X, y, assignment="modal")
    assert np.isnan(found.frame()["value"][2])
    assert np.isnan(found.tests["wald"][0])
