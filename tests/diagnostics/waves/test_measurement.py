import numpy as np
import pytest
from sklearn.cluster import KMeans
from sklearn.pipeline import make_pipeline

from segkit.diagnostics.waves.measurement import measure
from segkit.diagnostics.waves.two_waves import read_waves
from segkit.exceptions import SegkitError
from segkit.factors import FactorModel


def measured(model, old, new, number=None, n_boot=0):
    waves = read_waves(old, new, None, None)
    draws = list(waves.people.draws(n_boot, 0)) if n_boot else []
    return measure(model, waves, number, draws, 0.05, 0)


def test_factors_are_found_as_the_model_finds_them(factor_answers):
    model = make_pipeline(FactorModel(2, "spearman", rotation="varimax"), KMeans(2))
    found = measured(model, factor_answers(200, 0), factor_answers(200, 1))
    assert found.n_factors == 2
    assert found.settings == "minres, varimax rotation, spearman correlations"
    assert [line.item for line in found.lines[:3]] == ["factor_1", "factor_2", "x1"]


def test_without_a_factor_step_parallel_analysis_counts(factor_answers):
    found = measured(KMeans(2), factor_answers(300, 0), factor_answers(300, 1))
    assert found.n_factors == 2
    assert measured(KMeans(2), factor_answers(300, 0), factor_answers(300, 1), 1).n_factors == 1


def test_where_nothing_can_be_measured_the_reason_is_told(factor_answers):
    old, new = factor_answers(200, 0), factor_answers(200, 1)
    assert measured(KMeans(2), old, new, 0).settings == "not asked for"
    assert measured(KMeans(2), old[:, :3], new[:, :3]).settings == "fewer than 4 items"
    noise = np.random.default_rng(0).normal(size=(2, 200, 8))
    assert measured(KMeans(2), *noise).settings == "the items share no factor"
    old[:, 1] = new[:, 1] = 3.0
    found = measured(KMeans(2), old, new)
    assert found.settings.startswith("no factor model of both waves: `x2`")
    assert found.lines == []


def test_factors_that_were_asked_for_and_cannot_be_found_are_refused(factor_answers):
    with pytest.raises(SegkitError, match="factors"):
        measured(KMeans(2), factor_answers(200, 0), factor_answers(200, 1), 9)


@pytest.mark.parametrize("missing", ["pairwise", "listwise"])
def test_people_who_answered_nothing_or_not_all_have_no_part(factor_answers, missing):
    old, new = factor_answers(200, 0), factor_answers(200, 1)
    old[0], new[5, 2] = np.nan, np.nan
    model = make_pipeline(FactorModel(2, "pearson", missing=missing), KMeans(2))
    found = measured(model, old, new, n_boot=20)
    assert np.isfinite([line.p for line in found.lines]).all()
    by_item = {line.item: line for line in found.lines}
    assert (by_item["x3"].n_before, by_item["x3"].n_after) == (199, 199)


def test_fewer_people_than_items_are_told(factor_answers):
    old, new = factor_answers(200, 0), factor_answers(200, 1)[:5]
    assert "X_new has 5 respondents for 10 items" in measured(KMeans(2), old, new).settings
    with pytest.raises(SegkitError, match="X_new has 5 respondents for 10 items"):
        measured(KMeans(2), old, new, 2)
