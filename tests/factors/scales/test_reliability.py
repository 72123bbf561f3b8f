import warnings

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose
from pandas.testing import assert_frame_equal

from segkit.exceptions import SegkitError, SegkitWarning
from segkit.factors import Reliability, reliability

SCALES = {
    name: [f"imp_0{j}" for j in part]
    for name, part in zip("abc", ([1, 2, 3], [4, 5, 6], [7, 8, 9]), strict=True)
}
NUMBERS = ["alpha", "alpha_standardised", "lambda6", "omega_total", "omega_hierarchical"]


def assert_same(one, other, **tolerance):
    for ours, theirs in (
        (one.frame(), other.frame()),
        (one.alpha_if_dropped, other.alpha_if_dropped),
    ):
        assert_frame_equal(ours, theirs, check_dtype=False, **tolerance)


@pytest.mark.real_data
@pytest.mark.parametrize("rows", ["complete", "pairwise"])
def test_alpha_of_bfi_is_that_of_r(bfi, r_reliability, rows):
    answers = bfi.dropna() if rows == "complete" else bfi
    found = reliability(answers, r_reliability["keys"], interval="feldt")
    frame, figures = found.frame().set_index("scale"), r_reliability[rows]
    dropped = found.alpha_if_dropped.set_index("scale")["alpha"]
    near = {"atol": 1e-9} if rows == "complete" else {"atol": 1e-3}
    for scale in "ACENO":
        expected = figures[scale]
        assert_allclose(frame.loc[scale, "alpha"], expected["alpha"], atol=1e-6)
        assert_allclose(dropped[scale], expected["alpha_if_dropped"], atol=1e-6)
        assert_allclose(frame.loc[scale, "alpha_standardised"], expected["standardised"], **near)
        assert_allclose(frame.loc[scale, "lambda6"], expected["lambda6"], **near)
        assert_allclose(frame.loc[scale, ["low", "high"]].astype(float), expected["feldt"], **near)


@pytest.mark.real_data
def test_omega_of_bfi_is_that_of_r(bfi, r_reliability):
    complete, figures = bfi.dropna(), r_reliability["complete"]
    frame = reliability(complete, r_reliability["keys"]).frame()
    assert_allclose(frame["omega_total"], [figures[s]["omega_1"] for s in "ACENO"], atol=1e-6)
    turned = {key[1:] for keys in r_reliability["keys"].values() for key in keys if key[0] == "-"}
    turned |= set(r_reliability["omega_25"]["turned_too"])
    keys = ["-" + item if item in turned else item for item in bfi]
    # psych turns what loads against the general factor, which is one of five here
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SegkitWarning)
        frame = reliability(complete, {"all": keys}, n_factors=5).frame()
    assert_allclose(frame["omega_total"][0], r_reliability["omega_25"]["total"], atol=1e-6)
    assert_allclose(
        frame["omega_hierarchical"][0], r_reliability["omega_25"]["hierarchical"], atol=1e-5
    )


@pytest.mark.real_data
def test_a_raw_battery_names_its_reverse_keyed_item(bfi):
    with pytest.warns(SegkitWarning, match=r"counted as they are: `A1` of `A`\. Write '-item'"):
        found = reliability(bfi, {"A": ["A1", "A2", "A3", "A4", "A5"]})
    assert found.frame()["runs_against"].tolist() == ["A1"]
    assert found.alpha_if_dropped["runs_against"].tolist() == [True, False, False, False, False]
    assert "`A1` of `A`" in found.summary()


def test_reverse_keys_are_the_turned_answers(answers):
    turned = answers.assign(imp_02=6 - answers["imp_02"])
    found = reliability(turned, {"a": ["imp_01", "-imp_02", "imp_03"]})
    assert_allclose(
        found.frame()[NUMBERS], reliability(answers, {"a": SCALES["a"]}).frame()[NUMBERS]
    )
    assert found.alpha_if_dropped["reverse_keyed"].tolist() == [False, True, False]
    ordinal = reliability(turned, {"a": ["imp_01", "-imp_02", "imp_03"]}, correlation="polychoric")
    plain = reliability(answers, {"a": SCALES["a"]}, correlation="polychoric")
    assert_allclose(
        ordinal.frame()["omega_categorical"], plain.frame()["omega_categorical"], rtol=1e-6
    )


def test_a_negative_alpha_is_reported_and_explained(answers):
    turned = answers.assign(imp_02=6 - answers["imp_02"])
    with pytest.warns(SegkitWarning) as caught:
        found = reliability(turned, {"pair": ["imp_01", "imp_02"]})
    assert found.frame()["alpha"][0] < 0
    assert any(
        "Alpha is negative for `pair`: the items go against" in str(w.message) for w in caught
    )
    assert "Alpha is negative for `pair`" in found.summary()


def test_the_true_reliability_is_recovered():
    rng = np.random.default_rng(0)
    loadings = np.array([0.8, 0.7, 0.6, 0.5])
    latent = loadings * rng.normal(size=(20_000, 1))
    X = latent + np.sqrt(1 - loadings**2) * rng.normal(size=(20_000, 4))
    true = loadings.sum() ** 2 / (loadings.sum() ** 2 + (1 - loadings**2).sum())
    frame = reliability(X).frame()
    assert_allclose(frame["omega_total"][0], true, atol=0.01)
    assert frame["alpha"][0] < frame["omega_total"][0]  # unequal loadings


def test_a_general_factor_over_three_groups_is_recovered():
    rng = np.random.default_rng(1)
    group = np.repeat(rng.normal(size=(20_000, 3)), 3, axis=1)
    X = (
        0.6 * rng.normal(size=(20_000, 1))
        + 0.5 * group
        + np.sqrt(0.39) * rng.normal(size=(20_000, 9))
    )
    frame = reliability(X, {"all": [f"x{j + 1}" for j in range(9)]}).frame()
    variance = 81 * 0.36 + 27 * 0.25 + 9 * 0.39
    assert_allclose(frame["omega_hierarchical"][0], 81 * 0.36 / variance, atol=0.02)
    assert_allclose(frame["omega_total"][0], 1 - 9 * 0.39 / variance, atol=0.01)
    assert frame["n_factors"][0] == 3


@pytest.mark.parametrize("correlation", ["pearson", "polychoric"])
def test_whole_weights_are_repeated_rows(answers, whole_weights, correlation):
    columns = [*NUMBERS, *(["omega_categorical"] if correlation == "polychoric" else [])]
    rows = np.repeat(np.arange(300), whole_weights.astype(int))
    weighted = reliability(answers, SCALES, whole_weights, correlation)
    repeated = reliability(answers.iloc[rows], SCALES, correlation=correlation)
    assert_allclose(weighted.frame()[columns], repeated.frame()[columns], atol=1e-6)
    assert_allclose(
        weighted.alpha_if_dropped["alpha"], repeated.alpha_if_dropped["alpha"], rtol=1e-9
    )


@pytest.mark.parametrize("interval", ["jackknife", "feldt", "bootstrap"])
def test_weights_times_a_constant_change_nothing(answers, whole_weights, interval):
    options = {"interval": interval, "n_boot": 20}
    one = reliability(answers, SCALES, whole_weights, **options)
    assert_same(one, reliability(answers, SCALES, 5 * whole_weights, **options), rtol=1e-8)
    ones = reliability(answers, SCALES, np.ones(300), **options)
    assert_same(reliability(answers, SCALES, **options), ones, rtol=1e-12)


@pytest.mark.parametrize("interval", ["jackknife", "bootstrap"])
def test_the_order_of_the_rows_does_not_matter(answers, whole_weights, interval):
    order = np.random.default_rng(2).permutation(300)
    options = {"interval": interval, "n_boot": 20}
    one = reliability(answers, SCALES, whole_weights, **options)
    other = reliability(answers.iloc[order], SCALES, whole_weights[order], **options)
    assert_same(one, other, rtol=1e-9)


def test_items_move_with_their_figures(answers):
    items = SCALES["a"] + SCALES["b"][:2]
    order = [3, 0, 4, 2, 1]
    plain = reliability(answers, {"a": items})
    moved = reliability(answers, {"a": [items[k] for k in order]})
    assert_allclose(moved.frame()[NUMBERS], plain.frame()[NUMBERS], atol=1e-7)
    numbers = ["alpha", "item_rest", "loading"]
    assert_allclose(
        moved.alpha_if_dropped[numbers], plain.alpha_if_dropped[numbers].iloc[order], atol=1e-6
    )


def test_listwise_keeps_those_who_answered_the_whole_scale(answers):
    found = reliability(answers, SCALES, missing="listwise")
    for row, items in zip(found.frame().itertuples(), SCALES.values(), strict=True):
        complete = answers[items].dropna()
        assert row.n == len(complete)
        assert_allclose(row.alpha, reliability(complete).frame()["alpha"][0])


def test_the_frames_are_of_the_kind_given(answers, frame_kind):
    table = frame_kind.make({name: answers[name].to_list() for name in answers})
    found, plain = reliability(table, SCALES), reliability(answers, SCALES)
    assert type(found.frame()).__module__.startswith(frame_kind.name)
    assert type(found.alpha_if_dropped).__module__.startswith(frame_kind.name)
    assert found.frame()["scale"].to_list() == ["a", "b", "c"]
    assert_allclose(found.frame()["alpha"].to_list(), plain.frame()["alpha"])
    assert found.alpha_if_dropped["item"].to_list() == list(answers.columns)


def test_other_columns_do_not_disturb(answers):
    wide = answers.assign(comment="fine", empty=np.nan)
    assert_same(reliability(wide, SCALES), reliability(answers, SCALES))


def test_an_array_has_items_x1_to_xk(answers):
    found = reliability(answers.to_numpy(), {"a": ["x1", "x2", "x3"]})
    assert_allclose(found.frame()["alpha"], reliability(answers, SCALES).frame()["alpha"][:1])


def test_the_summary_says_figures_method_and_seed(answers, whole_weights):
    found = reliability(answers, SCALES, interval="bootstrap", n_boot=25, random_state=3)
    assert isinstance(found, Reliability)
    for words in ["3 scales", "`a` alpha 0.", "omega total", "missing answers pairwise",
                  "95 % intervals by 25 bootstraps of the respondents, seed 3"]:  # fmt: skip
        assert words in found.summary()
    assert "effective, weighted" in reliability(answers, SCALES, whole_weights).summary()
    pairs = {f"pair {j}": ["imp_01", "imp_02"] for j in range(8)}
    text = reliability(answers, pairs).summary()
    assert "lowest `pair 0`" in text
    assert "two items: omega is not defined" in text
    several = reliability(answers).summary()
    assert "hierarchical" in several
    assert "(3 group factors)" in several
    assert "categorical omega" in reliability(answers, SCALES, correlation="polychoric").summary()


def test_a_heywood_case_is_named():
    R = np.array([[1.0, 0.9, 0.8], [0.9, 1.0, 0.5], [0.8, 0.5, 1.0]])
    X = np.random.default_rng(3).normal(size=(100, 3))
    X -= X.mean(axis=0)
    X = X @ np.linalg.inv(np.linalg.cholesky(X.T @ X)).T @ np.linalg.cholesky(R).T
    table = pd.DataFrame(X, columns=["a", "b", "c"])
    with pytest.warns(SegkitWarning, match=r"a Heywood case\), so omega stands at a bound: `a` of"):
        found = reliability(table, {"ease": ["a", "b", "c"]})
    assert "Heywood" in found.summary()


def test_the_plot_draws_the_frame(answers):
    found = reliability(answers, SCALES)
    assert_allclose(found.plot().lines[0].get_xdata(), found.frame()["alpha"])


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        (
            {"correlation": "spearman"},
            r"correlation='spearman' is not known; expected one of 'pear",
        ),
        ({"interval": "exact"}, r"interval='exact' is not known; expected one of 'jackknife'"),
        ({"missing": "em"}, r"missing='em' is not known"),
        ({"n_factors": 0}, r"n_factors=0 was given"),
        ({"level": 95}, r"level=95 was given"),
        ({"n_boot": 19}, r"n_boot=19 was given; expected a whole number at least 20"),
        ({"scales": {"a": ["imp_01"]}}, r"The scale `a` has 1 item\(s\): `imp_01`"),
        ({"scales": {"a": ["imp_01", "imp_99"]}}, r"X lacks `imp_99`"),
    ],
)
def test_settings_are_checked(answers, changed, message):
    with pytest.raises(SegkitError, match=message):
        reliability(answers, **{"scales": SCALES} | changed)


def test_a_constant_item_and_fine_grained_answers_are_refused(answers):
    with pytest.raises(SegkitError, match=r"`imp_02` in X has the same answer everywhere"):
        reliability(answers.assign(imp_02=3.0), SCALES)
    with pytest.raises(SegkitError, match=r"expected whole-number categories"):
        reliability(answers + 0.5, SCALES, correlation="polychoric")
