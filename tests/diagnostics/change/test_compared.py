import numpy as np
import pandas as pd
import pytest

from segkit.diagnostics.change.compared import changes_of, compare_tables


def table(n, seed, shift=0.0):
    rng = np.random.default_rng(seed)
    return pd.DataFrame({"age": rng.normal(shift, 1, n), "plan": rng.choice(["a", "b"], n)})


def test_both_tables_are_counted_over_the_bins_of_the_reference():
    labels = (["x", "y"] * 50, ["x", None] * 100)
    compared = compare_tables((table(100, 0), table(200, 1)), (None, None), None, labels, None)
    assert compared.segments == ("x", "y")
    for before, after in compared.pairs:
        assert before.bins == after.bins
        assert before.cells.sum(axis=1).tolist() == [50, 50, 0]
        assert after.cells.sum(axis=1).tolist() == [100, 0, 100]
    assert (compared.n_before, compared.n_after) == (100, 200)
    assert compared.effective == pytest.approx((100, 200))


def test_changes_are_adjusted_for_all_fields_and_segments():
    labels = (["x", "y"] * 500, ["x", "y"] * 500)
    compared = compare_tables(
        (table(1000, 0), table(1000, 1, 0.4)), (None, None), None, labels, None
    )
    changes = changes_of(compared.pairs, compared.segments, 0.05)
    assert [(c.field, c.segment) for c in changes] == [
        (f, s) for f in ("age", "plan") for s in ("all", "x", "y")
    ]
    assert all(c.p_adjusted >= c.p for c in changes)
    assert [c.kind for c in changes[:3]] == ["shift"] * 3
    assert [c.kind for c in changes[3:]] == ["stable"] * 3
