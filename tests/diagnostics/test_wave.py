import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose
from sklearn.cluster import AgglomerativeClustering, KMeans
from sklearn.mixture import GaussianMixture
from sklearn.pipeline import make_pipeline

from segkit import datasets
from segkit.diagnostics import WaveComparison
from segkit.diagnostics.wave import wave
from segkit.exceptions import SegkitError, SegkitWarning
from segkit.factors import FactorModel
from segkit.segments import LatentClass, match

IMPORTANCE = [f"imp_{j:02d}" for j in range(1, 25)]
KINDS = {"mix": ("size",), "profile": ("profile",), "fields": (), None: ()}


def chain(n_segments=4):
    """What a study does: factors, then k-means on their scores."""
    return make_pipeline(FactorModel(5), KMeans(n_segments, n_init=10, random_state=0))


def made_waves(seed, drift, n):
    made = datasets.make_payments_study(n, 20 * n, random_state=seed)
    return made, made.next_wave(drift=drift)


def compared(old, new, model=None, **given):
    a, b = old.answers, new.answers
    return wave(
        model or chain(),
        a[IMPORTANCE],
        b[IMPORTANCE],
        ids=(a["respondent"], b["respondent"]),
        sample_weight=(a["weight"], b["weight"]),
        **given,
    )


def needs_of(model):
    """Name each factor by the need that its items belong to: the items stand need by need."""
    loadings = np.abs(model.loadings_.drop(columns="item").to_numpy())
    blocks = np.repeat(np.arange(5), [5, 5, 5, 5, 4])
    return [int(np.bincount(blocks, weights=column).argmax()) for column in loadings.T]


def right_segments(found, old):
    """Whether the segments whose profile changed are the two largest of the made world."""
    model = chain().fit(old.answers[IMPORTANCE], **{
        f"{step}__sample_weight": old.answers["weight"] for step in ("factormodel", "kmeans")
    })  # fmt: skip
    table = found.frame()
    named = set(table.loc[table["changed"] & (table["kind"] == "profile"), "segment"])
    labels = model.predict(old.answers[IMPORTANCE])
    weights = old.answers["weight"].to_numpy()
    sizes = np.argsort(np.argsort(-np.bincount(labels, weights=weights)))
    mapping = match(sizes[labels], old.truth.respondents).mapping
    return {mapping[int(s)] for s in named} == {0, 1}


@pytest.mark.parametrize("drift", KINDS)
def test_drifts_of_the_made_world_are_told_apart(drift):
    for seed in (0, 1):
        old, new = made_waves(seed, drift, 2000)
        found = compared(old, new, n_boot=40)
        assert found.changed_kinds == KINDS[drift]
        assert found.interpretable
        if drift == "profile":
            assert right_segments(found, old)


@pytest.mark.slow
@pytest.mark.parametrize("drift", KINDS)
def test_drifts_are_told_apart_in_nine_of_ten_worlds(drift):
    right = 0
    for seed in range(10):
        old, new = made_waves(seed, drift, 3000)
        found = compared(old, new)
        right += found.changed_kinds == KINDS[drift] and (
            drift != "profile" or right_segments(found, old)
        )
    assert right >= 9


def test_fields_are_told_from_the_survey():
    old, new = made_waves(0, "fields", 1500)
    found = compared(old, new, fields=(old.fields, new.fields), n_boot=20)
    assert found.changed_kinds == ("fields",)
    table = found.frame().query("kind == 'fields' and changed")
    assert "payment_method" in set(table["item"])
    assert found.drift.verdict == "recalibrate"


def test_an_item_that_moved_by_itself_is_measurement():
    old, new = made_waves(0, None, 2000)
    shifted = new.answers.copy()
    draw = np.random.default_rng(0).random(len(shifted)) < 0.5
    shifted["imp_07"] = np.minimum(shifted["imp_07"] + draw, 5)
    found = wave(
        chain(), old.answers[IMPORTANCE], shifted[IMPORTANCE], n_boot=20,
        ids=(old.answers["respondent"], shifted["respondent"]),
    )  # fmt: skip
    assert found.changed_kinds == ("measurement",)
    assert not found.interpretable
    table = found.frame().query("changed and kind == 'measurement'")
    assert table["item"].tolist() == ["imp_07"]
    told = found.summary()
    assert told.index("not interpretable") < told.index("Sizes by the old model")
    assert "`imp_07` +0." in told


def test_a_factor_whose_loadings_were_scrambled_is_measurement():
    old, new = made_waves(0, None, 2000)
    scrambled, rng = new.answers[IMPORTANCE].copy(), np.random.default_rng(0)
    for item in IMPORTANCE[:5]:
        scrambled[item] = rng.permutation(scrambled[item])
    found = wave(chain(), old.answers[IMPORTANCE], scrambled, n_boot=40)
    assert found.changed_kinds == ("measurement",)
    table = found.frame().query("what == 'loadings' and changed")
    model = FactorModel(5).fit(old.answers[IMPORTANCE])
    lost = [f"factor_{j + 1}" for j, need in enumerate(needs_of(model)) if need == 0]
    assert set(lost) <= set(table["item"])


SIZES = [150, 100, 50]


def small(three_segments, seed=0, sizes=SIZES):
    return three_segments.make(SIZES, seed), three_segments.make(sizes, seed + 100)


def numbers(found):
    table = found.frame()
    return table[["before", "after", "change", "low", "high", "p"]].to_numpy(dtype=float)


def test_the_table_holds_all_that_was_promised(three_segments):
    found = wave(KMeans(3, n_init=3), *small(three_segments), n_boot=20)
    assert isinstance(found, WaveComparison)
    table = found.frame()
    assert {"segment", "kind", "before", "after", "low", "high", "p_adjusted", "n"} <= set(table)
    assert set(table["kind"]) == {"size", "profile"}
    size = table[(table["kind"] == "size") & (table["what"] == "old model")]
    assert size["segment"].tolist() == ["0", "1", "2"]
    assert_allclose(size[["before", "after"]].sum(), 1.0)
    assert_allclose(size["change"], size["after"] - size["before"])
    assert (size["low"] <= size["change"]).all()


def test_pandas_and_polars_agree(three_segments, frame_kind):
    old, new = (dict(zip("abc", x.T, strict=True)) for x in small(three_segments))
    found = wave(
        KMeans(3, n_init=3), frame_kind.make(old), frame_kind.make(new), n_boot=20, n_factors=0
    )
    plain = wave(KMeans(3, n_init=3), *small(three_segments), n_boot=20, n_factors=0)
    table = found.frame()
    assert type(table) is type(frame_kind.make(old))
    columns = ("before", "after", "change", "low", "high")
    got = np.column_stack([table[c].to_numpy() for c in columns])
    assert_allclose(got, numbers(plain)[:, :5], rtol=1e-9)


NEEDS_FIRST = make_pipeline(FactorModel(2, "pearson"), KMeans(2, n_init=3))


@pytest.mark.parametrize("model", [KMeans(3, n_init=3), NEEDS_FIRST])
def test_the_order_of_the_rows_changes_nothing(factor_waves, model):
    old, new = factor_waves
    rng, ids = np.random.default_rng(0), (np.arange(300), np.arange(100, 400))
    a, b = rng.permutation(300), rng.permutation(300)
    plain = wave(model, old, new, ids=ids, n_boot=20)
    moved = wave(model, old[a], new[b], ids=(ids[0][a], ids[1][b]), n_boot=20)
    assert_allclose(numbers(plain), numbers(moved), rtol=1e-6, atol=1e-8)


def test_whole_number_weights_are_repeated_rows(three_segments):
    old, new = small(three_segments)
    w = tuple(np.random.default_rng(s).integers(1, 4, 300) for s in (0, 1))
    weighted = wave(KMeans(3, n_init=3), old, new, sample_weight=w, n_boot=20)
    repeated = wave(
        KMeans(3, n_init=3), np.repeat(old, w[0], axis=0), np.repeat(new, w[1], axis=0), n_boot=20
    )
    assert_allclose(numbers(weighted)[:, :3], numbers(repeated)[:, :3], atol=1e-9)
    scaled = wave(KMeans(3, n_init=3), old, new, sample_weight=(w[0] * 5, w[1] / 7), n_boot=20)
    assert_allclose(numbers(weighted), numbers(scaled), atol=1e-6)


def test_other_numbers_of_the_segments_are_other_names_only(three_segments):
    old, new = small(three_segments)
    model = KMeans(3, n_init=3, random_state=0).fit(old)
    turned = KMeans(3, n_init=1, init=model.cluster_centers_[::-1]).fit(old)
    plain, other = (wave(m, old, new, n_boot=20).frame() for m in (model, turned))
    other["segment"] = other["segment"].map({"0": "2", "1": "1", "2": "0"})
    keys = ["segment", "kind", "what", "item"]
    both = plain.merge(other, on=keys, suffixes=("", "_other"))
    assert len(both) == len(plain)
    assert_allclose(both["change"], both["change_other"], atol=1e-9)


def test_the_same_wave_twice_changes_nothing(three_segments):
    old = three_segments.make(SIZES, 0)
    found = wave(KMeans(3, n_init=3), old, old, ids=(range(300), range(300)), n_boot=20)
    assert found.changed_kinds == ()
    assert_allclose(found.frame()["change"], 0, atol=1e-12)
    assert found.n_panel == 300
    assert found.matching.agreement == 1.0


def test_a_panel_of_nobody_is_two_samples(three_segments):
    old, new = small(three_segments)
    known = wave(KMeans(3, n_init=3), old, new, ids=(range(300), range(300, 600)), n_boot=20)
    unknown = wave(KMeans(3, n_init=3), old, new, n_boot=20)
    assert known.n_panel == 0
    assert_allclose(numbers(known), numbers(unknown))


def test_a_panel_of_everybody_has_narrower_intervals(three_segments):
    old, new = three_segments.panel(500, 0)
    ids = (np.arange(500), np.arange(500))
    paired, separate = (
        wave(KMeans(3, n_init=3), old, new, ids=i, n_boot=30).frame() for i in (ids, None)
    )
    width = [(t["high"] - t["low"])[t["what"] == "old model"] for t in (paired, separate)]
    assert (width[0] < 0.75 * width[1]).all()


@pytest.mark.parametrize(
    "model", [KMeans(1), GaussianMixture(3), AgglomerativeClustering(3), KMeans(3, n_init=2)]
)
def test_any_model_will_do(three_segments, model):
    found = wave(model, *small(three_segments), n_boot=20)
    assert found.changed_kinds == ()
    assert len(found.frame().query("kind == 'profile'")) == 3 * len(found.segments)
    assert "Nothing changed" in found.summary()


def test_segments_that_merged_and_emerged_are_told(three_segments):
    old = three_segments.make(SIZES, 0, 2 * three_segments.centres)
    new_centres = 2 * three_segments.centres.copy()
    new_centres[1] = new_centres[0]
    new_centres[2] = [9.0, 9.0, 0.0]
    new = three_segments.make(SIZES, 1, np.vstack([new_centres, [[0, 0, 30.0]]])[[0, 1, 3]])
    relations = wave(KMeans(3, n_init=5), old, new, n_boot=20).matching.frame()
    assert set(relations["relation"]) != {"same"}


def test_weights_for_a_model_that_takes_none_are_warned_of(three_segments):
    old, new = small(three_segments)
    w = (np.ones(300), np.ones(300))
    with pytest.warns(SegkitWarning, match="AgglomerativeClustering takes no sample_weight"):
        wave(AgglomerativeClustering(3), old, new, sample_weight=w, n_boot=20)


def test_without_samples_segments_are_held_fixed(three_segments):
    found = wave(KMeans(3, n_init=3), *small(three_segments), n_boot=0)
    assert "segments held fixed" in found.summary()
    assert np.isfinite(numbers(found)).all()


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"n_boot": 5}, "n_boot=5 was given; expected at least 20 samples, or 0"),
        ({"alpha": 2}, "alpha=2 was given"),
        ({"fields": "age"}, "fields is a str; expected a pair of frames"),
        (
            {"fields": (pd.DataFrame({"a": [1]}), pd.DataFrame({"a": [1]}))},
            "the old fields has 1 rows but X_old has 300",
        ),
        ({"n_factors": -1}, "n_factors=-1 was given"),
    ],
)
def test_settings_that_make_no_sense_are_named(three_segments, given, says):
    with pytest.raises(SegkitError, match=says):
        wave(KMeans(3, n_init=3), *small(three_segments), **given)


@pytest.fixture(scope="module")
def factor_waves():
    rng = np.random.default_rng(0)

    def make():
        kind = rng.integers(0, 2, 300)
        factors = rng.normal(size=(300, 2)) + np.array([[2.0, 0.0], [0.0, 2.0]])[kind]
        latent = np.repeat(factors, 4, axis=1) + rng.normal(size=(300, 8))
        return np.clip(np.round(2 + latent), 1, 5)

    return make(), make()


def alarms(three_segments, runs, *, paired, n=240, n_boot=30):
    """How many comparisons without any change find one, by kind."""
    found = dict.fromkeys(("size", "profile"), 0)
    for seed in range(runs):
        if paired:
            old, new = three_segments.panel(n, seed)
            ids = (np.arange(n), np.arange(n))
        else:
            sizes = (
                np.random.default_rng([seed, s]).multinomial(n, [0.5, 0.3, 0.2]) for s in (0, 1)
            )
            old, new = (three_segments.make(size, [seed, 2 + s]) for s, size in enumerate(sizes))
            ids = None
        table = wave(KMeans(3, n_init=3), old, new, ids=ids, n_boot=n_boot, n_factors=0).frame()
        for kind in found:
            p = table["p_adjusted"][(table["kind"] == kind) & (table["what"] != "refitted")]
            if kind == "profile":
                p = table["p_adjusted"][table["kind"] == kind]
            found[kind] += bool((p <= 0.05).any())
    return found


@pytest.mark.parametrize("paired", [True, False])
def test_without_change_alarms_are_rare(three_segments, paired):
    found = alarms(three_segments, 20, paired=paired)
    assert max(found.values()) <= 4


@pytest.mark.slow
@pytest.mark.parametrize("paired", [True, False])
def test_false_alarms_keep_their_level_within_each_kind(three_segments, simulated, paired):
    found = alarms(three_segments, 400, paired=paired, n_boot=60)
    for kind, hits in found.items():
        simulated(
            f"wave without change, any {kind} line beyond chance, paired={paired}",
            hits, 400, 0.05, n_checks=4, at_most=True,
        )  # fmt: skip


@pytest.mark.parametrize(
    ("n_runs", "n_boot"),
    [(40, 25), pytest.param(400, 60, marks=pytest.mark.slow)],
    ids=["some", "many"],
)
def test_intervals_hold_the_changes_of_the_population(three_segments, simulated, n_runs, n_boot):
    old, shares = 2 * three_segments.centres, np.array([0.55, 0.30, 0.15])
    new, later = (
        old + np.array([[0, 0, 0], [0, 0, 0.6], [0, -0.4, 0]]),
        np.array([0.45, 0.33, 0.22]),
    )
    sd = np.sqrt(1 + shares @ np.square(old - shares @ old))
    truth = np.concatenate([np.repeat(later - shares, 2), ((new - old) / sd).ravel()])
    hits = np.zeros(truth.size)
    for seed in range(n_runs):
        rng = np.random.default_rng(seed)
        waves = (
            three_segments.make(rng.multinomial(400, p), [seed, s], centres)
            for s, (p, centres) in enumerate(((shares, old), (later, new)))
        )
        table = wave(KMeans(3, n_init=3), *waves, n_boot=n_boot, n_factors=0).frame()
        hits += (table["low"] <= truth) & (truth <= table["high"])
    for line, found in zip(table.itertuples(), hits, strict=True):
        what = f"interval of segment {line.segment}, {line.kind} {line.item or line.what}"
        simulated(what, found, n_runs, 0.95, n_checks=truth.size)


@pytest.fixture(scope="module")
def payments():
    """The respondents of 2017 and 2018 who rated at least half of the methods."""
    answers = datasets.fetch_payment_choice().tables["answers"]
    items = [c for c in answers.columns if c.startswith("assess_")]
    kept = answers[(answers[items].notna().mean(axis=1) > 0.5) & (answers["weight"] > 0)]
    return items, *(kept[kept["wave"] == year] for year in (2017, 2018))


@pytest.mark.real_data
def test_payments_of_two_years_with_a_panel(data_folder, payments):
    items, old, new = payments
    model = make_pipeline(FactorModel(5, "pearson"), KMeans(4, n_init=10, random_state=0))
    weights = old["weight"], new["weight"]
    ids = old["person"], new["person"]
    paired, separate = (
        wave(model, old[items], new[items], ids=i, sample_weight=weights, n_boot=20)
        for i in (ids, None)
    )
    assert (paired.n_old, paired.n_new, paired.n_panel) == (2493, 2573, 1881)
    assert paired.changed_kinds == ()
    assert set(paired.matching.frame()["relation"]) == {"same"}
    tables = [f.frame().query("kind == 'size' and what == 'old model'") for f in (paired, separate)]
    width = [(t["high"] - t["low"]).to_numpy() for t in tables]
    assert (width[0] < width[1]).all()
    assert width[0].mean() < 0.9 * width[1].mean()


CLEAN = ["Q7ART", "Q7FOOD", "Q7STORE", "Q7SIGN", "Q7WALKWAYS", "Q7SCREENS", "Q9BOARDING",
         "Q9FOOD", "Q9RESTROOM", "Q13GETRATE", "Q14FIND", "Q14PASSTHRU", "Q10SAFE"]  # fmt: skip


@pytest.mark.real_data
def test_airport_of_three_years(data_folder):
    answers = datasets.fetch_airport_survey().tables["answers"]
    kept = answers[answers[CLEAN].notna().mean(axis=1) > 0.6]
    years = {year: kept[kept["wave"] == year] for year in (2015, 2016, 2017)}
    model = make_pipeline(FactorModel(3), KMeans(3, n_init=10, random_state=0))

    def between(first, last):
        old, new = years[first], years[last]
        return wave(
            model, old[CLEAN], new[CLEAN], sample_weight=(old["WEIGHT"], new["WEIGHT"]), n_boot=20
        )

    assert between(2015, 2016).changed_kinds == ()
    later = between(2015, 2017)
    assert later.changed_kinds == ("measurement",)
    assert later.frame().query("changed and what == 'intercept'")["item"].tolist() == ["Q9RESTROOM"]


@pytest.mark.real_data
def test_traps_of_real_waves_are_named(data_folder):
    answers = datasets.fetch_airport_survey().tables["answers"]
    old, new = (answers.loc[answers["wave"] == year, CLEAN] for year in (2015, 2017))
    worded = new.assign(Q7ART=new["Q7ART"].map({1.0: "unacceptable", 5.0: "outstanding"}))
    with pytest.raises(SegkitError, match="`Q7ART` in X_new holds"):
        wave(KMeans(3), old, worded)
    with pytest.raises(SegkitError, match="X_new lacks `Q7ART`; X_new has `Q7_ART`"):
        wave(KMeans(3), old, new.rename(columns={"Q7ART": "Q7_ART"}))
    never_used = new.assign(Q7FOOD=new["Q7FOOD"].fillna(6))
    with pytest.raises(SegkitError, match="`Q7FOOD` runs from 1 to 5 in X_old and from 1 to 6"):
        wave(KMeans(3), old, never_used)


@pytest.mark.slow
@pytest.mark.parametrize("drift", KINDS)
def test_latent_classes_tell_drifts_apart_too(drift):
    model = make_pipeline(FactorModel(5), LatentClass(4, "gaussian", n_init=20))
    found = [compared(*made_waves(seed, drift, 3000), model).changed_kinds for seed in range(5)]
    assert sum(kinds == KINDS[drift] for kinds in found) >= 4
