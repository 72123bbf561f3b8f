from typing import ClassVar

import numpy as np
from sklearn.cluster import KMeans
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier

from segkit.diagnostics.refits.chain import Chain, walk

GROUP = np.repeat([0, 1, 2], [30, 20, 10])
X = np.random.default_rng(0).normal(size=(60, 2)) + 9 * np.eye(3, 2)[GROUP]


class Counting(StandardScaler):
    """Keeps on how many rows and with what weights it was fitted."""

    seen: ClassVar[list] = []

    def fit(self, X, y=None, sample_weight=None):
        Counting.seen.append((len(X), sample_weight))
        return super().fit(X, y, sample_weight)


def chain(w=None):
    return Chain(
        names=("scale", "segments", "typing"),
        needs=(Counting(),),
        segments=KMeans(3, n_init=3),
        typing=DecisionTreeClassifier(random_state=0),
        X=X,
        fields=GROUP[:, None].astype(float),
        w=w,
        seed=1,
    )


def test_everybody_passes_and_tags_follow_the_numbers_of_the_segments():
    passed = walk(chain(), [False] * 3, np.arange(60), 0, {})
    np.testing.assert_array_equal(passed.labels, GROUP)
    np.testing.assert_array_equal(passed.tags, GROUP)


def test_a_sampled_stage_sees_those_drawn_and_the_others_everybody():
    Counting.seen.clear()
    drawn = np.arange(0, 60, 2)
    known = {}
    walk(chain(), [False] * 3, drawn, 0, known)
    walk(chain(), [True, False, False], drawn, 0, known)
    walk(chain(), [True] * 3, drawn, 0, known)
    # what is known is not fitted again: the last two begin alike
    assert [n for n, _ in Counting.seen] == [60, 30]


def test_weights_reach_the_stages_of_those_drawn():
    Counting.seen.clear()
    w = np.arange(1.0, 61.0)
    walk(chain(w), [True] * 3, np.array([0, 5, 30, 31, 50, 55]), 0, {})
    np.testing.assert_array_equal(Counting.seen[0][1], w[[0, 5, 30, 31, 50, 55]])


def test_without_typing_there_are_no_tags():
    plain = Chain(("segments",), (), KMeans(3, n_init=3), None, X, None, None, 0)
    passed = walk(plain, [True], np.arange(0, 60, 3), 0, {})
    np.testing.assert_array_equal(passed.labels, GROUP)
    assert passed.tags is None
