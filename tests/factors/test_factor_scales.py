import numpy as np
import pandas as pd
import pytest

from segkit.exceptions import NotFittedError, SegkitError, SegkitWarning
from segkit.factors import FactorModel, reliability, scales_of


def test_each_item_counts_for_the_factor_it_loads_on_most(answers, frame_kind):
    table = frame_kind.make({name: answers[name].to_list() for name in answers})
    scales = scales_of(FactorModel(3).fit(table))
    expected = [{f"imp_0{j}" for j in part} for part in ([1, 2, 3], [4, 5, 6], [7, 8, 9])]
    assert sorted(map(sorted, scales.values())) == [sorted(part) for part in expected]
    assert (np.array(reliability(table, scales).frame()["alpha"].to_list()) > 0.7).all()


def test_items_are_sorted_by_loading_and_a_negative_one_is_reverse_keyed(answers):
    turned = answers.iloc[:, :3].assign(imp_02=6 - answers["imp_02"])
    model = FactorModel(1).fit(turned)
    (keys,) = scales_of(model).values()
    loadings = model.loadings_.set_index("item")["factor_1"]
    assert [key for key in keys if key.startswith("-")] == ["-imp_02"]
    found = np.abs(loadings[[key.lstrip("-") for key in keys]])
    assert (np.diff(found) <= 0).all()


@pytest.mark.real_data
def test_the_scales_of_bfi_are_its_own(bfi, r_reliability):
    scales = scales_of(FactorModel(5).fit(bfi.dropna()))
    found = {frozenset(key.lstrip("-") for key in keys) for keys in scales.values()}
    published = [{key.lstrip("-") for key in keys} for keys in r_reliability["keys"].values()]
    assert sum(scale in found for scale in map(frozenset, published)) >= 4


def test_items_without_a_scale_are_named(answers):
    rng = np.random.default_rng(0)
    wide = answers.assign(noise=rng.integers(1, 6, 300).astype(float))
    with pytest.warns(SegkitWarning, match=r"`noise` belongs to no scale: no loading reaches"):
        scales = scales_of(FactorModel(3).fit(wide))
    assert "noise" not in [key.lstrip("-") for keys in scales.values() for key in keys]


def test_what_is_no_fitted_model_is_refused(answers):
    with pytest.raises(NotFittedError, match="not fitted yet"):
        scales_of(FactorModel(2))
    with pytest.raises(SegkitError, match=r"least=3 was given; expected a share"):
        scales_of(FactorModel(1).fit(answers.iloc[:, :3]), least=3)


def test_a_matrix_of_correlations_is_enough():
    loading = np.array([0.8, 0.7, 0.6, 0.5])
    R = np.outer(loading, loading)
    np.fill_diagonal(R, 1.0)
    table = pd.DataFrame(R, columns=list("abcd"))
    assert scales_of(FactorModel(1).fit_correlation(table, 300)) == {"factor_1": list("abcd")}
