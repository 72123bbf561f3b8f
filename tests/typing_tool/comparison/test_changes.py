import numpy as np
import pytest
from scipy.stats import chi2_contingency

from segkit.typing_tool.comparison.changes import Changes, association, margins
from segkit.typing_tool.models.calibration import Calibration


def bergsma(table):
    """Cramér's V with the corrections of Bergsma (2013), written out."""
    n, (r, k) = table.sum(), table.shape
    phi2 = chi2_contingency(table, correction=False).statistic / n
    phi2 = max(0.0, phi2 - (k - 1) * (r - 1) / (n - 1))
    rows, columns = r - (r - 1) ** 2 / (n - 1), k - (k - 1) ** 2 / (n - 1)
    return np.sqrt(phi2 / min(rows - 1, columns - 1))


@pytest.mark.parametrize("seed", range(5))
def test_association_is_bergsmas(seed):
    rng = np.random.default_rng(seed)
    every = rng.integers(5, 60, int(rng.integers(2, 9)))
    changed = rng.binomial(every, rng.random(every.size))
    expected = bergsma(np.stack([changed, every - changed], axis=1))
    assert association(np.stack([every, changed], axis=1)) == pytest.approx(expected, abs=1e-12)
    unused = np.stack([[*every, 0], [*changed, 0]], axis=1)
    assert association(unused) == pytest.approx(expected, abs=1e-12)


def test_association_where_nothing_can_be_told():
    assert association(np.array([[10, 0], [20, 0]])) == 0.0
    assert association(np.array([[10, 10], [20, 20]])) == 0.0
    assert association(np.array([[10, 3], [0, 0]])) == 0.0
    assert association(np.array([[1, 1], [1, 0]])) == 0.0


def made(tags, narrow, codes, n_tags=3):
    return Changes.of(tags, narrow, [(codes, 4)], n_tags)


def test_parts_of_a_base_add_up_and_every_change_is_settled_once():
    rng = np.random.default_rng(0)
    tags = [rng.integers(0, 3, 500) for _ in range(4)]
    narrow, codes = rng.random(500) < 0.3, rng.integers(0, 4, 500)
    whole = made(tags, narrow, codes)
    cut = 123
    parts = made([t[:cut] for t in tags], narrow[:cut], codes[:cut]) + made(
        [t[cut:] for t in tags], narrow[cut:], codes[cut:]
    )
    for name in ("counts", "borderline", "by_part"):
        np.testing.assert_array_equal(getattr(whole, name), getattr(parts, name))
    np.testing.assert_array_equal(whole.by_code[0], parts.by_code[0])
    assert whole.by_part.sum() == (tags[0] != tags[-1]).sum() == whole.by_code[0][:, 1].sum()
    assert whole.counts.sum() == 500
    assert (whole.borderline <= whole.counts).all()


def test_the_part_that_settles_is_the_last_that_moved_the_tag():
    # moved by the first part only; there and back and there again; by the last
    tags = [np.array(t) for t in zip([0, 1, 1, 1], [0, 1, 0, 1], [0, 0, 0, 1], strict=True)]
    found = made(tags, np.zeros(3, bool), np.zeros(3, int))
    assert found.by_part.tolist() == [1, 0, 2]


def test_margins_are_those_of_the_two_likeliest():
    votes = np.array([[3072, 1024, 0], [2048, 1024, 1024]])
    decision = Calibration.neutral(3).decide(votes)
    top = np.sort(decision.probabilities, axis=1)
    np.testing.assert_allclose(margins(decision), top[:, -1] - top[:, -2])
