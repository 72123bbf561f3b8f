import numpy as np
import pytest
from numpy.testing import assert_allclose

from segkit.exceptions import SegkitWarning
from segkit.factors.correlations.correlation import correlate_sample
from segkit.factors.sample import read_sample
from segkit.factors.scores.scale import Scale


def scale_of(values, method, weights=None):
    sample = read_sample(values, weights)
    return sample, Scale.of(sample, correlate_sample(sample, method))


def test_answers_are_standardised_with_the_weights(answers, whole_weights):
    sample, scale = scale_of(answers, "polychoric", whole_weights)
    z = scale.standardise(sample.values)
    assert_allclose(np.nansum(z * sample.w[:, None], axis=0), 0, atol=1e-9)
    rows = np.repeat(np.arange(300), whole_weights.astype(int))
    _, repeated = scale_of(answers.iloc[rows], "polychoric")
    for name in ("centre", "spread", "low", "high", "reach", "answers"):
        assert_allclose(getattr(scale, name), getattr(repeated, name), atol=1e-9, err_msg=name)


def test_the_reach_of_a_code_is_its_correlation_with_the_latent_variable():
    rng = np.random.default_rng(0)
    latent = rng.multivariate_normal([0, 0], [[1, 0.5], [0.5, 1]], 100_000)
    codes = np.column_stack([np.digitize(latent[:, 0], [-1.5, 0.2, 0.9]), latent[:, 1] > 1.0])
    _, scale = scale_of(codes.astype(float), "polychoric")
    expected = [np.corrcoef(codes[:, j], latent[:, j])[0, 1] for j in range(2)]
    assert_allclose(scale.reach, expected, atol=0.005)
    assert_allclose(scale.answers, np.corrcoef(codes.T), atol=1e-9)


def test_continuous_answers_reach_their_item_fully(answers):
    _, scale = scale_of(answers, "pearson")
    assert_allclose(scale.reach, 1)
    assert np.isinf(scale.low).all()


def test_full_information_centres_on_everybody_not_on_those_who_answered():
    rng = np.random.default_rng(3)
    both = rng.multivariate_normal([3.0, 3.0], [[1, 0.8], [0.8, 1]], 20_000)
    both[both[:, 0] > 3.0, 1] = np.nan  # who is high on the first leaves the second out
    sample = read_sample(both, missing="em")
    scale = Scale.of(sample, correlate_sample(sample, "pearson", missing="em"))
    assert_allclose(scale.centre, 3.0, atol=0.05)
    assert_allclose(scale.spread, 1.0, atol=0.05)


def test_answers_beyond_the_scale_are_named():
    rng = np.random.default_rng(1)
    codes = rng.integers(1, 6, (50, 2)).astype(float)
    _, scale = scale_of(codes, "polychoric")
    with pytest.warns(SegkitWarning, match=r"`x1` holds answers beyond those seen in fit"):
        scale.standardise(np.array([[6.0, 3.0]]))
