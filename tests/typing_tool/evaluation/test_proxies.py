import numpy as np
import pytest
from scipy.stats.contingency import association
from sklearn.metrics import roc_auc_score

from segkit.exceptions import SegkitWarning
from segkit.typing_tool.coding.fields import read_fields
from segkit.typing_tool.evaluation.grouping import Grouping
from segkit.typing_tool.evaluation.proxies import (
    area_under_curve,
    cramers_v,
    proxy_sentences,
    proxy_table,
    warn_of_proxies,
)
from segkit.typing_tool.models.model import Settings

SETTINGS = Settings(n_trees=40, max_leaves=64, min_leaf=5, calibrate=True, n_jobs=None)


def test_cramers_v_without_its_correction_is_that_of_scipy():
    rng = np.random.default_rng(0)
    a = rng.integers(0, 4, 300)
    b = (a + rng.integers(0, 3, 300)) % 3
    # a thousand copies of everyone: nothing is left to correct
    table = np.zeros((4, 3), dtype=int)
    np.add.at(table, (a, b), 1)
    many = cramers_v(np.tile(a, 1000), np.tile(b, 1000), np.ones(300_000))
    assert many == pytest.approx(association(table, method="cramer"), abs=1e-4)


def test_the_correction_by_hand():
    # Bergsma's equations on a table of 40 people
    table = np.array([[12, 5, 3], [4, 6, 10]])
    a, b = (np.repeat(i.ravel(), table.ravel()) for i in np.indices(table.shape))
    expected = table.sum(1, keepdims=True) * table.sum(0) / 40
    phi2 = ((table - expected) ** 2 / expected).sum() / 40 - 2 / 39
    r, c = 2 - 1 / 39, 3 - 4 / 39
    assert cramers_v(a, b, np.ones(40)) == pytest.approx(np.sqrt(phi2 / (min(r, c) - 1)))
    assert cramers_v(a, b, np.full(40, 3.0)) == pytest.approx(cramers_v(a, b, np.ones(40)))


def test_unrelated_columns_have_none_on_average_and_a_constant_has_none():
    rng = np.random.default_rng(0)
    w = rng.uniform(0.5, 2, 200)
    v = [cramers_v(rng.integers(0, 8, 200), rng.integers(0, 3, 200), w) for _ in range(50)]
    assert np.mean(v) < 0.07
    assert cramers_v(np.zeros(200, int), rng.integers(0, 3, 200), w) == 0


def test_the_area_is_that_of_scikit_learn():
    rng = np.random.default_rng(0)
    score, w = rng.integers(0, 20, 300) / 20, rng.uniform(0.5, 2, 300)
    is_one = rng.random(300) < score
    assert area_under_curve(score, is_one, w) == pytest.approx(
        roc_auc_score(is_one, score, sample_weight=w)
    )


def world(n=1200, seed=0):
    pandas = pytest.importorskip("pandas")
    rng = np.random.default_rng(seed)
    origin = rng.integers(0, 2, n)
    # no field alone says much of `place`, all together do
    parts = rng.normal(size=(n, 6)) + 0.45 * origin[:, None]
    band = np.where(rng.random(n) < 0.8, origin, 1 - origin)
    fields = pandas.DataFrame(
        {"postcode_band": np.array(["p", "q"], dtype=object)[band], "luck": rng.normal(size=n)}
    )
    weak = pandas.DataFrame(parts, columns=list("abcdef"))
    return fields, weak, Grouping("origin", ("x", "y"), origin)


def table_of(frame, grouping):
    columns = read_fields(frame)
    n = columns[0].values.size
    rng = np.random.default_rng(1)
    return proxy_table(
        columns, rng.uniform(0.5, 2, n), rng.integers(0, 3, n), [grouping], SETTINGS, 0
    )


def test_a_field_that_stands_in_is_named():
    fields, _, grouping = world()
    table = table_of(fields, grouping)
    found = dict(zip(table["field"], table["proxy"], strict=True))
    assert found == {
        "postcode_band": True, "luck": False, "(tag)": False, "(all fields)": True,
    }  # fmt: skip
    with pytest.warns(SegkitWarning, match="`postcode_band` stands in for `origin` .Cramer's V"):
        warn_of_proxies(table)


def test_fields_that_tell_a_group_together_only_are_told():
    _, weak, grouping = world()
    table = table_of(weak, grouping)
    found = dict(zip(table["field"], table["proxy"], strict=True))
    assert [name for name, is_proxy in found.items() if is_proxy] == ["(all fields)"]
    (sentence,) = proxy_sentences(table)
    assert sentence.startswith("The fields together tell `origin` (AUC 0.7")


def test_where_nothing_stands_in_there_is_no_warning():
    fields, _, grouping = world()
    table = table_of(fields[["luck"]], grouping)
    assert not any(table["proxy"])
    warn_of_proxies(table)
    # gaps in the groups are left out
    grouping.code[:100] = -1
    assert table_of(fields, grouping)["proxy"][0]


def test_a_group_that_is_a_field_is_told_so():
    table = {
        "by": ["region"], "field": ["region"], "measure": ["Cramer's V"], "value": [1.0],
        "cut": [0.3], "proxy": [True],
    }  # fmt: skip
    assert proxy_sentences(table) == [
        "`region` is itself a field of the tool (Cramer's V 1.00, from 0.30 on)."
    ]
