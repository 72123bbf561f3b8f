import numpy as np
import pytest
from numpy.testing import assert_array_equal
from sklearn.cluster import HDBSCAN, AgglomerativeClustering, KMeans
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from segkit._frames import Matrix, is_frame, matrix
from segkit.exceptions import SegkitError
from segkit.segments import LatentClass, ReducedKMeans
from segkit.segments.ensembles.ensemble import Draw, as_table, default_members, fit_members
from segkit.segments.patterns import distinct_rows
from segkit.segments.scaling import Scaling

HALF = Draw(0.5, 0.5)


class Recorder(KMeans):
    """Notes what it is fitted to."""

    def fit(self, X, y=None, sample_weight=None):
        self.seen_, self.w_ = np.asarray(X), sample_weight
        return super().fit(X, sample_weight=sample_weight)


def people(n=90, p=6):
    rng = np.random.default_rng(0)
    truth = rng.integers(0, 3, n)
    return 4.0 * rng.normal(size=(3, p))[truth] + rng.normal(size=(n, p)), truth


def fitted(models, X, w=None, draw=HALF, n_draws=2):
    patterns = distinct_rows(X, np.ones(len(X)) if w is None else w)
    table = Matrix(patterns.values, matrix(X).names, matrix(X).origin)
    repeats = np.bincount(patterns.row_pattern)
    seeds = np.arange(n_draws * len(models)).reshape(n_draws, len(models))
    members, codes = fit_members(models, table, patterns, repeats, draw, seeds)
    return members, codes, table, patterns


def test_every_member_sees_its_own_people_and_items_and_places_everybody():
    X, _ = people()
    members, codes, table, _ = fitted([Recorder(3, n_init=1)], X, n_draws=4)
    assert {m.model.seen_.shape for m in members} == {(45, 3)}
    assert len({tuple(m.columns) for m in members}) > 1
    assert len({m.model.random_state for m in members}) == 4
    assert codes.shape == (90, 4)
    assert (codes >= 0).all()
    for member, code in zip(members, codes.T, strict=True):
        rows = table.values[:, member.columns]
        assert {tuple(x) for x in member.model.seen_} <= {tuple(x) for x in rows}
        assert_array_equal(member.place(table, Scaling.of(table, np.ones(90))), code)


def test_weights_reach_members_that_take_them_and_the_others_see_everybody_once():
    X, _ = people(30)
    twice = np.vstack([X, X[:10]])
    w = np.arange(40.0) + 1
    members, _, _, _ = fitted([Recorder(3, n_init=1)], twice, w, Draw(1.0, 1.0), 1)
    assert members[0].model.seen_.shape == (30, 6)
    assert members[0].model.w_.sum() == pytest.approx(w.sum())
    members, _, _, _ = fitted([AgglomerativeClustering(3)], twice, w, Draw(1.0, 1.0), 1)
    assert members[0].model.labels_.shape == (40,)
    assert members[0].n_people == 30


def test_a_model_that_cannot_place_others_says_nothing_of_them_but_places_new_people():
    X, _ = people()
    members, codes, table, _ = fitted([AgglomerativeClustering(3)], X)
    assert set(np.bincount(codes[:, 0] + 1)[:1]) == {45}
    scaling = Scaling.of(table, np.ones(90))
    placed = members[0].place(table, scaling)
    known = codes[:, 0] >= 0
    assert (placed[known] == codes[known, 0]).mean() > 0.95
    nobody = Matrix(np.full((1, 6), np.nan), table.names, table.origin)
    assert_array_equal(members[0].place(nobody, scaling), [-1])


def test_noise_is_no_vote_and_a_pipeline_is_called_by_its_last_step():
    X, _ = people()
    models = [
        HDBSCAN(min_cluster_size=40, min_samples=2),
        make_pipeline(StandardScaler(), KMeans(3, n_init=1)),
    ]
    members, codes, _, _ = fitted(models, X, n_draws=1)
    assert members[0].numbers.size == 0
    assert_array_equal(codes[:, 0], -1)
    assert [m.kind for m in members] == ["HDBSCAN", "KMeans"]


def test_items_that_are_constant_in_a_draw_are_left_out():
    X, _ = people()
    X[:, 0] = 0.0
    X[0, 0] = 1.0
    members, _, _, _ = fitted([ReducedKMeans(3, 1, n_init=2)], X, None, Draw(0.5, 1.0), 4)
    for member in members:
        assert np.ptp(X[:, member.columns], axis=0).all()
        assert member.columns.size >= 5


def test_a_member_that_cannot_be_fitted_is_named():
    X, _ = people()
    X[3, 1] = np.nan
    with pytest.raises(SegkitError, match=r"The member KMeans cannot be fitted to 90 resp.*NaN"):
        fitted([KMeans(3)], X, None, Draw(1.0, 1.0), 1)


def test_the_defaults_are_three_ways_of_dividing_into_as_many_segments():
    kinds = default_members(4)
    assert [type(m) for m in kinds] == [ReducedKMeans, ReducedKMeans, LatentClass]
    assert {m.n_segments for m in kinds} == {4}
    assert [m.n_dimensions for m in kinds[:2]] == [3, 2]
    assert [m.n_dimensions for m in default_members(2)[:2]] == [1, 1]


def test_members_see_the_kind_of_table_that_was_given(frame_kind):
    X, _ = people(5)
    frame = frame_kind.make({f"q{j}": X[:, j] for j in range(6)})
    part = as_table(matrix(frame), np.array([1, 4]))
    assert isinstance(part, type(frame))
    assert list(part.columns) == ["q1", "q4"]
    assert not is_frame(as_table(matrix(X), np.array([1, 4])))
