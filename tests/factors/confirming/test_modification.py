import numpy as np
from numpy.testing import assert_allclose

from segkit._frames import Origin
from segkit.factors.confirming.likelihood_fit import maximise
from segkit.factors.confirming.measurement_model import GroupMoments
from segkit.factors.confirming.modification import modification_frame
from segkit.factors.confirming.structure import confirmatory_design, read_structure

FIVE = {a: [f"{a}{j}" for j in range(1, 6)] for a in "ACENO"}


def bfi_fit(correlations, residuals=()):
    moments = GroupMoments(np.zeros(25), correlations.matrix("pearson_complete"), 2436.0)
    structure = read_structure(FIVE, correlations["items"])
    return maximise(confirmatory_design(structure, moments, residuals), [moments]), structure


def test_lavaans_modification_indices(correlations, r_confirmatory):
    frame = modification_frame(*bfi_fit(correlations), Origin())
    expected = r_confirmatory["single"]["ML"]["modindices"]
    top = frame.head(30)
    assert_allclose(top["chi2_drop"], expected["mi"], rtol=1e-4)
    rows = zip(expected["lhs"], expected["op"], expected["rhs"], strict=True)
    named = [{b, a} for a, op, b in rows]
    assert [set(pair) for pair in zip(top["item"], top["other"], strict=True)] == named
    # lavaan turns the factors of negative loadings round: sizes are compared
    assert_allclose(top["change"].abs(), np.abs(expected["sepc.all"]), rtol=2e-3)
    assert len(frame) == 25 * 4 + 25 * 24 // 2


def test_a_freed_residual_lowers_chi2_by_about_what_was_said(correlations):
    plain, structure = bfi_fit(correlations)
    items = correlations["items"]
    freed, _ = bfi_fit(correlations, [(items.index("N2"), items.index("N1"))])
    first = modification_frame(plain, structure, Origin()).iloc[0]
    assert (first["item"], first["other"]) == ("N1", "N2")
    # the index goes along the slope at the start, so it says too much of a large change
    assert_allclose(plain.chi2 - freed.chi2, first["chi2_drop"], rtol=0.2)
    rest = modification_frame(freed, structure, Origin())
    assert not ((rest["item"] == "N1") & (rest["other"] == "N2")).any()
