import numpy as np
import pytest

from segkit.diagnostics.refits.draws import SCHEMES, draws
from segkit.exceptions import SegkitError


def drawn(scheme, n_samples=6, n=50, seed=0):
    return np.stack(list(draws(scheme, n_samples, n, seed)))


def test_a_bootstrap_sample_draws_as_many_as_there_are_people():
    assert drawn("bootstrap").sum(axis=1).tolist() == [50] * 6


def test_a_subsample_takes_four_fifths_each_once():
    counts = drawn("subsample")
    assert set(np.unique(counts)) == {0, 1}
    assert counts.sum(axis=1).tolist() == [40] * 6


def test_halves_share_nobody_and_leave_nobody_out():
    counts = drawn("split-half", n=51)
    np.testing.assert_array_equal(counts[0::2] + counts[1::2], np.ones((3, 51)))
    assert counts[0].sum() == 25
    assert not np.array_equal(counts[0], counts[2])


@pytest.mark.parametrize("scheme", SCHEMES)
def test_everybody_is_as_likely_as_anybody(scheme):
    counts = drawn(scheme, n_samples=2000, n=10) > 0
    share = counts.mean(axis=0)
    assert np.abs(share - share.mean()).max() < 4 * 0.5 / np.sqrt(2000)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_more_samples_begin_with_the_same_ones(scheme):
    np.testing.assert_array_equal(drawn(scheme, 4), drawn(scheme, 8)[:4])
    assert not np.array_equal(drawn(scheme, 4), drawn(scheme, 4, seed=1))


def test_an_unknown_scheme_is_named():
    with pytest.raises(SegkitError, match="scheme='jackknife' is not known; expected one of"):
        list(draws("jackknife", 2, 5, 0))
