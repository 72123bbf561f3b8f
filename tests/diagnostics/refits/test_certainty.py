import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from segkit.diagnostics.refits.certainty import certainties
from segkit.diagnostics.refits.matches import agreed

CODES = np.array([0, 0, 0, 1, 1, 2, 2, -1])


def everybody(labels):
    return np.ones(labels.shape)


def test_the_share_of_samples_that_keep_somebody():
    labels = np.stack([CODES, CODES, CODES, [0, 0, 1, 1, 1, 2, 2, 0]])
    found = certainties(CODES, labels, everybody(labels))
    np.testing.assert_allclose(found.certainty[:7], [1, 1, 0.75, 1, 1, 1, 1])
    assert np.isnan(found.certainty[7])
    assert found.second.tolist() == [-1, -1, 1, -1, -1, -1, -1, -1]
    assert found.n_samples.tolist() == [4] * 7 + [0]


def test_the_other_segment_that_comes_most_often_is_second():
    labels = np.stack([CODES] * 5)
    labels[0, 0], labels[1:3, 0] = 1, 2
    assert certainties(CODES, labels, everybody(labels)).second[0] == 2


@given(st.lists(st.permutations(range(3)), min_size=1, max_size=5))
def test_the_names_that_samples_give_do_not_matter(names):
    rng = np.random.default_rng(0)
    codes = rng.integers(0, 3, 60)
    flipped = rng.random((len(names), 60)) < 0.2
    labels = np.where(flipped, rng.integers(0, 3, (len(names), 60)), codes)
    renamed = np.stack(
        [np.where(row >= 0, np.array(n)[row], -1) for n, row in zip(names, labels, strict=True)]
    )
    a, b = (certainties(codes, x, everybody(x)) for x in (labels, renamed))
    np.testing.assert_allclose(a.certainty, b.certainty)


def test_it_is_the_mean_of_who_agrees():
    rng = np.random.default_rng(1)
    codes, labels = rng.integers(0, 3, 60), rng.integers(-1, 4, (20, 60))
    w = (rng.random((20, 60)) < 0.6).astype(float)
    same = agreed(codes, labels, w)
    mean = (same == 1).sum(axis=0) / (same >= 0).sum(axis=0)
    np.testing.assert_allclose(certainties(codes, labels, w).certainty, mean)


def test_a_sample_that_says_nothing_does_not_count():
    labels = np.stack([CODES, np.full(8, -1)])
    found = certainties(CODES, labels, everybody(labels))
    assert found.n_samples[:7].tolist() == [1] * 7
    np.testing.assert_allclose(found.certainty[:7], 1)
