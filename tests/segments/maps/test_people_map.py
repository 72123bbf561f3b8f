import numpy as np
import pytest
from numpy.testing import assert_array_equal

from segkit._frames import column, numeric_column
from segkit.exceptions import SegkitError
from segkit.segments import Scheme, people_map

RNG = np.random.default_rng(0)
LABELS = np.repeat([0, 1, 2], [60, 50, 40])
X = RNG.normal(size=(150, 4)) + 6 * np.array([[0, 0, 0, 0], [1, 0, 1, 0], [0, 1, 0, 1]])[LABELS]


def table(frame_kind, rows=slice(None)):
    return frame_kind.make({f"x{j}": X[rows, j] for j in range(4)})


def test_groups_that_stand_apart_have_neighbours_of_their_own(frame_kind):
    found = people_map(table(frame_kind), LABELS, n_neighbors=15)
    frame = found.frame()
    assert type(frame).__module__.startswith(frame_kind.name)
    assert_array_equal(column(frame, "row"), np.arange(150))
    assert_array_equal(column(frame, "segment"), LABELS)
    assert numeric_column(frame, "same").mean() > 0.97
    assert found.by_chance == pytest.approx((60**2 + 50**2 + 40**2) / 150**2)
    assert "Map of 150 people (UMAP, 15 neighbours" in found.summary()
    assert "34 % by chance" in found.summary()


def test_labels_at_random_have_neighbours_by_chance():
    found = people_map(X, RNG.permutation(LABELS), n_neighbors=15)
    assert numeric_column(found.frame(), "same").mean() == pytest.approx(found.by_chance, abs=0.08)


def test_the_order_of_the_rows_moves_nobody():
    order = RNG.permutation(150)
    for most in (5000, 100):
        one = people_map(X, LABELS, n_neighbors=15, most=most).frame().set_index("row")
        other = people_map(X[order], LABELS[order], n_neighbors=15, most=most).frame()
        other = other.assign(row=order[other["row"]]).set_index("row").loc[one.index]
        assert_array_equal(one[["x", "y", "same"]], other[["x", "y", "same"]])


def test_of_many_people_a_sample_is_shown_and_said_to_be():
    found = people_map(X, LABELS, n_neighbors=15, most=80)
    assert len(found.frame()) == 80
    assert "Map of 80 people of 150, drawn at random" in found.summary()


def test_noise_has_no_segment_and_gaps_are_said():
    gaps = X.copy()
    gaps[0, 0] = np.nan
    labels = np.where(np.arange(150) < 20, -1, LABELS)
    found = people_map(gaps, labels, n_neighbors=15)
    frame = found.frame()
    assert frame["segment"].isna().sum() == frame["same"].isna().sum() == 20
    assert found.n_filled == 1
    assert "1 missing answers were replaced" in found.summary()


def test_a_scheme_brings_its_names():
    scheme = Scheme(LABELS, names=["Planners", "Savers", "Others"])
    found = people_map(X, scheme, n_neighbors=15)
    assert found.segments == ("Planners", "Savers", "Others")
    assert found.frame()["segment"].tolist()[:1] == ["Planners"]


@pytest.mark.parametrize(
    ("labels", "options", "words"),
    [
        (LABELS[:-1], {}, "labels has 149 rows but X has 150"),
        (np.eye(3)[LABELS], {}, "labels is a table; expected one segment a row"),
        (LABELS, {"n_neighbors": 1}, "n_neighbors=1 was given"),
        (LABELS, {"most": 20}, "The map would show 20 people, but n_neighbors=30"),
    ],
)
def test_what_cannot_be_drawn_is_named(labels, options, words):
    with pytest.raises(SegkitError, match=words):
        people_map(X, labels, **options)
