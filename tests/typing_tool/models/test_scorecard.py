import numpy as np
import pytest

from segkit.typing_tool.coding.codes import FieldCodes
from segkit.typing_tool.coding.fields import read_fields
from segkit.typing_tool.models.logit import Design, fit_effects
from segkit.typing_tool.models.scorecard import MAX_POINTS, N_BINS, SPREADS, fit_scorecard


def coded(columns, w):
    pandas = pytest.importorskip("pandas")
    fields = read_fields(pandas.DataFrame(columns))
    book = FieldCodes.from_columns(fields, w, n_bins=N_BINS)
    design = Design.of(book, [c.kind == "number" or c.ordered for c in fields])
    return book, design, book.encode_columns(fields)


def fitted(columns, truth, w=None):
    w = np.ones(len(truth)) if w is None else w
    _, design, codes = coded(columns, w)
    return fit_scorecard(codes, truth, w, design, 0), codes


@pytest.fixture(scope="module")
def small(people):
    made = people(600)
    return fitted(made.columns, np.eye(3)[made.segments])


def test_points_are_small_whole_numbers_and_every_code_has_a_zero(small):
    found, codes = small
    card = found.scorecard
    assert card.points.dtype == card.everyone.dtype == np.int64
    assert card.points.min(axis=2).max() == 0
    assert card.everyone.min() == 0
    assert 5 <= max(card.points.max(), card.everyone.max()) <= 30
    assert card.rounding_loss < 0.01
    votes = card.score(codes)
    assert votes.dtype == np.int64
    assert votes.max() <= card.furthest


def test_one_row_is_scored_like_many(small):
    found, codes = small
    votes = found.scorecard.score(codes)
    np.testing.assert_array_equal(found.scorecard.score_one(codes[5]), votes[5])
    np.testing.assert_array_equal(
        np.concatenate([found.scorecard.score(codes[:7]), found.scorecard.score(codes[7:])]), votes
    )
    assert found.scorecard.score(codes[:0]).shape == (0, 3)


def log_loss(z, truth):
    return -(truth * (z - np.log(np.exp(z).sum(axis=1, keepdims=True)))).sum() / len(z)


def test_what_rounding_costs_is_said(small, people):
    found, codes = small
    made = people(600)
    truth, (_, design, _) = np.eye(3)[made.segments], coded(made.columns, np.ones(600))
    spread = found.scorecard.spread
    parameters = fit_effects(design.columns(codes), truth, np.ones(600), spread**-2)
    exact = log_loss(design.effects(parameters).log_odds(codes), truth)
    rounded = log_loss(found.scorecard.score(codes) * found.unit, truth)
    assert found.scorecard.rounding_loss == pytest.approx(rounded - exact, abs=1e-7)


def test_known_points_are_found_again():
    rng = np.random.default_rng(0)
    n = 20_000
    points = {
        "a": np.array([[4, 0], [2, 0], [0, 0], [0, 3]]),
        "b": np.array([[0, 5], [0, 0], [5, 0]]),
    }
    drawn = {name: rng.integers(0, len(p), n) for name, p in points.items()}
    z = 0.4 * sum(p[drawn[name]] for name, p in points.items())
    segments = (z + rng.gumbel(size=z.shape)).argmax(axis=1)
    columns = {name: [f"level {v}" for v in values] for name, values in drawn.items()}
    found, _ = fitted(columns, np.eye(2)[segments])
    book, _, _ = coded(columns, np.ones(n))
    for f, (name, p) in enumerate(points.items()):
        own = found.scorecard.points[f, book.fields[f].codes]
        assert book.fields[f].name == name
        # data tell of differences between the levels of a field only
        gaps = np.diff(found.unit * (own[:, 0] - own[:, 1]))
        np.testing.assert_allclose(gaps, np.diff(0.4 * (p[:, 0] - p[:, 1])), atol=0.35)


def test_the_prior_is_chosen_by_what_holds_on_others(people):
    strong, weak = people(400), people(400, signal=0.0)
    loose, tight = (fitted(m.columns, np.eye(3)[m.segments])[0] for m in (strong, weak))
    assert tight.scorecard.spread < 0.2 < loose.scorecard.spread
    assert loose.scorecard.spread == SPREADS[int(np.argmin(loose.loss))]
    # fields that say nothing: next to no points remain beyond the sizes of the segments
    share = np.exp(tight.unit * tight.held_out_votes)
    share /= share.sum(axis=1, keepdims=True)
    assert share.std(axis=0).max() < 0.08


def test_held_out_points_know_less_than_fitted_ones(people):
    noise = people(300, signal=0.0)
    truth = np.eye(3)[noise.segments]
    found, codes = fitted(noise.columns, truth)
    seen = (found.scorecard.score(codes).argmax(axis=1) == noise.segments).mean()
    unseen = (found.held_out_votes.argmax(axis=1) == noise.segments).mean()
    assert unseen <= seen
    assert unseen < 0.45


def test_all_weights_times_a_constant_change_nothing(people):
    made = people(300)
    truth, w = np.eye(3)[made.segments], np.random.default_rng(0).uniform(0.5, 2, 300)
    one, two = (fitted(made.columns, truth, v)[0] for v in (w, 16 * w))
    np.testing.assert_array_equal(one.scorecard.points, two.scorecard.points)
    np.testing.assert_array_equal(one.held_out_votes, two.held_out_votes)


def test_permuted_segments_permute_the_points(people):
    made = people(300)
    truth, turn = np.eye(3)[made.segments], [2, 0, 1]
    one, _ = fitted(made.columns, truth)
    two, _ = fitted(made.columns, truth[:, turn])
    assert np.abs(one.scorecard.points[:, :, turn] - two.scorecard.points).max() <= 1


@pytest.mark.parametrize(
    "columns",
    [{"one": ["a", "b"] * 60}, {"level": ["a"] * 120}, {"gap": [1.0, np.nan] * 60}],
    ids=["one field", "one level", "half of it gaps"],
)
def test_little_to_go_by(columns):
    truth = np.eye(2)[np.tile([0, 1], 60)]
    found, codes = fitted(columns, truth)
    votes = found.scorecard.score(codes)
    assert np.isfinite(found.unit)
    right = (votes.argmax(axis=1) == truth.argmax(axis=1)).mean()
    assert right == (0.5 if "level" in columns else 1.0)


def test_thirty_segments():
    rng = np.random.default_rng(0)
    place, kind = rng.integers(0, 10, 1500), rng.integers(0, 3, 1500)
    truth = np.eye(30)[place * 3 + kind]
    found, codes = fitted({"place": [f"p{v}" for v in place], "kind": kind.astype(float)}, truth)
    assert (found.scorecard.score(codes).argmax(axis=1) == truth.argmax(axis=1)).mean() > 0.98
    assert found.scorecard.points.max() <= MAX_POINTS


def test_a_segment_that_a_fold_does_not_know(people):
    made = people(60)
    truth = np.eye(4)[np.where(np.arange(60) < 2, 3, made.segments)]
    found, codes = fitted(made.columns, truth)
    assert np.isfinite(found.loss).all()
    assert found.scorecard.score(codes).shape == (60, 4)


def test_held_out_points_bear_the_rounding_of_the_card(people):
    made = people(2000)
    found, codes = fitted(made.columns, np.eye(3)[made.segments])
    moved = found.held_out_votes - found.scorecard.score(codes)
    moved = moved - moved[:, :1]
    # leaving some people out moves each person by little, and all together by next to nothing
    assert np.abs(moved.mean(axis=0)).max() < 0.05
    assert 0 < np.abs(moved).mean() < 1
