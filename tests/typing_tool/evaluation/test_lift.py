import numpy as np
import pytest

from segkit.exceptions import SegkitError
from segkit.typing_tool.evaluation.crossfit import CrossFit
from segkit.typing_tool.evaluation.lift import CALLED, lift_curve


def made(n=600, seed=0, *, signal=1.0, weighted=True):
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, 3, n)
    p = rng.dirichlet(np.ones(3), n) + signal * np.eye(3)[labels]
    p /= p.sum(axis=1, keepdims=True)
    w = rng.integers(1, 4, n).astype(float) if weighted else np.ones(n)
    return CrossFit(np.eye(3)[labels], w, p[None], p.argmax(1)[None], np.ones((1, n), bool))


def curve(fit, n_boot=40, seed=0, names=("a", "b", "c")):
    return lift_curve(fit, list(names), n_boot, 1.0, seed)


def found_by_hand(fit, s, share):
    """Go down the list one person at a time, the last one in part."""
    order = np.argsort(-fit.probabilities[0, :, s])
    left, hit = fit.w.sum() * share, 0.0
    for i in order:
        part = min(1.0, left / fit.w[i])
        hit += part * fit.w[i] * fit.membership[i, s]
        left -= part * fit.w[i]
        if left <= 1e-9:
            break
    return hit / (fit.w @ fit.membership[:, s])


def test_what_is_found_is_what_a_walk_down_the_list_finds():
    fit = made()
    table = curve(fit).frame()
    for s, name in enumerate("abc"):
        own = table[table["segment"] == name]
        assert own["called"].tolist() == CALLED.tolist()
        expected = [found_by_hand(fit, s, share) for share in CALLED]
        np.testing.assert_allclose(own["found"], expected)
        np.testing.assert_allclose(own["lift"], own["found"] / own["called"])
        assert own["found"].is_monotonic_increasing
    assert (table["low"] <= table["found"]).all()
    assert (table["found"] <= table["high"] + 1e-12).all()


def test_everyone_called_finds_everyone():
    table = curve(made()).frame()
    everyone = table[table["called"] == 1]
    for name in ("found", "low", "high", "lift"):
        np.testing.assert_allclose(everyone[name], 1)


def test_a_tool_that_knows_nothing_finds_as_many_as_calling_at_random():
    fit = made(signal=0.0, n=4000)
    table = curve(fit, n_boot=200).frame()
    inside = (table["low"] <= table["called"] + 1e-9) & (table["called"] <= table["high"] + 1e-9)
    assert inside.mean() > 0.85
    # the same probability for all: no order, so exactly at random
    blind = CrossFit(fit.membership, fit.w, np.full((1, 4000, 3), 1 / 3), fit.first, fit.kept)
    np.testing.assert_allclose(curve(blind).frame()["lift"], 1)


def test_a_perfect_tool_finds_a_segment_first():
    fit = made()
    best = CrossFit(fit.membership, fit.w, fit.membership[None] * 0.9 + 0.03, fit.first, fit.kept)
    share = fit.w @ fit.membership / fit.w.sum()
    table = curve(best).frame()
    for s, name in enumerate("abc"):
        own = table[table["segment"] == name]
        np.testing.assert_allclose(own["found"], np.minimum(1, own["called"] / share[s]))


def test_whole_weights_are_repeated_rows_and_their_unit_does_not_matter():
    fit = made()
    rows = np.repeat(np.arange(600), fit.w.astype(int))
    repeated = CrossFit(
        fit.membership[rows], np.ones(rows.size), fit.probabilities[:, rows], fit.first[:, rows],
        fit.kept[:, rows],
    )  # fmt: skip
    one, other = curve(fit).frame(), curve(repeated).frame()
    np.testing.assert_allclose(one["found"], other["found"])
    scaled = CrossFit(fit.membership, fit.w * 9, fit.probabilities, fit.first, fit.kept)
    np.testing.assert_allclose(curve(scaled).frame().iloc[:, 1:], one.iloc[:, 1:])


def test_permuted_segments_permute_the_curves():
    fit = made()
    turn = [2, 0, 1]
    turned = CrossFit(
        fit.membership[:, turn], fit.w, fit.probabilities[:, :, turn], fit.first, fit.kept
    )
    one, other = curve(fit).frame(), curve(turned, names=("c", "a", "b")).frame()
    for name in "abc":
        a, b = (t[t["segment"] == name].reset_index(drop=True) for t in (one, other))
        assert a.equals(b)


def coverage(n_runs, n):
    """How often the interval of the top tenth holds what it finds among everyone."""
    # the list of a tool that is hardly ever wrong at its top would leave nothing to chance
    truth = curve(made(200_000, 999, signal=0.3, weighted=False), n_boot=1).frame()
    truth = truth.query("segment == 'b' and called == 0.1")["found"].iloc[0]
    hits = 0
    for seed in range(n_runs):
        row = curve(made(n, seed, signal=0.3, weighted=False), n_boot=200, seed=seed).frame()
        row = row.query("segment == 'b' and called == 0.1").iloc[0]
        hits += row["low"] <= truth <= row["high"]
    return hits


def test_intervals_hold_the_truth(simulated):
    simulated("share found in the top tenth", coverage(60, 500), 60, 0.95)


@pytest.mark.slow
def test_intervals_hold_the_truth_in_many_studies(simulated):
    simulated("share found in the top tenth", coverage(400, 800), 400, 0.95)


def test_the_curve_agrees_with_the_table_of_figures(small_tool, frame_kind, people):
    evaluation = small_tool.evaluation_
    for s in range(3):
        assert evaluation.lift.top_decile(s) == pytest.approx(evaluation.value("lift", s))
    with pytest.raises(SegkitError, match="segment='9' is not known; expected one of '0', '1'"):
        evaluation.lift.top_decile(9)
    made_people = people(120)
    from segkit.typing_tool import TypingTool

    fields = frame_kind.make(made_people.columns)
    tool = TypingTool(n_trees=5, n_folds=2).fit(fields, made_people.segments)
    assert type(tool.evaluation_.lift.frame()) is type(fields)


def test_it_is_told_and_drawn(small_tool):
    lift = small_tool.evaluation_.lift
    assert "The tenth of respondents likeliest to be in a segment holds" in lift.summary()
    assert "Calling the likeliest tenth reaches" in lift.plot().get_title(loc="left")
