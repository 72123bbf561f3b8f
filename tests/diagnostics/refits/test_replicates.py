import numpy as np
import pytest
from sklearn.cluster import AgglomerativeClustering, KMeans
from sklearn.datasets import make_blobs

from segkit.diagnostics.refits.replicates import replicate
from segkit.exceptions import SegkitError


@pytest.fixture(scope="module")
def blobs():
    return make_blobs([60, 40, 30], centers=[[0, 0], [9, 0], [0, 9]], random_state=0)[0]


@pytest.fixture(scope="module")
def cloud():
    return np.random.default_rng(0).normal(size=(120, 4))


def by_k(X, numbers=(2, 3, 4)):
    return {k: (KMeans(k, n_init=2), X) for k in numbers}


def test_all_candidates_see_the_same_samples_and_answer_as_if_alone(cloud):
    both = replicate(by_k(cloud), 5)
    alone = replicate(by_k(cloud, [3]), 5)
    np.testing.assert_array_equal(both.counts, alone.counts)
    np.testing.assert_array_equal(both.labels[3], alone.labels[3])
    np.testing.assert_array_equal(both.agreement(3).jaccard, alone.agreement(3).jaccard)
    assert both.names == (2, 3, 4)
    assert both.labels[4].shape == (5, 120)
    assert both.codes[4].max() == 3


def test_inputs_may_differ_between_candidates(cloud):
    found = replicate(
        {
            ("all", 2): (KMeans(2, n_init=2), cloud),
            ("half", 2): (AgglomerativeClustering(2), cloud[:, :2]),
        },
        4,
    )
    assert found.placing == {("all", 2): "predict", ("half", 2): "nearest neighbour"}
    # a model without predict answers for everybody all the same
    assert (found.labels["half", 2] >= 0).all()


def test_the_row_order_and_the_processes_change_nothing(cloud):
    shuffle = np.random.default_rng(1).permutation(len(cloud))
    a, b = replicate(by_k(cloud), 4), replicate(by_k(cloud[shuffle]), 4, n_jobs=2)
    for k in (2, 3, 4):
        np.testing.assert_array_equal(a.labels[k][:, shuffle], b.labels[k])
        np.testing.assert_array_equal(a.reference[k][shuffle], b.reference[k])
    np.testing.assert_array_equal(a.counts[:, shuffle], b.counts)


@pytest.mark.parametrize("scheme", ["bootstrap", "subsample", "split-half"])
def test_separated_segments_come_back_by_every_scheme(scheme, blobs):
    found = replicate(by_k(blobs, [3]), 6, scheme=scheme, warm=True)
    assert found.agreement(3).jaccard.min() > 0.95
    assert found.agreement(3, everybody=True).ari.min() > 0.95
    assert found.agreement(3, warm=True).jaccard.min() == 1.0
    assert found.pairs(3).ari.shape == (3,)
    assert found.pairs(3).ari.min() > 0.95


def test_it_can_be_stopped_and_ends_at_the_same_sample_in_two_processes(cloud):
    def enough(overlaps):
        assert [o.shape for o in overlaps] == [(10, 2), (10, 3)]
        return True

    one = replicate(by_k(cloud, (2, 3)), 40, stop=enough)
    two = replicate(by_k(cloud, (2, 3)), 40, stop=enough, n_jobs=2)
    assert len(one.counts) == 10
    np.testing.assert_array_equal(one.labels[2], two.labels[2])
    # what comes first does not depend on how many there would have been
    np.testing.assert_array_equal(one.labels[2][:4], replicate(by_k(cloud, (2, 3)), 4).labels[2])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"candidates": {}}, "No candidate was given"),
        ({"scheme": "jackknife"}, "scheme='jackknife' is not known"),
        (
            {"candidates": {"a": (KMeans(2), np.eye(5)), "b": (KMeans(2), np.eye(4))}},
            "X of b has 4 rows but the first X has 5",
        ),
        ({"candidates": {1: (KMeans(1, n_init=1), np.eye(5))}}, "one segment only"),
    ],
)
def test_bad_input_is_named(change, message, cloud):
    with pytest.raises(SegkitError, match=message):
        replicate(**({"candidates": by_k(cloud), "n_boot": 2} | change))
