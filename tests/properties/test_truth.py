"""The whole chain on the made study, held against the truth that only a made study has."""

import numpy as np
import pytest
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score, cohen_kappa_score

from segkit import datasets, factors, segments, survey, typing_tool
from segkit._threads import one_blas_thread


@pytest.fixture(scope="module")
def chain():
    """Screen, find needs, divide, type: what a study does, at its own size."""
    made = datasets.make_payments_study(n_customers=20_000, random_state=0)
    answers = made.codebook.clean(made.answers)
    seconds = made.answers["seconds"].to_numpy()
    quality = survey.response_quality(made.answers, made.codebook, seconds=seconds)
    kept = ~quality.flags
    items = answers.loc[kept, made.codebook.names(role="importance")]
    w = answers.loc[kept, "weight"].to_numpy()
    with one_blas_thread():
        model = factors.FactorModel(5, random_state=0).fit(items, sample_weight=w)
        found = KMeans(4, n_init=20, random_state=0).fit(model.transform(items), sample_weight=w)
        labels = segments.order_by_size(found.labels_, sample_weight=w)
        fields = made.fields[kept]
        tool = typing_tool.TypingTool(random_state=0).fit(fields, labels, sample_weight=w)
    return made, kept, labels, fields, tool


def test_the_true_segments_are_found_again(chain):
    made, kept, labels, *_ = chain
    assert adjusted_rand_score(made.truth.respondents[kept], labels) >= 0.6


def test_tags_of_the_base_agree_with_the_truth(chain):
    made, kept, labels, _, tool = chain
    to_true = {
        b: a for a, b in segments.match(made.truth.respondents[kept], labels).mapping.items()
    }
    tagged = np.array([to_true[s] for s in tool.predict(made.base)])
    assert cohen_kappa_score(made.truth.customers, tagged) >= 0.3


def test_shuffled_segments_give_no_kappa(chain):
    *_, labels, fields, _ = chain
    shuffled = np.random.default_rng(0).permutation(labels)
    tool = typing_tool.TypingTool(n_trees=40, random_state=0).fit(fields, shuffled)
    low, high = (
        tool.evaluation_.frame().set_index("metric").loc["kappa", c] for c in ("low", "high")
    )
    assert low - 0.02 <= 0 <= high + 0.02
    assert abs(tool.evaluation_.kappa) < 0.05
