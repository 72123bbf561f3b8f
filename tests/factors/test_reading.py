import numpy as np
import pytest
from numpy.testing import assert_allclose

from segkit.exceptions import SegkitError
from segkit.factors import FactorModel


def test_the_table_and_the_plot_show_wordings_sorted_by_factor(answers):
    model = FactorModel(3).fit(answers)
    wordings = {"imp_01": "Pay on the day I choose"}
    table = model.loadings_table(wordings)
    assert table["wording"].str.len().max() == len(wordings["imp_01"])
    ax = model.plot(wordings=wordings)
    labels = [text.get_text() for text in ax.get_yticklabels()]
    assert [label.split()[-1] for label in labels] == table["item"].tolist()
    assert any(label.startswith("Pay on the day") for label in labels)


def test_structure_and_variance_are_those_of_the_pattern(answers, frame_kind):
    model = FactorModel(3, "pearson").fit(answers)
    factors = ["factor_1", "factor_2", "factor_3"]
    pattern, structure = (f[factors].to_numpy() for f in (model.loadings_, model.structure_))
    assert_allclose(structure, pattern @ model.factor_correlations_)
    assert_allclose(model.variance_["ss_loadings"].sum(), model.communalities_.sum())
    frame = frame_kind.make({name: answers[name].to_list() for name in answers})
    again = FactorModel(3, "pearson").fit(frame)
    for table in (again.structure_, again.variance_, again.loadings_table()):
        assert type(table).__module__.startswith(frame_kind.name)


def test_the_table_refuses_wordings_and_limits_that_are_none(answers):
    model = FactorModel(3, "pearson").fit(answers)
    with pytest.raises(SegkitError, match=r"wordings is a list; expected the wording of each item"):
        model.loadings_table(["Easy to use"])
    with pytest.raises(SegkitError, match=r"hide_below='a' was given; expected a number"):
        model.loadings_table(hide_below="a")


def test_unturned_factors_have_a_structure_equal_to_their_pattern(answers):
    model = FactorModel(2, "pearson", rotation=None).fit(answers)
    assert np.array_equal(model.structure_.iloc[:, 1:], model.loadings_.iloc[:, 1:])
