import numpy as np
import pytest

from segkit.diagnostics.moves.cells import leaders, learn_cells
from segkit.diagnostics.moves.noise import CellSums, fit_noise


def world(n, rate, kept, seed, sharp=1.1, whole=False):
    """People whose four fields say which of three segments they are in, some fields redrawn.

    Returns true segments and exact probabilities before and after; a mover redraws all fields, who
    stays each field by itself, or (`whole`) all or none.
    """
    rng = np.random.default_rng(seed)
    centre = sharp * np.eye(3)
    truth = rng.integers(0, 3, n)
    moved = rng.random(n) < rate
    later = np.where(moved, (truth + rng.integers(1, 3, n)) % 3, truth)
    x = centre[truth][:, None] + rng.normal(size=(n, 4, 3)) * 2
    fresh = centre[later][:, None] + rng.normal(size=(n, 4, 3)) * 2
    keep = (rng.random((n, 1 if whole else 4, 1)) < kept) & ~moved[:, None, None]
    y = np.where(keep, x, fresh)
    return truth, later, posterior(x, centre), posterior(y, centre)


def posterior(x, centre):
    log_p = -((x[:, :, None] - centre) ** 2).sum(axis=(1, 3)) / 8
    p = np.exp(log_p - log_p.max(axis=1, keepdims=True))
    return p / p.sum(axis=1, keepdims=True)


def sums(p, q, w=None):
    leads = leaders(list(p.T)), leaders(list(q.T))
    cells = learn_cells(p.shape[1], [lead.margin for lead in leads])
    a, b = (cells.of(lead).astype(int) for lead in leads)
    pairs = np.bincount(a * cells.n + b, weights=w, minlength=cells.n**2).astype(float)
    parts = [
        np.stack([np.bincount(at, weights=v if w is None else v * w, minlength=cells.n)
                  for v in share.T])
        for at, share in ((a, p), (b, q))
    ]  # fmt: skip
    w = np.ones(len(p)) if w is None else w
    n = w.sum() ** 2 / np.square(w).sum()
    return CellSums(pairs.reshape(cells.n, cells.n), *parts, n), cells, (a, b)


@pytest.mark.parametrize(
    ("rate", "kept", "near"),
    [(0.05, 0.8, 0.02), (0.05, 0.95, 0.02), (0.3, 0.8, 0.03), (0.1, 0.5, 0.05)],
)
def test_the_share_who_moved_is_found_where_counting_is_far_off(rate, kept, near):
    truth, later, p, q = world(60_000, rate, kept, seed=1)
    counted = (p.argmax(axis=1) != q.argmax(axis=1)).mean()
    found = fit_noise(*sums(p, q)[:2], 20, 0)
    true = (truth != later).mean()
    assert abs(found.rate - true) < 0.5 * abs(counted - true)
    assert abs(found.rate - true) < near  # the less fields persist, the less is known


@pytest.mark.parametrize("kept", [1.0, 0.9, 0.6])
def test_where_nobody_moves_hardly_anybody_is_said_to(kept):
    _, _, p, q = world(40_000, 0.0, kept, seed=2)
    found = fit_noise(*sums(p, q)[:2], 20, 0)
    assert found.rate < 0.025


def test_the_probability_of_a_move_is_about_right():
    truth, later, p, q = world(60_000, 0.1, 0.8, seed=3)
    parts, cells, (a, b) = sums(p, q)
    likely = fit_noise(parts, cells, 20, 0).moved[a, b]
    moved = truth != later
    for low, high in ((0.2, 0.5), (0.5, 0.8), (0.8, 1.01)):
        here = (likely >= low) & (likely < high)
        assert moved[here].mean() == pytest.approx(likely[here].mean(), abs=0.12)


def test_firm_probabilities_leave_nothing_to_guess():
    truth, later, p, q = world(3000, 0.1, 0.9, seed=4, sharp=40.0)
    found = fit_noise(*sums(p, q)[:2], 20, 0)
    assert found.rate == pytest.approx((truth != later).mean(), abs=1e-3)
    table = np.zeros((3, 3))
    np.add.at(table, (truth, later), 1 / 3000)
    assert found.transitions == pytest.approx(table, abs=1e-3)


@pytest.mark.parametrize(
    "n_runs", [100, pytest.param(400, marks=pytest.mark.slow)], ids=["some", "many"]
)
def test_the_interval_of_the_share_who_moved_covers_it_with_firm_probabilities(n_runs, simulated):
    hits = 0
    for seed in range(n_runs):
        _, _, p, q = world(300, 0.1, 0.9, seed=seed, sharp=40.0)
        found = fit_noise(*sums(p, q)[:2], 40, seed)
        hits += found.low <= 0.1 <= found.high
    simulated("interval of true moves holds the truth", hits, n_runs, 0.95)


@pytest.mark.parametrize(
    "n_runs", [60, pytest.param(400, marks=pytest.mark.slow)], ids=["some", "many"]
)
def test_the_interval_covers_it_where_tags_are_noisy_too(n_runs, simulated):
    hits = 0
    for seed in range(n_runs):
        _, _, p, q = world(2000, 0.15, 0.6, seed, sharp=2.0, whole=True)
        found = fit_noise(*sums(p, q)[:2], 60, seed)
        hits += found.low <= 0.15 <= found.high
    simulated("interval of true moves behind noisy tags holds the truth", hits, n_runs, 0.95)


def test_weights_times_a_constant_change_nothing_and_whole_weights_are_repeats():
    _, _, p, q = world(2000, 0.1, 0.8, seed=5)
    w = np.random.default_rng(0).integers(1, 4, 2000).astype(float)
    plain = fit_noise(*sums(p, q, w)[:2], 20, 0)
    scaled = fit_noise(*sums(p, q, 5 * w)[:2], 20, 0)
    assert scaled.rate == pytest.approx(plain.rate, abs=1e-9)
    assert (scaled.low, scaled.high) == pytest.approx((plain.low, plain.high), abs=1e-9)


def test_the_seed_decides_about_the_interval_only():
    _, _, p, q = world(2000, 0.1, 0.8, seed=6)
    first, second = (fit_noise(*sums(p, q)[:2], 20, seed) for seed in (0, 1))
    assert first.rate == second.rate
    assert first.low != second.low
