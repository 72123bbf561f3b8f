import numpy as np
import pytest

from segkit._frames import Column
from segkit.choose.effects import effect, read_outcomes
from segkit.exceptions import SegkitError
from segkit.segments.tables.association import of_shares

RNG = np.random.default_rng(0)
CODES = np.repeat([0, 1, 2], [50, 40, 30])
W = RNG.integers(1, 4, 120).astype(float)


def number(values):
    return Column("y", "number", "float", np.asarray(values, dtype=float))


def text(values):
    return Column("y", "text", "str", np.asarray(values, dtype=float))


def test_numbers_have_the_share_of_variance_between_segments():
    y = RNG.normal(size=120) + CODES
    means = np.array([np.average(y[s == CODES], weights=W[s == CODES]) for s in range(3)])
    overall = np.average(y, weights=W)
    expected = np.average(np.square(means[CODES] - overall), weights=W)
    expected /= np.average(np.square(y - overall), weights=W)
    assert effect(number(y), CODES, W) == pytest.approx(expected)


def test_levels_have_the_square_of_cramers_v():
    y = RNG.integers(0, 4, 120)
    table = np.array([[W[(s == CODES) & (y == c)].sum() for c in range(4)] for s in range(3)])
    shares = table / table.sum(axis=1, keepdims=True)
    known = of_shares(shares, table.sum(axis=1), table.sum(axis=1)).value
    assert effect(text(y), CODES, W) == pytest.approx(known**2)


def test_gaps_noise_and_order_of_rows():
    y = np.where(np.arange(120) < 5, np.nan, RNG.normal(size=120))
    codes = np.where(np.arange(120) > 110, -1, CODES)
    inside = slice(5, 111)
    assert effect(number(y), codes, W) == pytest.approx(
        effect(number(y[inside]), codes[inside], W[inside])
    )
    turned = RNG.permutation(120)
    assert effect(number(y[turned]), codes[turned], 3 * W[turned]) == pytest.approx(
        effect(number(y), codes, W)
    )


def test_what_does_not_vary_has_no_effect():
    assert np.isnan(effect(number(np.ones(120)), CODES, W))
    assert np.isnan(effect(text(np.zeros(120)), CODES, W))
    assert np.isnan(effect(number(np.full(120, np.nan)), CODES, W))


def test_outcomes_are_read_in_the_order_of_the_comparison(frame_kind):
    table = frame_kind.make({"spend": [3.0, 1.0, 2.0], "channel": ["app", "web", "app"]})
    spend, channel = read_outcomes(table, np.array([2, 0]), 3)
    assert spend.values.tolist() == [2.0, 3.0]
    assert channel.values.tolist() == [0, 0]
    with pytest.raises(SegkitError, match="outcomes has 3 rows but X has 4"):
        read_outcomes(table, np.arange(4), 4)
    with pytest.raises(SegkitError, match="`spend` in outcomes is empty"):
        read_outcomes(frame_kind.make({"spend": [None, None]}), np.arange(2), 2)
