from types import SimpleNamespace

import numpy as np
import pytest

from segkit.typing_tool.evaluation.shuffling import CellRises, shuffle_fields, small_cells


class Stated:
    """A model whose probability of segment 1 is a table over the codes of two fields."""

    def __init__(self, table):
        self.table = np.asarray(table, dtype=float)

    def decide(self, codes):
        p = self.table[codes[:, 0], codes[:, 1]]
        both = np.stack([1 - p, p], axis=1)
        return SimpleNamespace(probabilities=both, first=both.argmax(axis=1))


LEANS = Stated([[0.2, 0.3], [0.8, 0.6]])  # on the first field, and a little on the second


def made(n, seed=0):
    rng = np.random.default_rng(seed)
    codes = rng.integers(0, 2, (n, 2))
    p = LEANS.decide(codes).probabilities[:, 1]
    return codes, np.eye(2)[(rng.random(n) < p).astype(int)], rng.uniform(0.5, 2, n)


def test_cells_keep_to_their_groups_and_hold_eight_or_so():
    groups = np.repeat([5, 2, 9, 7], [40, 19, 5, 1])
    cells = small_cells(groups, np.random.default_rng(0))
    pairs = {(int(c), int(g)) for c, g in zip(cells, groups, strict=True)}
    assert len(pairs) == len(set(cells.tolist())) == 5 + 2 + 1 + 1
    sizes = {
        int(g): sorted(np.bincount(cells[groups == g])[np.unique(cells[groups == g])])
        for g in set(groups.tolist())
    }
    assert sizes == {5: [8] * 5, 2: [9, 10], 9: [5], 7: [1]}


def test_a_cell_is_every_pair_of_neighbours_by_hand():
    # three people in one cell: all are neighbours, so all pairs count, by the product of weights
    codes, truth, w = made(3, seed=4)
    found = shuffle_fields(LEANS, codes, truth, w, np.zeros((2, 3), int))
    for f in (0, 1):
        top = bottom = 0.0
        for i in range(3):
            for j in set(range(3)) - {i}:
                lent = codes.copy()
                lent[i, f] = codes[j, f]
                new, old = (
                    -np.log((LEANS.decide(c).probabilities * truth).sum(axis=1)[i])
                    for c in (lent, codes)
                )
                top += w[i] * w[j] * (new - old)
                bottom += w[i] * w[j]
        at = found.field == f
        assert found.loss[at] == pytest.approx(top / bottom)
        assert found.weight[at] == pytest.approx(w.sum())


def test_the_mean_is_what_drawing_anyone_else_would_cost():
    codes, truth, w = made(20_000)
    rng = np.random.default_rng(1)
    cells = np.stack([small_cells(np.zeros(20_000, int), rng) for _ in range(2)])
    means = shuffle_fields(LEANS, codes, truth, w, cells).means(2)
    for f in (0, 1):
        share = np.average(codes[:, f], weights=w)
        expected = 0.0
        for value, p in ((0, 1 - share), (1, share)):
            lent = codes.copy()
            lent[:, f] = value
            new, old = (
                -np.log((LEANS.decide(c).probabilities * truth).sum(axis=1)) for c in (lent, codes)
            )
            expected += p * np.average(new - old, weights=w)
        assert means.low[f] < expected < means.high[f]
        assert means.loss[f] == pytest.approx(expected, abs=0.01)
    assert means.loss[0] > 5 * abs(means.loss[1])


def test_a_field_shuffled_among_people_of_its_own_value_costs_nothing():
    codes, truth, w = made(300)
    rng = np.random.default_rng(1)
    cells = np.stack([small_cells(codes[:, f], rng) for f in range(2)])
    means = shuffle_fields(LEANS, codes, truth, w, cells).means(2)
    np.testing.assert_array_equal(means.loss, 0)
    np.testing.assert_array_equal(means.high, 0)


def test_the_unit_of_weights_does_not_matter_and_people_alone_do_not_count():
    codes, truth, w = made(60)
    groups = np.append(np.zeros(59, int), 1)
    cells = np.stack([small_cells(groups, np.random.default_rng(0))] * 2)
    one, other = (shuffle_fields(LEANS, codes, truth, w * u, cells) for u in (1, 7))
    np.testing.assert_allclose(one.means(2).high, other.means(2).high)
    assert one.weight[one.field == 0].sum() == pytest.approx(w[:59].sum())


def test_repetitions_are_averaged_and_do_not_narrow_the_interval():
    codes, truth, w = made(200)
    cells = np.stack([small_cells(np.zeros(200, int), np.random.default_rng(0))] * 2)
    once = shuffle_fields(LEANS, codes, truth, w, cells)
    twice = CellRises.joined([once, shuffle_fields(LEANS, codes, truth, w, cells, 1)])
    for name in ("loss", "low", "high", "right"):
        np.testing.assert_allclose(
            getattr(twice.means(2), name), getattr(once.means(2), name), rtol=1e-9
        )


def test_large_tables_are_scored_in_blocks(monkeypatch):
    codes, truth, w = made(100)
    cells = np.stack([small_cells(np.zeros(100, int), np.random.default_rng(0))] * 2)
    whole = shuffle_fields(LEANS, codes, truth, w, cells)
    monkeypatch.setattr("segkit.typing_tool.evaluation.shuffling.BLOCK_ROWS", 200)
    np.testing.assert_array_equal(shuffle_fields(LEANS, codes, truth, w, cells).loss, whole.loss)


def test_where_everyone_is_alone_there_is_no_figure():
    codes, truth, w = made(5)
    cells = np.stack([np.arange(5), np.zeros(5, int)])
    means = shuffle_fields(LEANS, codes, truth, w, cells).means(2)
    assert np.isnan(means.loss[0])
    assert np.isfinite(means.loss[1])
