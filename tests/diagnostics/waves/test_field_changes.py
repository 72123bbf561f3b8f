import numpy as np
import pytest

from segkit.diagnostics.drift import drift
from segkit.diagnostics.waves.field_changes import field_lines
from segkit.diagnostics.waves.two_waves import read_waves
from segkit.exceptions import SegkitError


def fields(frame_kind, n, seed, shift=0.0):
    rng = np.random.default_rng(seed)
    return frame_kind.make(
        {"age": rng.normal(45 + shift, 10, n), "plan": rng.choice(["a", "b"], n).tolist()}
    )


def waves(n=400):
    rng = np.random.default_rng(0)
    return read_waves(rng.normal(size=(n, 2)), rng.normal(size=(n, 2)), None, None)


def test_figures_are_those_of_drift(frame_kind):
    old, new = fields(frame_kind, 400, 0), fields(frame_kind, 400, 1, shift=5)
    lines, found = field_lines((old, new), waves(), 0.05)
    table = drift(old, new).frame()
    assert [line.item for line in lines] == list(table["field"])
    assert [line.change for line in lines] == pytest.approx(list(table["effect"]))
    assert [line.p_adjusted for line in lines] == pytest.approx(list(table["p_adjusted"]))
    assert [line.changed for line in lines] == [True, False]
    assert found.verdict == "recalibrate"


def test_without_fields_there_are_no_lines():
    assert field_lines(None, waves(), 0.05) == ([], None)


def test_fields_that_do_not_fit_are_named(frame_kind):
    old, new = fields(frame_kind, 400, 0), fields(frame_kind, 399, 1)
    with pytest.raises(SegkitError, match="the new fields has 399 rows but X_new has 400"):
        field_lines((old, new), waves(), 0.05)
    with pytest.raises(SegkitError, match="expected a pair of frames"):
        field_lines(old, waves(), 0.05)
