import json
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.spatial.distance import cdist, squareform
from sklearn.cluster import AgglomerativeClustering, KMeans
from sklearn.metrics import adjusted_rand_score
from sklearn.pipeline import make_pipeline
from sklearn.utils.estimator_checks import parametrize_with_checks

from segkit.exceptions import NotFittedError, SegkitError, SegkitWarning
from segkit.segments import Gower

DAISY = json.loads((Path(__file__).parents[2] / "reference" / "gower.json").read_text())
NUMBERS = ("age", "spend")


def table(name, kind="pandas"):
    held = DAISY["tables"][name]
    if kind == "polars":
        frame = pl.DataFrame(held)
        return frame.with_columns(pl.col(n).cast(pl.Enum(v)) for n, v in DAISY["levels"].items())
    frame = pd.DataFrame(
        {k: pd.Series(v, dtype=float if k in NUMBERS else object) for k, v in held.items()}
    )
    for n, levels in DAISY["levels"].items():
        frame[n] = pd.Categorical(frame[n], categories=levels, ordered=True)
    return frame


def squared(rows):
    return cdist(rows, rows, "sqeuclidean")


# against R


@pytest.mark.parametrize("kind", ["pandas", "polars"])
@pytest.mark.parametrize("name", ["complete", "gaps"])
@pytest.mark.parametrize("weighted", [False, True], ids=["equal", "weighted"])
def test_distances_are_those_of_daisy(name, weighted, kind):
    people = table(name, kind)
    kinds = dict.fromkeys(DAISY["levels"], "ordinal")
    weights = DAISY["weights"] if weighted else None
    found = Gower(kinds, field_weights=weights).fit(people).distances(people)
    expected = DAISY["distances"][name + ("_weighted" if weighted else "")]
    assert_allclose(found, np.array(expected, dtype=float), atol=1e-8)


# the embedding


def test_rows_are_apart_as_gower_says_up_to_the_steps_of_numbers():
    people = table("complete")
    exact = Gower().fit(people).distances(people)
    for n_steps in (1, 4, 50):
        gower = Gower(n_steps=n_steps).fit(people)
        short = exact - squared(gower.transform(people))
        # two of six fields are numbers
        assert short.min() >= -1e-12
        assert short.max() <= 2 / 6 / (2 * n_steps) + 1e-12
    categories = people.drop(columns=list(NUMBERS))
    gower = Gower().fit(categories)
    assert_allclose(squared(gower.transform(categories)), gower.distances(categories), atol=1e-12)


def test_a_missing_value_stands_in_the_middle_of_everybody():
    people = table("gaps")
    w = np.random.default_rng(0).integers(1, 4, len(people)).astype(float)
    gower = Gower().fit(people, sample_weight=w)
    rows = gower.transform(people)
    assert np.isfinite(rows).all()
    names = gower.get_feature_names_out().tolist()
    gap = people["region"].isna().to_numpy()
    east = rows[:, names.index("region=east")]
    assert_allclose(east[gap], np.average(east[~gap], weights=w[~gap]))
    assert gower.n_missing_ == people.isna().sum().sum()


def test_columns_say_what_they_are():
    people = table("complete")
    names = Gower(n_steps=2).fit(people).get_feature_names_out().tolist()
    assert names == [
        "age_step_1", "age_step_2", "spend_step_1", "spend_step_2",
        "region=east", "region=north", "region=south", "region=west",
        "member=no", "member=yes",
        "contentment_step_1", "contentment_step_2", "contentment_step_3", "contentment_step_4",
        "plan_step_1", "plan_step_2",
    ]  # fmt: skip
    assert Gower().fit(people).get_feature_names_out()[:2].tolist() == ["age", "spend"]


# segments of mixed fields


def mixed(n=300, seed=0):
    rng = np.random.default_rng(seed)
    truth = rng.choice(3, n, p=[0.5, 0.3, 0.2])
    own = rng.random((n, 3)) < 0.85
    level = np.where(own, truth[:, None], rng.integers(0, 3, (n, 3)))
    frame = pd.DataFrame(
        {
            "income": np.exp(7 + 0.5 * truth + 0.2 * rng.normal(size=n)),
            "region": np.array(["north", "south", "west"])[level[:, 0]],
            "online": level[:, 1] == 1,
            "plan": pd.Categorical(
                np.array(["s", "m", "l"])[level[:, 2]], categories=["s", "m", "l"], ordered=True
            ),
        }
    )
    return frame.mask(pd.DataFrame(rng.random(frame.shape) < 0.1, columns=frame.columns)), truth


def test_k_means_and_hierarchical_clustering_take_mixed_fields():
    people, truth = mixed()
    k_means = make_pipeline(Gower(n_steps=5), KMeans(3, n_init=10, random_state=0))
    assert adjusted_rand_score(truth, k_means.fit_predict(people)) > 0.6
    assert k_means.predict(people.head(2)).shape == (2,)
    ward = make_pipeline(Gower(n_steps=5), AgglomerativeClustering(3))
    assert adjusted_rand_score(truth, ward.fit_predict(people)) > 0.6
    distances = Gower().fit(people).distances(people)
    average = AgglomerativeClustering(3, metric="precomputed", linkage="complete")
    assert adjusted_rand_score(truth, average.fit_predict(np.nan_to_num(distances))) > 0.2


# properties


def test_it_is_a_distance_between_0_and_1():
    people = table("gaps")
    found = Gower().fit(people).distances(people)
    assert_allclose(found, found.T)
    shares = ~np.isnan(found)
    assert_allclose(np.diag(found)[np.diag(shares)], 0, atol=1e-12)
    assert found[shares].min() >= 0
    assert found[shares].max() <= 1
    assert squareform(np.nan_to_num(found), checks=True).shape == (24 * 23 / 2,)


def test_parts_give_the_same_distances_as_the_whole(monkeypatch):
    people = table("gaps")
    gower = Gower().fit(people)
    whole = gower.distances(people)
    monkeypatch.setattr("segkit.segments.distances.gower.CELLS", 50)
    assert_allclose(gower.distances(people), whole, atol=1e-14)
    assert_allclose(gower.distances(people.head(5), people.tail(7)), whole[:5, -7:], atol=1e-14)


def test_orders_of_rows_and_fields_and_the_unit_of_weights_do_not_matter(frame_kind):
    people = table("gaps", frame_kind.name)
    weights = DAISY["weights"]
    one = Gower(dict.fromkeys(DAISY["levels"], "ordinal"), field_weights=weights).fit(people)
    other = Gower(
        dict.fromkeys(DAISY["levels"], "ordinal"),
        field_weights={n: 7 * w for n, w in weights.items()},
    )
    order = np.random.default_rng(0).permutation(24)
    turned = people[list(people.columns)[::-1]]
    turned = turned.iloc[order] if frame_kind.name == "pandas" else turned[order.tolist()]
    found = other.fit(turned).distances(turned)
    assert_allclose(found, one.distances(people)[np.ix_(order, order)], atol=1e-12)
    assert isinstance(one.fields_, type(people))
    assert list(one.fields_["field"]) == list(people.columns)


def test_whole_number_weights_are_repeated_rows():
    people = table("gaps")
    w = np.random.default_rng(1).integers(0, 3, 24)
    rows = np.repeat(np.arange(24), w)
    one = Gower(n_steps=3).fit(people, sample_weight=w)
    other = Gower(n_steps=3).fit(people.iloc[rows])
    assert_allclose(one.transform(people), other.transform(people), atol=1e-12)


def test_a_field_of_weight_0_does_not_count():
    people = table("gaps")
    without = people.drop(columns="spend")
    one = Gower(field_weights={"spend": 0}).fit(people).distances(people)
    assert_allclose(one, Gower().fit(without).distances(without), atol=1e-12)


# new people, warnings, errors


def test_people_who_share_no_field_have_no_distance():
    people = pd.DataFrame({"a": [1.0, None, 3.0], "b": [None, "x", "y"]})
    found = Gower().fit(people).distances(people)
    assert np.isnan(found[0, 1])
    assert_array_equal(np.isnan(found).sum(), 2)


def test_levels_that_the_fit_has_not_seen_are_missing_and_said_to_be():
    people = table("complete")
    gower = Gower().fit(people)
    new = people.head(2).assign(region="overseas")
    with pytest.warns(SegkitWarning, match="`region` in X hold levels that the fit has not seen"):
        rows = gower.transform(new)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SegkitWarning)
        gaps = gower.transform(people.head(2).assign(region=None))
    assert_allclose(rows, gaps)


def test_a_field_on_which_all_agree_is_said_to_be_one():
    people = table("complete").assign(country="here")
    with pytest.warns(SegkitWarning, match="`country` in X has the same value everywhere"):
        gower = Gower().fit(people)
    six = Gower().fit(table("complete")).distances(table("complete"))
    assert_allclose(gower.distances(people), six * 6 / 7)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"n_steps": 0}, "n_steps=0 was given"),
        ({"kinds": {"age": "ratio"}}, r"kinds\['age'\]='ratio' is not known"),
        ({"kinds": {"agee": "numeric"}}, "kinds names `agee`, which X does not have"),
        ({"kinds": ["age"]}, r"kinds=\['age'\] was given; expected a dict by field"),
        ({"field_weights": {"age": -1}}, r"field_weights\['age'\]=-1 was given"),
        ({"field_weights": dict.fromkeys(DAISY["weights"], 0)}, "field_weights is zero for every"),
    ],
)
def test_options_that_cannot_be_used_are_named(options, words):
    with pytest.raises(SegkitError, match=words):
        Gower(**options).fit(table("complete"))


def test_asking_before_the_fit_and_other_fields_than_those_of_the_fit():
    people = table("complete")
    with pytest.raises(NotFittedError, match="This Gower is not fitted yet"):
        Gower().distances(people)
    gower = Gower().fit(people)
    with pytest.raises(SegkitError, match="Give the items of the fit"):
        gower.transform(people.drop(columns="age"))


@parametrize_with_checks([Gower()])
def test_scikit_learn_accepts_it(estimator, check):
    check(estimator)
