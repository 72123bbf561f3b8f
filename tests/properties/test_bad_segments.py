"""Whoever divides people refuses what cannot be divided, in the same words."""

import numpy as np
import pytest

from segkit.exceptions import SegkitError
from segkit.segments import ConsensusSegments, DensitySegments, LatentClass, ReducedKMeans

RNG = np.random.default_rng(0)
X = np.clip(np.round(3 + RNG.normal(0, 1.2, (120, 5))), 1, 5)
FEW = np.repeat(X[:4], 20, axis=0)
CONSTANT, UNANSWERED, INFINITE = X.copy(), X.copy(), X.copy()
CONSTANT[:, 2], UNANSWERED[:, 1], INFINITE[3, 1] = 3, np.nan, np.inf
LOST = X.copy()
LOST[:5] = np.nan

BY_NUMBER = {
    "categorical": lambda k: LatentClass(k, n_init=2),
    "ordinal": lambda k: LatentClass(k, "ordinal", n_init=2),
    "gaussian": lambda k: LatentClass(k, "gaussian", n_init=2),
    "reduced": lambda k: ReducedKMeans(k, 2, n_init=2),
    "consensus": lambda k: ConsensusSegments(k, n_draws=2),
}
EVERY = {**BY_NUMBER, "density": lambda _: DensitySegments()}
ONLY_LOST = np.append(np.ones(5), np.zeros(115))


@pytest.mark.parametrize("name", BY_NUMBER)
@pytest.mark.parametrize(
    ("table", "w", "k", "words"),
    [
        (FEW, None, 6, "n_segments=6 was asked for, but X has only 4 different row"),
        (LOST, ONLY_LOST, 2, "n_segments=2 was asked for, but X has only 0 different row"),
        (X, None, 0, r"n_segments=0 was given; expected a whole number at least"),
        (X, None, 2.5, r"n_segments=2.5 was given; expected a whole number at least"),
    ],
    ids=["few rows", "no answers with weight", "none", "half"],
)
def test_more_segments_than_there_can_be(name, table, w, k, words):
    with pytest.raises(SegkitError, match=words):
        BY_NUMBER[name](k).fit(table, sample_weight=w)


@pytest.mark.parametrize("name", EVERY)
@pytest.mark.parametrize(
    ("table", "w", "words"),
    [
        (CONSTANT, None, r"`x3` in X has the same answer everywhere \(a constant item\).*Leave it"),
        (UNANSWERED, None, "`x2` in X holds no answer at all.*Leave it out"),
        (INFINITE, None, "`x2` in X holds infinity in row 3.*Replace infinity"),
        (X, np.zeros(120), "sample_weight is zero everywhere; expected some positive weights"),
        (X, -np.ones(120), "sample_weight is -1.0 in row 0 .*expected finite weights of zero or"),
        (X, np.ones(119), r"sample_weight has shape \(119,\), but there are 120 respondents"),
    ],
    ids=["constant", "unanswered", "infinite", "no weight", "negative weight", "short weight"],
)
def test_what_no_method_can_use(name, table, w, words):
    with pytest.raises(SegkitError, match=words):
        EVERY[name](3).fit(table, sample_weight=w)


@pytest.mark.parametrize("name", BY_NUMBER)
def test_people_without_any_answer_get_a_label_and_move_nobody(name):
    with_them, without = BY_NUMBER[name](3).fit(LOST), BY_NUMBER[name](3).fit(LOST[5:])
    np.testing.assert_array_equal(with_them.labels_[5:], without.labels_)
    assert len(set(with_them.labels_[:5])) == 1
