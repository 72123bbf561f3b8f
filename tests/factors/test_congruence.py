import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

from segkit.exceptions import SegkitError
from segkit.factors import congruence


def test_rs_congruence_of_men_and_women(r_scores):
    frame = congruence(np.array(r_scores["men"]), np.array(r_scores["women"]))
    got = frame["congruence"].to_numpy().reshape(5, 5)
    # psych's function rounds its result to 12 digits of loadings kept here to 10
    assert_allclose(got, r_scores["congruence"], atol=1e-6)
    assert (frame.query("matched")["congruence"].abs() > 0.9).all()


def test_a_solution_is_congruent_with_itself_in_any_order(frame_kind):
    rng = np.random.default_rng(0)
    a = frame_kind.make({"item": list("abcde"), "f": rng.normal(size=5), "g": rng.normal(size=5)})
    order = [3, 1, 4, 0, 2]
    b = frame_kind.make(
        {
            "g": [a["g"].to_list()[i] for i in order],
            "item": [a["item"].to_list()[i] for i in order],
            "f": [-a["f"].to_list()[i] for i in order],
        }
    )
    frame = congruence(a, b)
    assert type(frame).__module__.startswith(frame_kind.name)
    rows = zip(*(frame[c].to_list() for c in ("a", "b", "congruence", "matched")), strict=True)
    assert [(x, y, round(c, 10)) for x, y, c, matched in rows if matched] == [
        ("f", "f", -1.0),
        ("g", "g", 1.0),
    ]


def test_solutions_over_different_items_are_refused():
    a = pd.DataFrame({"item": ["a", "b"], "factor_1": [0.5, 0.6]})
    b = pd.DataFrame({"item": ["a", "c"], "factor_1": [0.5, 0.6]})
    with pytest.raises(SegkitError, match=r"`b`, `c` stand in only one of the two solutions"):
        congruence(a, b)
    with pytest.raises(SegkitError, match=r"loadings_a has 2 items and loadings_b 3"):
        congruence(np.ones((2, 1)), np.ones((3, 1)))


def test_an_empty_factor_is_refused():
    with pytest.raises(SegkitError, match=r"no loading other than 0"):
        congruence(np.zeros((3, 1)), np.ones((3, 1)))
