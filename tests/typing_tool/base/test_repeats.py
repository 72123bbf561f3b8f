import numpy as np
import pytest

from segkit.typing_tool.base import repeats
from segkit.typing_tool.base.repeats import decide_once, keys_of
from segkit.typing_tool.models.calibration import Decision

N = 50_000


class Counting:
    """Decides from the codes alone and counts the rows it was asked for."""

    rows = 0

    def __call__(self, codes):
        self.rows += len(codes)
        p = np.stack([codes.sum(axis=1) + 1.0, codes[:, 0] + 1.0], axis=1)
        first = p.argmax(axis=1)
        return Decision(first, 1 - first, p[:, 0] > 3, p / p.sum(axis=1, keepdims=True))


def banded(n_codes, n=N, seed=0):
    rng = np.random.default_rng(seed)
    return np.stack([rng.integers(0, m, n) for m in n_codes], axis=1).astype(np.uint8)


@pytest.mark.parametrize("compiled", [True, False])
def test_few_combinations_are_decided_once_each(monkeypatch, compiled):
    if not compiled:
        monkeypatch.setattr(repeats, "loops", lambda n_rows: None)
    n_codes = np.array([4, 5, 6, 7, 8])
    codes, decide = banded(n_codes), Counting()
    once = decide_once(decide, codes, n_codes)
    assert decide.rows == len(np.unique(codes, axis=0)) < 6721
    plain = Counting()(codes)
    for name in ("first", "second", "kept", "probabilities"):
        np.testing.assert_array_equal(getattr(once, name), getattr(plain, name))


def test_rows_that_hardly_repeat_are_not_looked_for():
    n_codes = np.full(8, 60)
    decide = Counting()
    decide_once(decide, banded(n_codes), n_codes)
    assert decide.rows == N


def test_more_fields_than_64_bits_hold_are_decided_row_by_row():
    n_codes, decide = np.full(40, 4), Counting()
    codes = np.zeros((N, 40), np.uint8)
    decide_once(decide, codes, n_codes)
    assert decide.rows == N


def test_few_rows_are_decided_at_once():
    decide = Counting()
    decide_once(decide, np.zeros((100, 2), np.uint8), np.array([2, 2]))
    assert decide.rows == 100


def test_keys_tell_every_combination_apart():
    n_codes = np.array([3, 1, 64, 33, 2])
    codes = banded(n_codes)
    assert np.unique(keys_of(codes, n_codes)).size == len(np.unique(codes, axis=0))
