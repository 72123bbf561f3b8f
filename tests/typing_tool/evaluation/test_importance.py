import numpy as np
import pytest

from segkit.exceptions import SegkitError
from segkit.typing_tool import TypingTool
from segkit.typing_tool.coding.fields import read_fields
from segkit.typing_tool.evaluation.crossfit import CrossFit, CrossFitting, cross_fit
from segkit.typing_tool.evaluation.importance import field_importance
from segkit.typing_tool.evaluation.shuffling import CellRises
from segkit.typing_tool.models.model import Settings

SETTINGS = Settings(n_trees=15, max_leaves=64, min_leaf=5, calibrate=True, n_jobs=None)
COLUMNS = [
    "field", "loss_rise", "low", "high", "accuracy_drop",
    "conditional_rise", "conditional_low", "conditional_high",
]  # fmt: skip


def rises(loss):
    """Cells of equal weight, `loss` of shape (n_cells, n_fields)."""
    n_cells, n_fields = loss.shape
    field = np.tile(np.arange(n_fields), n_cells)
    none = np.zeros(field.size, dtype=int)
    return CellRises(field, none, np.ones(field.size), loss.ravel(), loss.ravel() / 2)


def fit_with(marginal, conditional):
    none = np.empty((1, 30, 2))
    truth = np.eye(2)[np.zeros(30, int)]
    return CrossFit(
        truth, np.ones(30), none, none[..., 0], none[..., 0], rises(marginal), rises(conditional)
    )


def world(n, seed):
    """A driver, an exact copy of it, a noisy proxy, and a field of nothing."""
    pandas = pytest.importorskip("pandas")
    rng = np.random.default_rng(seed)
    driver = rng.normal(size=n)
    labels = (1.5 * driver + rng.logistic(size=n) > 0).astype(int)
    fields = {
        "driver": driver,
        "proxy": driver + 0.5 * rng.normal(size=n),
        "free": rng.normal(size=n),
    }
    w = rng.uniform(0.5, 2, n)
    return pandas.DataFrame(fields), labels, w


def test_rows_are_means_over_cells_most_important_first():
    rng = np.random.default_rng(0)
    loss = np.stack([rng.normal(0, 0.1, 200), rng.normal(0.5, 0.1, 200)], axis=1)
    table = field_importance(fit_with(loss, loss / 4), ["idle", "useful"]).frame()
    assert list(table.columns) == COLUMNS
    assert list(table["field"]) == ["useful", "idle"]
    expected = loss.mean(axis=0)[::-1]
    np.testing.assert_allclose(table["loss_rise"], expected)
    np.testing.assert_allclose(table["accuracy_drop"], expected / 2)
    np.testing.assert_allclose(table["conditional_rise"], expected / 4)
    # twice the variance of independent cells
    error = np.sqrt(2) * loss.std(axis=0, ddof=1)[::-1] / np.sqrt(200)
    np.testing.assert_allclose(table["high"] - table["loss_rise"], 1.972 * error, rtol=1e-3)
    np.testing.assert_allclose(
        table["conditional_rise"] - table["conditional_low"], 1.972 * error / 4, rtol=1e-3
    )


def test_a_copy_is_leant_on_and_adds_nothing():
    pandas = pytest.importorskip("pandas")
    rng = np.random.default_rng(0)
    level = np.array(["a", "b", "c", "d"], dtype=object)[rng.integers(0, 4, 800)]
    age = rng.integers(18, 80, 800)
    labels = 2 * (np.isin(level, ["a", "b"]) ^ (rng.random(800) < 0.1)) + (age > 50)
    fields = pandas.DataFrame({"region": level, "area": level, "age": age})
    tool = TypingTool(n_trees=40, n_folds=3).fit(fields, labels)
    table = tool.importance_.frame().set_index("field")
    assert (table.loc[["region", "area"], "low"] > 0).all()
    # among people of the same region the area cannot be shuffled
    np.testing.assert_array_equal(table.loc[["region", "area"], "conditional_rise"], 0)
    assert table.loc["age", "conditional_low"] > 0
    assert "`region`, `area` add nothing beyond noise" in tool.importance_.summary().replace(
        "`area`, `region`", "`region`, `area`"
    )


def test_a_proxy_adds_less_than_it_seems_and_a_free_field_nothing():
    fields, labels, w = world(1500, 0)
    table = TypingTool(n_trees=50).fit(fields, labels, w).importance_.frame().set_index("field")
    assert table.loc["proxy", "low"] > 0
    assert table.loc["proxy", "conditional_rise"] < 0.4 * table.loc["proxy", "loss_rise"]
    assert table.loc["proxy", "conditional_low"] < 0
    assert table.loc["driver", "conditional_low"] > 0
    assert table.loc["free", "low"] < 0 < table.loc["free", "high"]
    assert table.loc["free", "conditional_low"] < 0 < table.loc["free", "conditional_high"]


def covered(n, n_runs, n_folds):
    """How often the intervals of two fields that add nothing hold zero: conditional, marginal."""
    hits = {"proxy": 0, "free": 0}
    for seed in range(n_runs):
        fields, labels, w = world(n, seed)
        fit = cross_fit(
            read_fields(fields), np.eye(2)[labels], w, SETTINGS, CrossFitting(n_folds, 1), seed
        )
        table = field_importance(fit, list(fields)).frame().set_index("field")
        row = table.loc["proxy"]
        hits["proxy"] += row["conditional_low"] <= 0 <= row["conditional_high"]
        row = table.loc["free"]
        hits["free"] += row["low"] <= 0 <= row["high"]
    return hits


def test_intervals_of_fields_that_add_nothing_hold_zero(simulated):
    # twice the variance is the most that cross-fitting can add: rather fewer misses than promised
    for name, hits in covered(250, 40, 3).items():
        simulated(f"zero missed, {name}", 40 - hits, 40, 0.05, n_checks=2, at_most=True)


@pytest.mark.slow
def test_intervals_of_fields_that_add_nothing_hold_zero_in_many_studies(simulated):
    for name, hits in covered(600, 400, 5).items():
        simulated(f"zero missed, {name}", 400 - hits, 400, 0.05, n_checks=2, at_most=True)


def test_the_order_of_rows_does_not_matter_and_neither_does_the_kind_of_frame(frame_kind, people):
    made = people(200)
    turned = made.take(np.random.default_rng(1).permutation(200))
    one, other = (
        TypingTool(n_trees=5, n_folds=2).fit(frame_kind.make(p.columns), p.segments).importance_
        for p in (made, turned)
    )
    assert one.table == other.table
    assert type(one.frame()) is type(frame_kind.make(made.columns))


def test_the_summary_names_what_matters(small_tool):
    assert "most first: age" in small_tool.importance_.summary()
    assert small_tool.importance_.plot().get_title(loc="left").startswith("age tells most")
    nothing = np.zeros((30, 2))
    idle = field_importance(fit_with(nothing, nothing), ["a", "b"])
    assert "most first: none; 2 of 2 show none" in idle.summary()
    some = np.ones((30, 2)) * [1.0, 2.0]
    spare = field_importance(fit_with(some, some * [0.0, 1.0]), ["a", "b"])
    assert "alike in the other fields, `a` adds nothing beyond noise: others" in spare.summary()


def test_fields_that_were_not_shuffled_have_no_importance():
    none = np.empty((1, 3, 2))
    fit = CrossFit(np.eye(2)[[0, 1, 0]], np.ones(3), none, none[..., 0], none[..., 0])
    with pytest.raises(SegkitError, match="not shuffled; cross-fit with importance=True"):
        field_importance(fit, ["a"])


def test_a_level_with_many_values_is_not_favoured(people):
    # what impurity importances get wrong: a field of noise with many values
    pandas = pytest.importorskip("pandas")
    made = people(500)
    noise = np.random.default_rng(1).normal(size=500)
    fields = pandas.DataFrame(made.columns | {"noise": noise})
    table = TypingTool(n_trees=20, n_folds=3).fit(fields, made.segments).importance_.frame()
    row = table[table["field"] == "noise"].iloc[0]
    assert row["low"] < 0.01
    assert row["loss_rise"] < 0.2 * table["loss_rise"].iloc[0]
