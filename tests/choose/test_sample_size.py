import pytest
from scipy.stats import binom

from segkit import choose
from segkit.exceptions import SegkitError


def numbers(*given, **changes):
    table = choose.sample_size(*given, **changes)
    return dict(zip(table["purpose"], table["n"], strict=True))


def test_the_textbook_numbers():
    # Cochran: a share of one half within 3 points, 95 %
    found = numbers(2, 10, smallest=0.5, profile_error=1.96 / 10)
    assert found["sizes"] == 1068
    assert found["profiles"] == 200
    assert (found["items_70"], found["items_100"]) == (700, 1000)


@pytest.mark.parametrize("share", [0.02, 0.1, 0.25])
def test_the_smallest_segment_is_reached_and_one_fewer_would_not_do(share):
    n = numbers(4, 10, smallest=share, n_smallest=30)["smallest"]
    assert binom.sf(29, n, share) >= 0.95 > binom.sf(29, n - 1, share)


def test_weights_cost_respondents_and_more_segments_too():
    one, two = numbers(4, 10), numbers(4, 10, design_effect=2.0)
    for purpose in ("sizes", "profiles", "smallest"):
        assert two[purpose] == pytest.approx(2 * one[purpose], abs=1)
    assert two["items_70"] == one["items_70"]
    assert numbers(8, 10)["profiles"] == pytest.approx(2 * one["profiles"], abs=1)


@pytest.mark.parametrize(
    ("given", "changes", "text"),
    [
        ((1, 10), {}, "n_segments=1"),
        ((4, 0), {}, "n_items=0"),
        ((4, 10), {"smallest": 0.3}, "expected at most 0.250"),
        ((4, 10), {"size_error": 0}, "size_error=0"),
        ((4, 10), {"profile_error": 0}, "profile_error=0"),
        ((4, 10), {"design_effect": 0.5}, "design_effect=0.5"),
    ],
)
def test_numbers_that_cannot_be_are_refused(given, changes, text):
    with pytest.raises(SegkitError, match=text):
        choose.sample_size(*given, **changes)
