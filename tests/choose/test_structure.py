import numpy as np
import pandas as pd
import pytest
from sklearn.cluster import AgglomerativeClustering, KMeans

from segkit import choose, datasets, factors, segments, survey
from segkit.exceptions import SegkitError

FAST = {"n_null": 19, "n_init": 2, "n_splits": 2, "max_null": 79}


def verdicts(world_of, name, n_runs, n=200, n_segments=4):
    # one round: that further rounds keep the level is exact (`test_settling`)
    once = {**FAST, "max_null": 19}
    return [
        choose.structure(
            KMeans(n_segments), world_of(name, n, seed), random_state=seed, **once
        ).verdict
        for seed in range(n_runs)
    ]


@pytest.mark.parametrize("name", ["one factor", "five factors", "uniform"])
def test_worlds_without_segments_are_a_construction(name, world_of, simulated):
    found = verdicts(world_of, name, 40)
    beyond = sum(v != "constructive" for v in found)
    simulated(f"natural or reproducible, {name}", beyond, 40, 0.05, at_most=True)


@pytest.mark.slow
@pytest.mark.parametrize("n_segments", [3, 4])
@pytest.mark.parametrize("name", ["one factor", "five factors", "uniform"])
def test_worlds_without_segments_are_a_construction_in_400_runs(
    name, n_segments, world_of, simulated
):
    found = verdicts(world_of, name, 400, n_segments=n_segments)
    beyond = sum(v != "constructive" for v in found)
    what = f"natural or reproducible, {name}, {n_segments} segments"
    simulated(what, beyond, 400, 0.05, at_most=True)


def test_segments_four_deviations_apart_are_natural(world_of):
    assert verdicts(world_of, "four segments", 3) == ["natural"] * 3


@pytest.mark.slow
def test_segments_four_deviations_apart_are_natural_in_four_of_five(world_of):
    found = verdicts(world_of, "four segments", 100)
    assert found.count("natural") >= 80


def test_the_table_the_worlds_and_the_paragraph(world_of):
    found = choose.structure(KMeans(4), world_of("four segments", 300, 0), **FAST)
    table = found.frame()
    assert table.columns.tolist()[:5] == ["statistic", "observed", "null_median", "null_95", "p"]
    assert (table["observed"] > table["null_95"]).all()
    assert (table["p_low"] <= table["p"]).all()
    assert (table["p_high"] < 0.05).all()
    assert not found.borderline
    assert table["n_null"].tolist() == [79, 79]
    worlds = found.worlds()
    assert len(worlds) == 160
    assert worlds.query("world > 0 and statistic == 'stability'")["value"].median() == (
        pytest.approx(table["null_median"][0])
    )
    assert found.summary().startswith("Natural: these segments come back more surely, and lie")
    assert "polychoric correlations" in found.summary()
    title = found.plot().get_title(loc="left")
    assert title == "More stable and more separated than worlds without segments: natural"


def test_drawing_stops_when_the_outcome_is_certain(world_of):
    found = choose.structure(KMeans(4), world_of("one factor", 200, 0), n_null=99, n_init=1)
    assert found.verdict == "constructive"
    assert not found.borderline
    assert found.null["stability"].size < 99
    assert found.summary().startswith("Constructive: segments here are a construction.")


def test_a_verdict_that_more_worlds_could_turn_is_called_borderline(world_of):
    X = world_of("four segments", 200, 0)
    found = choose.structure(KMeans(4), X, n_null=19, n_init=1, max_null=19)
    assert (found.verdict, found.borderline) == ("natural", True)
    assert "borderline: after 19 worlds the p value of stability may lie on" in found.summary()
    assert "p = 0.050, Monte-Carlo interval 0.000 to 0.176" in found.summary()
    assert found.plot().get_title(loc="left").endswith("natural, but borderline")


@pytest.mark.slow
@pytest.mark.real_data
def test_the_verdict_on_the_needs_of_payers_does_not_hang_on_the_seed(data_folder):
    needs, w = needs_of_payers()
    model = KMeans(4, random_state=0)
    found = [choose.structure(model, needs, sample_weight=w, random_state=s) for s in range(5)]
    assert len({one.verdict for one in found}) == 1 or all(one.borderline for one in found)


def needs_of_payers():
    """Four factor scores of relative ratings of eight ways to pay, as in the notebook."""
    study = datasets.fetch_payment_choice(wave=2017)
    book = study.codebook
    items = book.names(role="item")
    clean = book.clean(study.answers)
    good = ~survey.response_quality(clean, book, cleaned=True).flags
    good &= (clean["weight"] > 0).to_numpy() & clean[items].notna().all(axis=1).to_numpy()
    people = clean[good].reset_index(drop=True)
    w = people["weight"].to_numpy()
    relative = survey.relative_ratings(people, book, cleaned=True)
    model = factors.FactorModel(n_factors=4, correlation="pearson", random_state=0)
    return model.fit(relative, sample_weight=w).transform(relative), w


def test_neither_order_of_rows_nor_kind_of_frame_matter(world_of, frame_kind):
    X = world_of("four segments", 200, 1)
    turned = np.random.default_rng(0).permutation(200)
    one = choose.structure(KMeans(4), X, **FAST)
    two = choose.structure(KMeans(4), X[turned], **FAST)
    names = [f"x{j}" for j in range(1, 13)]
    framed = frame_kind.make(dict(zip(names, X.T, strict=True)))
    three = choose.structure(KMeans(4), framed, **FAST)
    assert one.observed == two.observed == three.observed
    assert (one.null["separation"] == two.null["separation"]).all()
    assert (one.null["separation"] == three.null["separation"]).all()
    assert type(three.frame()) is type(framed)


def test_weights_are_used_and_their_unit_is_free(world_of):
    X = world_of("four segments", 200, 1)
    w = np.where(np.arange(200) < 20, 0.0, 1.0 + np.arange(200) % 2)
    model = segments.LatentClass(4, items="gaussian")
    one, two = (choose.structure(model, X, sample_weight=c * w, **FAST) for c in (1, 5))
    assert one.observed == pytest.approx(two.observed)
    assert one.n_respondents == 180
    dropped = choose.structure(model, X[20:], sample_weight=w[20:], **FAST)
    assert dropped.observed == pytest.approx(one.observed)


def test_gaps_and_models_that_place_nobody(world_of):
    X = world_of("four segments", 200, 2)
    gaps = np.where(np.random.default_rng(0).random(X.shape) < 0.05, np.nan, X)
    model = segments.LatentClass(items="gaussian")
    assert choose.structure(model, gaps, n_segments=4, **FAST).n_segments == 4
    assert choose.structure(AgglomerativeClustering(4), X, **FAST).verdict in (
        "natural",
        "reproducible",
    )


@pytest.mark.real_data
def test_mcdonalds_cut_into_four_is_a_construction(data_folder):
    raw = pd.read_csv(data_folder / "mcdonalds" / "mcdonalds.csv").iloc[:, :11]
    found = choose.structure(KMeans(4), raw.eq("Yes").astype(float), n_null=39)
    assert found.verdict == "constructive"


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"n_null": 9}, "n_null=9"),
        ({"n_splits": 0}, "n_splits=0"),
        ({"n_null": 39, "max_null": 19}, "max_null=19"),
        ({"model": KMeans}, "model is <class"),
        ({"n_segments": 1}, "n_segments=1"),
        ({"X": np.ones((20, 2))}, "same answer everywhere"),
    ],
)
def test_bad_input_is_refused(changes, text):
    given = {"model": KMeans(3), "X": np.random.default_rng(0).normal(size=(50, 3))} | changes
    with pytest.raises(SegkitError, match=text):
        choose.structure(**given)
