import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

from segkit.exceptions import SegkitError, SegkitWarning
from segkit.factors import invariance

FIVE = {a: [f"{a}{j}" for j in range(1, 6)] for a in "ACENO"}
TWO = {"x": ["x1", "x2", "x3", "x4"], "y": ["x5", "x6", "x7", "x8"]}
STEPS = ["configural", "metric", "scalar", "strict"]
LAVAAN = {"chi2": "chisq", "df": "df", "cfi": "cfi", "tli": "tli", "rmsea": "rmsea",
          "rmsea_low": "rmsea.ci.lower", "rmsea_high": "rmsea.ci.upper",
          "srmr": "srmr"}  # fmt: skip


def made(n, seed, *, shift=None, weaker=None, mean=0.0, ordinal=False):
    """Two groups; in the second an intercept or a loading may differ, and the factors' mean."""
    rng = np.random.default_rng(seed)
    needs = rng.multivariate_normal([0, 0], [[1, 0.4], [0.4, 1]], 2 * n)
    needs[n:] += mean
    loadings = np.full((2 * n, 8), 0.7)
    if weaker is not None:
        loadings[n:, weaker] = 0.35
    X = loadings * np.repeat(needs, 4, axis=1) + np.sqrt(0.51) * rng.normal(size=(2 * n, 8))
    if shift is not None:
        X[n:, shift] += 0.5
    if ordinal:
        X = 1.0 + np.digitize(X, [-1.6, -0.8, 0.3, 1.2])
    return X, np.repeat(["2024", "2025"], n)


@pytest.mark.real_data
def test_every_step_equals_lavaans(bfi, bfi_gender, r_confirmatory):
    got = invariance(bfi, bfi_gender, structure=FIVE, missing="listwise")
    frame = got.frame().set_index("step")
    assert frame.index.tolist() == STEPS
    for step in STEPS:
        expected = r_confirmatory["gender"][step]["fit"]
        for ours, theirs in LAVAAN.items():
            assert_allclose(frame.loc[step, ours], expected[theirs], rtol=1e-5, err_msg=ours)
        scaled = r_confirmatory["gender"][step]["fit_MLM"]
        assert_allclose(frame.loc[step, "scaling"], scaled["chisq.scaling.factor"], rtol=1e-4)
    assert list(got.group_sizes.values()) == pytest.approx(
        r_confirmatory["gender"]["scalar"]["group_n"]
    )
    assert_allclose(np.diff(frame["cfi"]), frame["delta_cfi"].iloc[1:], atol=1e-12)


@pytest.mark.real_data
def test_three_groups_equal_lavaans(bfi, data_folder, r_confirmatory):
    age = pd.read_csv(data_folder / "bfi" / "bfi.csv.gz")["age"]
    band = np.where(age < 22, "a", np.where(age < 35, "b", "c"))
    frame = invariance(bfi, band, structure=FIVE, missing="listwise").frame().set_index("step")
    for step in STEPS:
        expected = r_confirmatory["age_bands"][step]["fit"]
        for ours, theirs in LAVAAN.items():
            assert_allclose(frame.loc[step, ours], expected[theirs], rtol=1e-5, err_msg=ours)


def test_what_is_shared_holds_and_means_are_found():
    X, wave = made(1_000, 0, mean=0.5)
    got = invariance(X, wave, structure=TWO)
    assert got.verdict == got.partial_verdict == "strict"
    assert len(got.partial) == 0
    assert not any(got.items["breaks"])
    second = got.factor_means.query("group == '2025'")
    assert ((second["low"] < 0.5) & (second["high"] > 0.5)).all()
    assert_allclose(second["sd"], 1, atol=0.12)
    assert (got.congruence["congruence"] > 0.98).all()
    assert "means of scores, and of sums of items, may be compared" in got.summary()


@pytest.mark.parametrize(("change", "step"), [("shift", "scalar"), ("weaker", "metric")])
def test_an_item_that_changed_is_named(change, step):
    X, wave = made(1_000, 1, **{change: 5})
    got = invariance(X, wave, structure=TWO)
    differing = got.items.query("breaks")
    assert differing["step"].tolist()[0] == step
    assert set(differing["item"]) == {"x6"}
    assert set(differing["group"]) == {"2025"}
    assert got.verdict == STEPS[STEPS.index(step) - 1]
    last = got.partial.iloc[-1]
    assert (last["freed"], last["holds"]) == ("`x6`", True)
    assert got.partial_verdict == "scalar"
    assert "With `x6` freed the scalar step holds." in got.summary()


def test_a_structure_is_derived_where_none_is_given():
    X, wave = made(600, 2)
    got = invariance(X, wave, n_factors=2)
    assert sorted(got.structure.values()) == sorted(TWO.values())
    assert not got.structure_is_given
    assert "which flatters it" in got.summary()
    assert_allclose(got.frame()["chi2"], invariance(X, wave, structure=TWO).frame()["chi2"])


def test_whole_weights_equal_repeated_rows():
    X, wave = made(300, 3)
    # alike in both groups: the groups then weigh as much as each other in both analyses
    w = np.tile(np.random.default_rng(0).integers(0, 4, 300), 2).astype(float)
    rows = np.repeat(np.arange(600), w.astype(int))
    weighted = invariance(X, wave, structure=TWO, sample_weight=w)
    repeated = invariance(X[rows], wave[rows], structure=TWO)
    assert_allclose(weighted.frame()["srmr"], repeated.frame()["srmr"], rtol=1e-5)
    for name in ("mean", "sd"):
        left, right = weighted.factor_means[name], repeated.factor_means[name]
        assert_allclose(left, right, atol=1e-5)
    assert_allclose(weighted.congruence["congruence"], repeated.congruence["congruence"])
    doubled = invariance(X, wave, structure=TWO, sample_weight=2 * w)
    for name in ("chi2", "cfi", "difference_p"):
        assert_allclose(doubled.frame()[name], weighted.frame()[name], rtol=1e-6)


def test_the_order_of_rows_and_items_does_not_matter():
    X, wave = made(300, 4, shift=2)
    frame = pd.DataFrame(X, columns=[f"x{j}" for j in range(1, 9)])
    rng = np.random.default_rng(0)
    rows, items = rng.permutation(600), rng.permutation(8)
    plain = invariance(frame, wave, structure=TWO)
    moved = invariance(frame.iloc[rows, items], wave[rows], structure=TWO)
    assert_allclose(moved.frame()["chi2"], plain.frame()["chi2"], rtol=1e-7)
    key = ["step", "item"]
    left, right = (r.items.set_index(key).sort_index() for r in (plain, moved))
    assert_allclose(right["chi2"], left["chi2"], rtol=1e-4, atol=1e-6)
    assert moved.partial["freed"].tolist() == plain.partial["freed"].tolist()


def test_frames_go_out_as_they_came_in(frame_kind):
    X, wave = made(200, 5, shift=0)
    table = frame_kind.make({f"x{j + 1}": X[:, j].tolist() for j in range(8)})
    got = invariance(table, wave.tolist(), structure=TWO)
    for frame in (got.frame(), got.items, got.partial, got.factor_means, got.congruence):
        assert type(frame).__module__.startswith(frame_kind.name)
    plain = invariance(X, wave, structure=TWO).frame()
    assert_allclose(got.frame()["chi2"].to_list(), plain["chi2"].to_list())
    assert got.summary()


def test_the_first_group_in_order_is_the_reference():
    X, wave = made(500, 6, mean=0.5)
    means = invariance(X, wave, structure=TWO).factor_means
    assert (means.query("group == '2024'")["mean"] == 0).all()
    turned = invariance(X, np.where(wave == "2024", "b", "a"), structure=TWO).factor_means
    assert (turned.query("group == 'b'")["mean"] < -0.3).all()


def test_too_few_items_for_an_exploratory_analysis_leave_congruence_empty():
    X, wave = made(500, 7)
    got = invariance(X[:, [0, 1, 4, 5]], wave, structure={"x": ["x1", "x2"], "y": ["x3", "x4"]})
    assert len(got.congruence) == 0
    assert got.verdict in STEPS


def people_twice(n, seed):
    """The same people in two waves, whose needs and residuals go together."""
    rng = np.random.default_rng(seed)
    root = np.linalg.cholesky(np.array([[1.0, 0.8], [0.8, 1.0]]))
    needs = np.einsum("ab,nbk->nak", root, rng.normal(size=(n, 2, 2)))
    own = np.einsum("ab,nbk->nak", root, rng.normal(size=(n, 2, 8)))
    X = 0.7 * np.repeat(needs, 4, axis=2) + np.sqrt(0.51) * own
    return np.vstack([X[:, 0], X[:, 1]]), np.repeat([1, 2], n), np.tile(np.arange(n), 2)


def test_people_who_come_back_make_differences_more_certain():
    X, wave, person = people_twice(400, 8)
    apart, known = (
        invariance(X, wave, structure=TWO),
        invariance(X, wave, structure=TWO, ids=person),
    )
    assert_allclose(known.frame()["chi2"], apart.frame()["chi2"])
    errors = [r.factor_means.query("group == '2'")["se"].to_numpy() for r in (apart, known)]
    assert (errors[1] < 0.7 * errors[0]).all()
    assert "known by their ids" in known.summary()
    assert "taken as different people" in apart.summary()


def rejections(n_runs, make, **settings):
    """How often the metric and the scalar difference test reject at 5 %, and any item breaks."""
    counts = np.zeros(3, dtype=int)
    for seed in range(n_runs):
        X, groups, more = make(seed)
        got = invariance(X, groups, structure=TWO, **settings, **more)
        p = got.frame()["difference_p"]
        scalar = got.items[got.items["step"] == "scalar"]
        counts += np.array([p[1] < 0.05, p[2] < 0.05, scalar["breaks"].any()])
    return counts


def ordinal_groups(seed):
    X, wave = made(500, 10_000 + seed, ordinal=True, mean=0.0)
    return X, wave, {}


def test_the_difference_tests_hold_their_level_in_few_runs(simulated):
    names = ("metric step refused", "scalar step refused", "an item breaks it")
    for name, count in zip(names, rejections(25, ordinal_groups), strict=True):
        simulated(name, count, 25, 0.05, at_most=True)


@pytest.mark.slow
def test_the_difference_tests_hold_their_level(simulated):
    metric, scalar, breaks = rejections(400, ordinal_groups)
    simulated("metric step refused", metric, 400, 0.05)
    simulated("scalar step refused", scalar, 400, 0.05)
    simulated("an item breaks it", breaks, 400, 0.05, at_most=True)  # Holm's promise


@pytest.mark.slow
def test_the_difference_tests_hold_their_level_with_people_who_come_back(simulated):
    def make(seed):
        X, wave, person = people_twice(500, 20_000 + seed)
        return X, wave, {"ids": person}

    metric, scalar, _ = rejections(400, make)
    simulated("metric step refused", metric, 400, 0.05)
    simulated("scalar step refused", scalar, 400, 0.05)


@pytest.mark.slow
def test_a_changed_item_is_found_by_name_nearly_always():
    found = 0
    for seed in range(100):
        X, wave = made(400, 30_000 + seed, shift=5)
        items = invariance(X, wave, structure=TWO).items
        named = set(items[items["breaks"] & (items["step"] == "scalar")]["item"])
        found += "x6" in named
    assert found >= 98


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({}, r"Neither n_factors nor structure was given"),
        (
            {"structure": TWO, "n_factors": 3},
            r"n_factors=3 was given with a structure of 2",
        ),
        ({"n_factors": 0}, r"n_factors=0 was given; expected a whole number at least 1"),
        ({"n_factors": 5}, r"n_factors=5 was asked of 8 items"),
        ({"structure": {"x": ["x1", "x2"]}}, r"belong to no factor of the structure"),
        ({"structure": TWO, "missing": "em"}, r"missing='em' is not known"),
    ],
)
def test_settings_are_checked(settings, message):
    with pytest.raises(SegkitError, match=message):
        invariance(*made(100, 0), **settings)


def test_a_structure_without_one_solution_is_refused():
    X, wave = made(200, 0)
    with pytest.raises(SegkitError, match=r"do not determine the loadings of this structure"):
        invariance(X[:, :2], wave, structure={"x": ["x1", "x2"]})


def test_small_groups_are_warned_of_and_said():
    X, wave = made(60, 9)
    with pytest.warns(SegkitWarning, match=r"Few respondents .* in `2024 \(60\)`, `2025 \(60\)`"):
        got = invariance(X, wave, structure=TWO)
    assert "Few respondents" in got.summary()


def test_the_plots_are_the_tables():
    X, wave = made(500, 10, shift=1)
    got = invariance(X, wave, structure=TWO)
    drawn = got.plot().collections[1].get_offsets()[:, 0]
    assert_allclose(drawn, got.frame()["delta_cfi"].iloc[1:])
    ax = got.plot_items()
    drawn = [t.xy[0] for t in ax.texts]
    named = got.items[got.items["breaks"] & (got.items["step"] != "strict")]
    assert_allclose(drawn, named["difference"])
    assert "x2" in ax.get_title(loc="left")
