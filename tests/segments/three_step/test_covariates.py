import narwhals.stable.v2 as nw
import numpy as np
import pytest
from numpy.testing import assert_allclose

from segkit import datasets
from segkit.exceptions import SegkitError, SegkitWarning
from segkit.segments import LatentClass, covariates

RNG = np.random.default_rng(0)
N = 600
AGE = RNG.normal(40, 10, N)
APP = RNG.random(N) < 0.4
REGION = RNG.choice(["north", "south", "west"], N)
LOGITS = np.column_stack([np.zeros(N), -0.5 + 0.1 * (AGE - 40), -1 + 1.0 * APP])
SHARES = np.exp(LOGITS) / np.exp(LOGITS).sum(axis=1, keepdims=True)
TRUTH = (SHARES.cumsum(axis=1) < RNG.random((N, 1))).sum(axis=1)
PROBABILITIES = np.array([[0.85] * 6, [0.15] * 6, [0.85] * 3 + [0.15] * 3])
X = (RNG.random((N, 6)) < PROBABILITIES[TRUTH]).astype(float)
MODEL = LatentClass(3, n_init=6).fit(X)
COLUMNS = {"age": AGE, "app": APP.tolist(), "region": REGION.tolist()}


def read(frame):
    return {
        name: np.array([None if v != v else v for v in values], dtype=object)
        for name, values in nw.from_native(frame).to_dict(as_series=False).items()
    }


def test_the_coefficients_of_stepmix(three_step, cheating):
    items, gpa = (values[~np.isnan(cheating[1])] for values in cheating)
    found = covariates(LatentClass(2).fit(items), items, gpa[:, None]).frame()
    held = three_step["cheating"]["stepmix"]
    assert_allclose(found["coefficient"], [held["ml_intercept"], held["ml_slope"]], atol=1e-3)


def test_three_steps_lie_near_the_one_step_of_polca(three_step, cheating):
    items, gpa = (values[~np.isnan(cheating[1])] for values in cheating)
    found = covariates(LatentClass(2).fit(items), items, gpa[:, None], reference=1).frame()
    one_step = three_step["cheating"]["one_step"]
    assert abs(found["coefficient"][1] - one_step["GPA"]) < one_step["GPA_se"]
    # the naive slope is the one furthest off
    assert found["uncorrected"][1] < found["coefficient"][1] < one_step["GPA"]


@pytest.mark.real_data
def test_three_steps_lie_near_the_one_step_of_polca_on_mcdonalds(data_folder, three_step):
    import pandas as pd

    answers = datasets.fetch_mcdonalds().answers
    items = answers.iloc[:, :11].astype(float)
    model = LatentClass(3).fit(items)
    held = three_step["mcdonalds"]["one_step"]
    order = np.argsort(-model.class_shares_)  # class of poLCA by size -> ours
    theirs = order[np.argsort(np.argsort(-np.array(held["P"])))]
    table = pd.DataFrame({"age": answers["Age"], "female": answers["Gender"].eq("Female")})
    found = covariates(model, items, table, reference=int(theirs[0])).frame()
    for column, segment in enumerate(theirs[1:]):
        own = found[found["segment"] == segment]
        value, se = (np.array(held[name])[:, column] for name in ("values", "se"))
        assert (np.abs(own["coefficient"] - value) < 0.5 * se).all()
        assert_allclose(own["se"], se, rtol=0.2)


def test_the_frame_holds_every_segment_and_answer(frame_kind):
    found = covariates(MODEL, X, frame_kind.make(COLUMNS))
    assert type(found.frame()).__module__.startswith(frame_kind.name)
    t = read(found.frame())
    names = ["intercept", "age", "app", "region", "region"]
    assert t["covariate"].tolist() == names * 2
    assert t["segment"].tolist() == [1] * 5 + [2] * 5
    assert t["against"][:5].tolist() == [None, None, "False", "north", "north"]
    assert_allclose(t["odds_ratio"].astype(float), np.exp(t["coefficient"].astype(float)))
    assert_allclose(t["odds_low"].astype(float), np.exp(t["low"].astype(float)))
    tests = read(found.tests)
    assert tests["covariate"].tolist() == ["age", "app", "region"]
    assert tests["df"].tolist() == [2, 2, 4]
    assert (tests["p_adjusted"][:2] < 0.05).all()


def test_another_reference_is_another_view_of_the_same(frame_kind):
    table = frame_kind.make(COLUMNS)
    one, other = (read(covariates(MODEL, X, table, reference=r).frame()) for r in (0, 2))
    assert set(other["reference"]) == {2}
    assert other["segment"].tolist() == [0] * 5 + [1] * 5
    assert_allclose(other["coefficient"][:5].astype(float), -one["coefficient"][5:].astype(float),
                    atol=1e-4)  # fmt: skip
    assert_allclose(other["se"][:5].astype(float), one["se"][5:].astype(float), rtol=1e-3)


def test_the_figures_do_not_depend_on_rows_or_units():
    w = RNG.random(N)
    model = LatentClass(3, n_init=6).fit(X, sample_weight=w)
    z = np.column_stack([AGE, APP])
    shuffled = RNG.permutation(N)
    one = covariates(model, X, z, sample_weight=w)
    other = covariates(model, X[shuffled], z[shuffled], sample_weight=5 * w[shuffled])
    assert_allclose(one.frame()[["coefficient", "se"]], other.frame()[["coefficient", "se"]],
                    rtol=1e-5)  # fmt: skip
    months = covariates(model, X, z * [12, 1], sample_weight=w).frame()
    assert_allclose(12 * months["coefficient"][1], one.frame()["coefficient"][1], rtol=1e-5)
    assert_allclose(months["p"], one.frame()["p"], rtol=1e-4)


def test_people_without_a_covariate_are_left_out_with_a_warning():
    z = AGE[:, None].copy()
    z[:30] = np.nan
    with pytest.warns(SegkitWarning, match=r"30 respondent\(s\) have a missing covariate"):
        found = covariates(MODEL, X, z)
    assert (found.n_respondents, found.n_missing) == (N - 30, 30)
    assert "30 with a missing covariate are left out" in found.summary()


def test_the_figure_and_the_words(frame_kind):
    found = covariates(MODEL, X, frame_kind.make(COLUMNS))
    text = found.summary()
    assert "Covariates of 3 segments, 600 respondents: three-step maximum likelihood (modal" in text
    assert "Wald, p adjusted, 5 %): age, app" in text
    ax = found.plot()
    assert ax.get_title(loc="left").startswith("age: a unit more multiplies the odds of segment 1")
    assert [t.get_text() for t in ax.get_yticklabels()][:2] == ["age", "app: True\n(against False)"]


def test_an_answer_that_a_segment_never_gives_has_no_interval(frame_kind):
    code = np.where(MODEL.labels_ == 0, "never", np.where(RNG.random(N) < 0.5, "often", "never"))
    code[np.flatnonzero(MODEL.labels_ == 2)] = "never"
    with pytest.warns(SegkitWarning, match="`use = often` has no finite coefficient for segment 1"):
        found = covariates(MODEL, X, frame_kind.make({"use": code.tolist()}))
    t = read(found.frame())
    assert t["low"][1] is None
    assert found.endless == ("use = often",)
    assert "No finite coefficient: use = often." in found.summary()
    found.plot()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"reference": 3}, "reference=3 was given; expected a whole number from 0 to 2"),
        ({"assignment": "soft"}, "assignment='soft' is not known; expected one of 'modal'"),
    ],
)
def test_what_cannot_be_used_is_named(options, words):
    with pytest.raises(SegkitError, match=words):
        covariates(MODEL, X, AGE[:, None], **options)


def test_one_segment_has_nothing_to_explain():
    with pytest.raises(SegkitError, match="model has one segment; expected at least two"):
        covariates(LatentClass(1).fit(X), X, AGE[:, None])
