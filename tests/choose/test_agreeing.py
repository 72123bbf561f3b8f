import numpy as np
import pytest
from sklearn.metrics import adjusted_rand_score

from segkit.choose.agreeing import agreement_matrix, found_again

RNG = np.random.default_rng(0)
LABELS = [RNG.integers(0, k, 100) for k in (2, 3, 4)]


def test_agreement_is_the_adjusted_rand_index_of_each_pair():
    found = agreement_matrix(LABELS, np.ones(100))
    expected = [[adjusted_rand_score(a, b) for a in LABELS] for b in LABELS]
    assert np.allclose(found, expected)


def test_a_segment_that_the_other_has_too_is_found_entirely():
    codes = np.repeat([0, 1, 2], [50, 30, 20])
    merged = np.where(codes == 2, 1, codes)
    overlap = found_again(codes, [codes, merged], np.ones(100))
    assert overlap[0].tolist() == [1.0, 1.0, 1.0]
    assert overlap[1] == pytest.approx([1.0, 0.6, 0.4])
    assert found_again(codes, [], np.ones(100)).shape == (0, 3)


def test_people_in_no_segment_count_in_the_union():
    codes = np.repeat([0, 1], 50)
    with_noise = np.where(np.arange(100) < 10, -1, codes)
    assert found_again(codes, [with_noise], np.ones(100))[0] == pytest.approx([0.8, 1.0])
