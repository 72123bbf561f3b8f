import numpy as np
from numpy.testing import assert_allclose

from segkit._frames import Origin
from segkit.factors.loadings import loadings_frame, table_of_loadings, variance_frame
from segkit.factors.rotations.rotation import Rotation

LOADINGS = np.array([[0.1, -0.7], [0.6, 0.2], [0.8, 0.4], [0.05, 0.5]])


def test_loadings_stand_beside_their_items(frame_kind):
    frame = loadings_frame(Origin(frame_kind.name), list("abcd"), LOADINGS)
    assert list(frame.columns) == ["item", "factor_1", "factor_2"]
    assert frame["item"].to_list() == list("abcd")
    assert_allclose(frame["factor_2"].to_numpy(), LOADINGS[:, 1])


def test_variance_adds_up():
    phi = np.array([[1, 0.3], [0.3, 1]])
    frame = variance_frame(Origin(), Rotation(LOADINGS, phi))
    communality = np.diag(LOADINGS @ phi @ LOADINGS.T)
    assert_allclose(frame["ss_loadings"].sum(), communality.sum())
    assert_allclose(frame["cumulative"].iloc[-1], communality.mean())


def test_the_table_for_reading_is_sorted_and_small_loadings_are_empty():
    frame = table_of_loadings(
        Origin(), list("abcd"), LOADINGS, np.square(LOADINGS).sum(axis=1),
        wordings={"a": "Pay on time"}, hide_below=0.3,
    )  # fmt: skip
    assert frame["item"].tolist() == ["c", "b", "a", "d"]
    assert frame["factor"].tolist() == ["factor_1", "factor_1", "factor_2", "factor_2"]
    assert frame["wording"].tolist() == ["", "", "Pay on time", ""]
    assert frame["factor_2"].isna().tolist() == [False, True, False, False]
    assert_allclose(frame["communality"].iloc[0], 0.8)
