import numpy as np
import pytest
from sklearn.metrics import calinski_harabasz_score, davies_bouldin_score, silhouette_score

from segkit.choose.separation import explained, separation

RNG = np.random.default_rng(0)
CODES = np.repeat([0, 1, 2], [50, 40, 30])
X = RNG.normal(size=(120, 4)) + 2.0 * CODES[:, None]
ONES = np.ones(120)


def test_indices_equal_those_of_scikit_learn():
    found = separation(X, CODES, ONES)
    assert found.calinski_harabasz == pytest.approx(calinski_harabasz_score(X, CODES))
    assert found.davies_bouldin == pytest.approx(davies_bouldin_score(X, CODES))


def test_the_simplified_silhouette_is_the_one_of_distances_to_centres():
    centres = np.stack([X[s == CODES].mean(axis=0) for s in range(3)])
    d = np.sqrt(np.square(X[:, None] - centres).sum(axis=2))
    own = d[np.arange(120), CODES]
    d[np.arange(120), CODES] = np.inf
    other = d.min(axis=1)
    expected = ((other - own) / np.maximum(own, other)).mean()
    found = separation(X, CODES, ONES).silhouette
    assert found == pytest.approx(expected)
    # near the one of all pairs, and above it: a person is no neighbour of itself there
    assert silhouette_score(X, CODES) < found < silhouette_score(X, CODES) + 0.15


def test_explained_is_the_share_between():
    within = sum(np.square(X[s == CODES] - X[s == CODES].mean(axis=0)).sum() for s in range(3))
    assert explained(X, CODES, ONES) == pytest.approx(
        1 - within / np.square(X - X.mean(axis=0)).sum()
    )


def test_weights_are_repeated_rows_and_their_unit_is_free():
    w = RNG.integers(1, 4, 120)
    rows = np.repeat(np.arange(120), w)
    weighted = separation(X, CODES, w * 1.0)
    repeated = separation(X[rows], CODES[rows], np.ones(rows.size))
    for name in ("silhouette", "davies_bouldin", "explained"):
        assert getattr(weighted, name) == pytest.approx(getattr(repeated, name))
    larger = separation(X, CODES, 7.0 * w)
    assert np.allclose([*vars(larger).values()], [*vars(weighted).values()])


def test_names_of_segments_and_order_of_rows_do_not_matter():
    turned = RNG.permutation(120)
    found = separation(X[turned], np.array([2, 0, 1])[CODES[turned]], ONES)
    assert np.allclose([*vars(found).values()], [*vars(separation(X, CODES, ONES)).values()])


def test_noise_and_who_answered_nothing_are_left_out():
    codes = CODES.copy()
    codes[:5] = -1
    gaps = X.copy()
    gaps[5:8] = np.nan
    expected = separation(X[8:], CODES[8:], ONES[8:])
    assert separation(gaps, codes, ONES) == expected


def test_gaps_change_little_when_they_fall_at_random():
    gaps = np.where(RNG.random(X.shape) < 0.1, np.nan, X)
    full, part = separation(X, CODES, ONES), separation(gaps, CODES, ONES)
    assert part.silhouette == pytest.approx(full.silhouette, abs=0.05)
    assert part.explained == pytest.approx(full.explained, abs=0.05)


def test_segments_of_equal_people_are_infinitely_far_apart():
    found = separation(np.repeat([[0.0], [5.0]], 4, axis=0), np.repeat([0, 1], 4), np.ones(8))
    assert (found.silhouette, found.davies_bouldin, found.explained) == (1.0, 0.0, 1.0)
    assert found.calinski_harabasz == np.inf
