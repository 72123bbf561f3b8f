import numpy as np
import pytest

from segkit.typing_tool.evaluation.crossfit import CrossFit
from segkit.typing_tool.evaluation.importance import field_importance


def fit_with(rise, w):
    n = len(w)
    none = np.empty((1, n, 2))
    return CrossFit(
        np.eye(2)[np.zeros(n, int)], w, none, none[..., 0], none[..., 0], rise, rise / 2
    )


def test_rows_are_weighted_means_most_important_first():
    rng = np.random.default_rng(0)
    rise = np.stack([rng.normal(0, 0.1, 200), rng.normal(0.5, 0.1, 200)], axis=1)
    w = rng.uniform(0.5, 2, 200)
    table = field_importance(fit_with(rise, w), ["idle", "useful"]).frame()
    assert list(table["field"]) == ["useful", "idle"]
    expected = np.average(rise, axis=0, weights=w)[::-1]
    np.testing.assert_allclose(table["loss_rise"], expected)
    np.testing.assert_allclose(table["accuracy_drop"], expected / 2)
    np.testing.assert_allclose(table["high"] - table["loss_rise"], 1.96 * 0.1 / 14, rtol=0.25)


def test_the_unit_of_weights_does_not_matter():
    rise = np.random.default_rng(0).normal(size=(50, 2))
    w = np.arange(1.0, 51)
    one, other = (field_importance(fit_with(rise, u * w), ["a", "b"]).frame() for u in (1, 7))
    np.testing.assert_allclose(one.iloc[:, 1:], other.iloc[:, 1:])


def test_the_summary_names_what_matters(small_tool):
    assert "most first: age" in small_tool.importance_.summary()
    assert small_tool.importance_.plot().get_title(loc="left").startswith("age tells most")
    rise = np.zeros((30, 2))
    idle = field_importance(fit_with(rise, np.ones(30)), ["a", "b"])
    assert "most first: none; 2 of 2 show none" in idle.summary()


def test_a_level_with_many_values_is_not_favoured(people):
    # what impurity importances get wrong: a field of noise with many values
    pandas = pytest.importorskip("pandas")
    from segkit.typing_tool import TypingTool

    made = people(500)
    noise = np.random.default_rng(1).normal(size=500)
    fields = pandas.DataFrame(made.columns | {"noise": noise})
    table = TypingTool(n_trees=20, n_folds=3).fit(fields, made.segments).importance_.frame()
    row = table[table["field"] == "noise"].iloc[0]
    assert row["low"] < 0.01
    assert row["loss_rise"] < 0.2 * table["loss_rise"].iloc[0]
