import pytest
from sklearn.cluster import DBSCAN, KMeans

from segkit.diagnostics.refits.numbers import candidates_by_number
from segkit.exceptions import SegkitError


def test_candidates_go_from_few_to_many_and_leave_the_model_as_it_was():
    model = KMeans(8)
    found = candidates_by_number(model, "X", (4, 2))
    assert list(found) == [2, 4]
    assert [candidate.n_clusters for candidate, _ in found.values()] == [2, 4]
    assert model.n_clusters == 8


def test_without_numbers_the_model_is_the_candidate():
    model = DBSCAN()
    assert candidates_by_number(model, "X", None) == {None: (model, "X")}


@pytest.mark.parametrize("numbers", [[], [3, 3], [1], [2.5]])
def test_bad_numbers_are_named(numbers):
    with pytest.raises(SegkitError, match=r"n_segments=.* was given; expected"):
        candidates_by_number(KMeans(), "X", numbers)
