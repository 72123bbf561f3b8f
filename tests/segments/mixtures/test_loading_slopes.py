import numpy as np
import pytest
from numpy.testing import assert_allclose

from segkit.segments import LatentClass
from segkit.segments.mixtures.loading_slopes import loading_slopes

RNG = np.random.default_rng(0)
TRUTH = RNG.integers(0, 2, 300)
CODES = np.clip(np.round(2 + TRUTH[:, None] + RNG.normal(0, 1, (300, 3))), 1, 4)


@pytest.mark.parametrize("variances", ["shared", "segment"])
@pytest.mark.parametrize("items", ["categorical", "ordinal", "gaussian"])
def test_every_slope_is_what_a_small_step_does(items, variances):
    solution = LatentClass(2, items, n_init=4, variances=variances).fit(CODES)._solution
    mixture, params = solution.mixture, solution.params
    slopes = loading_slopes(mixture, params)
    found = [moved(mixture, params, name) for name in ("shares", *names(params))]
    assert_allclose(slopes, np.concatenate(found), atol=1e-6)


def names(params):
    order = ("theta", "beta", "alpha", "mean", "log_variance")
    return [name for name in order if name in params]


def moved(mixture, params, name, step=1e-6):
    """Slopes of the loadings by one array of parameters, by differences."""
    values = params[name][0]
    real = np.ones(values.shape, bool)
    if name == "beta":
        real = mixture.blocks[0].kind.real
    out = []
    for at in zip(*np.nonzero(real), strict=True):
        ends = []
        for sign in (1, -1):
            changed = {k: v.copy() for k, v in params.items()}
            changed[name][0] = stepped(mixture, name, values, at, sign * step)
            ends.append(mixture.loadings(changed)[0])
        out.append((ends[0] - ends[1]) / (2 * step))
    return np.array(out)


def stepped(mixture, name, values, at, step):
    """Move one parameter; probabilities by their logarithms, then normalised."""
    if name not in ("shares", "theta"):
        new = values.copy()
        new[at] += step
        return new
    new = values.copy()
    new[at] *= np.exp(step)
    if name == "shares":
        return new / new.sum()
    return mixture.blocks[0].kind._normalised(new)
