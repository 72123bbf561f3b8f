import narwhals.stable.v2 as nw
import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose
from scipy.cluster.hierarchy import linkage

from segkit.segments import profile
from segkit.segments.describing.joins import profile_distances

RNG = np.random.default_rng(0)
N = 800
LABELS = RNG.choice(4, N, p=[0.4, 0.3, 0.2, 0.1])
AGE = RNG.normal(np.array([30, 50, 52, 70])[LABELS], 5)
APP = RNG.random(N) < np.array([0.9, 0.5, 0.45, 0.1])[LABELS]
CITY = RNG.choice(["north", "south", "west"], N)


def found(kind=pd.DataFrame, labels=LABELS):
    columns = {"age": AGE, "app": APP.tolist(), "city": CITY.tolist()}
    return profile(kind(columns), labels)


def read(frame):
    columns = nw.from_native(frame, eager_only=True).to_dict(as_series=False)
    return {k: np.array(v) for k, v in columns.items()}


def test_distances_by_hand():
    one = profile(pd.DataFrame({"app": APP}), LABELS)
    share = [APP[k == LABELS].mean() for k in range(4)]
    h = 2 * np.arcsin(np.sqrt(share))
    assert_allclose(profile_distances(one.frame()), np.abs(h[:, None] - h))
    # a second item of no difference halves the mean square
    both = profile(pd.DataFrame({"app": APP, "same": np.ones(N)}), LABELS)
    assert_allclose(profile_distances(both.frame()), np.abs(h[:, None] - h) / np.sqrt(2))


def test_means_are_apart_by_cohens_d():
    apart = profile_distances(profile(pd.DataFrame({"age": AGE}), LABELS).frame())
    a, b = AGE[LABELS == 0], AGE[LABELS == 3]
    squares = (len(a) - 1) * a.var(ddof=1) + (len(b) - 1) * b.var(ddof=1)
    pooled = np.sqrt(squares / (len(a) + len(b) - 2))
    assert apart[0, 3] == pytest.approx(abs(a.mean() - b.mean()) / pooled)
    assert_allclose(np.diag(apart), 0)


def test_the_most_similar_join_first(frame_kind):
    joins = found(frame_kind.make).joins()
    assert type(joins).__module__.startswith(frame_kind.name)
    t = read(joins)
    assert t["step"].tolist() == [0, 1, 2]
    assert (t["first"][0], t["second"][0]) == ("Segment 1", "Segment 2")
    assert t["joined"][0] == "Segment 1 + Segment 2"
    assert t["n_first"][0] == (LABELS == 1).sum()
    assert t["n_first"][-1] + t["n_second"][-1] == N
    assert (np.diff(t["distance"]) >= 0).all()


def test_distances_of_joins_are_averages():
    d = profile_distances(found().frame())
    steps = linkage(d[np.triu_indices(4, 1)], method="average")
    assert_allclose(found().joins()["distance"], steps[:, 2])


def test_order_of_rows_and_names_change_no_join():
    order = RNG.permutation(N)
    columns = {"age": AGE[order], "app": APP[order], "city": CITY[order]}
    other = profile(pd.DataFrame(columns), LABELS[order]).joins()
    assert_allclose(other["distance"], found().joins()["distance"])
    turned = found(labels=np.array([3, 2, 1, 0])[LABELS]).joins()
    assert_allclose(turned["distance"], found().joins()["distance"])
    assert turned["second"].tolist()[0] == "Segment 1"


def test_two_segments_are_one_join_and_gaps_are_left_out():
    two = np.minimum(LABELS, 1)
    answered = np.where(two == 1, np.nan, AGE)
    made = profile(pd.DataFrame({"app": APP, "gap": answered}), two)
    joins = made.joins()
    assert len(joins) == 1
    alone = profile(pd.DataFrame({"app": APP}), two).joins()
    assert joins["distance"][0] == pytest.approx(alone["distance"][0])
