"""Three steps against the truth of made people: no bias, and intervals that cover it.

Three segments, eight yes/no items that tell them apart with a relative entropy of about .86,
a covariate, an outcome. The plain figures of the people put into the segments are biased by
.05 to .13 (means) and .12 to .20 (slopes).
"""

import numpy as np
import pytest

from segkit.segments import LatentClass, covariates, outcomes

MEANS = np.array([0.0, 1.0, 2.0])
SLOPES = np.array([[-0.5, 1.0], [-0.8, -0.7]])  # intercept and slope against the first segment
ITEMS = np.array([[0.85] * 8, [0.15] * 8, [0.85] * 4 + [0.15] * 4])


def made(seed, n=1000):
    rng = np.random.default_rng(seed)
    z = rng.normal(size=n)
    logits = np.column_stack([np.zeros(n), *(a + b * z for a, b in SLOPES)])
    shares = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    truth = (shares.cumsum(axis=1) < rng.random((n, 1))).sum(axis=1)
    X = (rng.random((n, 8)) < ITEMS[truth]).astype(float)
    w = rng.choice([0.5, 1.0, 2.0], n)
    return X, z[:, None], (MEANS[truth] + rng.normal(size=n))[:, None], w


def true_numbers(model):
    """Return the fitted segment of each true one, by the items."""
    p = model.class_probabilities_["probability"].to_numpy().reshape(8, 3, 2)[:, :, 1].T
    return np.abs(ITEMS[:, None] - p).sum(axis=2).argmin(axis=1)


def one_run(seed, assignment, weighted):
    """Estimate, standard error, ends and plain figure of 3 means and 4 coefficients."""
    X, z, y, w = made(seed)
    w = w if weighted else None
    model = LatentClass(3, n_init=10).fit(X, sample_weight=w)
    own = true_numbers(model)
    options = {"assignment": assignment, "sample_weight": w}
    means = outcomes(model, X, y, **options).frame().iloc[own]
    logit = covariates(model, X, z, reference=int(own[0]), **options).frame()
    logit = logit.set_index("segment").loc[own[1:]]
    return np.array(
        [
            np.concatenate([means["value"], logit["coefficient"]]),
            np.concatenate([means["low"], logit["low"]]),
            np.concatenate([means["high"], logit["high"]]),
            np.concatenate([means["uncorrected"], logit["uncorrected"]]),
        ]
    )


TRUE = np.concatenate([MEANS, SLOPES.ravel()])
SLOPE = [4, 6]


def runs(n_runs, assignment="modal", weighted=False):
    found = np.array([one_run(seed, assignment, weighted) for seed in range(n_runs)])
    return found.transpose(1, 0, 2)


def test_three_steps_have_no_bias_where_the_assigned_people_do():
    value, low, high, plain = runs(60)
    error = value.std(axis=0) / np.sqrt(60)
    bias, naive = value.mean(axis=0) - TRUE, plain.mean(axis=0) - TRUE
    # the bias of a finite sample is allowed for: a tenth of a standard error
    assert (np.abs(bias) < 3 * error + 0.1 * value.std(axis=0)).all()
    assert (np.abs(naive[[0, 2, *SLOPE]]) > 0.09).all()
    assert (np.abs(bias[[0, 2, *SLOPE]]) < np.abs(naive[[0, 2, *SLOPE]]) / 3).all()
    covered = ((low <= TRUE) & (high >= TRUE)).sum()
    assert covered / value.size > 0.9


@pytest.mark.slow
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("assignment", ["modal", "proportional"])
def test_intervals_cover_the_truth_as_often_as_they_say(assignment, weighted, simulated):
    n_runs = 400
    value, low, high, _ = runs(n_runs, assignment, weighted)
    covered = ((low <= TRUE) & (high >= TRUE)).sum(axis=0)
    for at, count in enumerate(covered):
        simulated(f"coverage, figure {at}", count, n_runs, 0.95)
    assert (np.abs(value.mean(axis=0) - TRUE) < 0.25 * value.std(axis=0)).all()
