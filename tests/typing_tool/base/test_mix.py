import warnings
from dataclasses import replace

import numpy as np
import pytest

from segkit.exceptions import SegkitWarning
from segkit.typing_tool.base.base_sums import BaseSums
from segkit.typing_tool.base.mix import segment_mix
from segkit.typing_tool.base.sizes import likelihood_sizes
from segkit.typing_tool.base.typing_error import typing_error
from segkit.typing_tool.coding.fields import read_fields
from segkit.typing_tool.models.calibration import Calibration, Decision
from segkit.typing_tool.models.model import Settings, fit_model

PRIOR = np.array([0.5, 0.3, 0.2])
COLUMNS = ["segment", "counted", "corrected", "low", "high"]
OTHERS = [f"{name}{end}" for name in ("by_tags", "em") for end in ("", "_low", "_high")]
DRAWS = ("draws", "tag_draws", "prior_draws", "tilt_draws")


def drawn(n, sizes, seed, signal=1.3):
    """Draw segments and the exact probabilities at the survey's sizes."""
    rng = np.random.default_rng(seed)
    segments = rng.choice(3, n, p=sizes)
    p = PRIOR * np.exp(signal * (rng.normal(size=(n, 3)) + signal * np.eye(3)[segments]))
    return segments, p / p.sum(axis=1, keepdims=True)


def decision_of(p, cut=0.0):
    return Decision(p.argmax(axis=1), p.argmin(axis=1), p.max(axis=1) >= cut, p)


@pytest.fixture(scope="module")
def error():
    segments, p = drawn(1500, PRIOR, 0)
    return typing_error(decision_of(p), np.eye(3)[segments], np.ones(1500), 0)


def mix_of(p, error, cut=0.0, classes=(0, 1, 2)):
    return segment_mix(BaseSums.of(decision_of(p, cut), len(p)), error, classes)


def test_three_estimators_stand_beside_the_count(error):
    truth, p = drawn(2000, [0.4, 0.3, 0.3], 1)
    mix = mix_of(p, error)
    table = mix.frame()
    assert list(table.columns) == [*COLUMNS, *OTHERS]
    for name, ends in (("corrected", ""), ("by_tags", "by_tags_"), ("em", "em_")):
        low, high = table[f"{ends}low"], table[f"{ends}high"]
        assert table[name].sum() == pytest.approx(1)
        np.testing.assert_allclose(table[name], np.bincount(truth) / 2000, atol=0.06)
        assert ((low <= table[name]) & (table[name] <= high)).all()
    assert "by at most" in mix.summary()


@pytest.mark.filterwarnings("ignore::segkit.exceptions.SegkitWarning")
def test_small_bases_are_less_sure_than_large_ones(error):
    _, p = drawn(100, PRIOR, 3)
    small, large = mix_of(p, error).frame(), mix_of(np.tile(p, (40, 1)), error).frame()
    for ends in ("", "by_tags_", "em_"):
        widths = [(t[f"{ends}high"] - t[f"{ends}low"]).mean() for t in (small, large)]
        assert widths[0] > 1.3 * widths[1]


def test_sizes_that_lie_far_apart_are_warned_of(error):
    segments, p = drawn(1500, PRIOR, 0, signal=0.7)
    weak = typing_error(decision_of(p), np.eye(3)[segments], np.ones(1500), 0)
    _, q = drawn(2000, [0.02, 0.03, 0.95], 1, signal=0.7)
    with pytest.warns(SegkitWarning, match=r"Counted and corrected sizes differ by .*; segment 2"):
        mix_of(q, weak)


def test_untagged_customers_are_no_reason_to_warn(error):
    # the tags of the surest are another mix than the base; the likeliest segments are not
    _, p = drawn(2000, PRIOR, 1)
    p_of_two = np.sort(p, axis=1)[:, -1] < 0.95
    mix = mix_of(p, error, cut=0.95)
    table, everyone = mix.frame(), mix_of(p, error).frame()
    assert mix.n_untagged == p_of_two.sum() > 500
    assert np.abs(table["counted"] - table["corrected"]).max() > 0.05
    np.testing.assert_array_equal(table["corrected"], everyone["corrected"])
    np.testing.assert_array_equal(table["em"], everyone["em"])
    assert "in no counted share, and in all corrected ones" in mix.summary()


def test_people_who_differ_within_segments_set_the_estimators_apart(error):
    # half of the base answers as nobody in the survey did: torn between two segments
    _, p = drawn(2000, PRIOR, 1)
    p[::2] = [0.02, 0.5, 0.48]
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        mix_of(p, error, classes=("a", "b", "c"))
    texts = [str(w.message) for w in caught]
    assert any(t.startswith("Estimators of the sizes disagree: segment") for t in texts)
    assert any("the base's people differ within segments" in t for t in texts)


@pytest.mark.filterwarnings("ignore::segkit.exceptions.SegkitWarning")
def test_raw_votes_mislead_em_and_calibrated_ones_do_not():
    """A forest that averages is timid: its raw shares under-state what it knows."""
    sizes, gaps = np.array([0.1, 0.2, 0.7]), []
    for seed in range(5):
        segments, p = drawn(1500, PRIOR, seed)
        truth, q = drawn(3000, sizes, 100 + seed)
        own, base = (timid / timid.sum(axis=1, keepdims=True) for timid in (p**0.5, q**0.5))
        known = typing_error(decision_of(own), np.eye(3)[segments], np.ones(1500), seed)
        raw = likelihood_sizes(base / known.prior, np.ones(3000), known.prior)
        few = {name: getattr(known, name)[:10] for name in DRAWS}
        mix = mix_of(base, replace(known, **few)).frame()
        held = np.bincount(truth, minlength=3) / 3000
        gaps.append([np.abs(x - held).mean() for x in (raw, mix["em"], mix["corrected"])])
    raw, em, corrected = np.mean(gaps, axis=0)
    assert max(em, corrected) < 0.03
    assert raw > 2 * max(em, corrected)


def test_a_base_of_other_sizes_is_seen_through(small_tool, people):
    pandas = pytest.importorskip("pandas")
    fresh = people(20_000, seed=5)
    rng = np.random.default_rng(0)
    rows = np.flatnonzero(rng.random(20_000) < np.array([1.0, 0.25, 0.6])[fresh.segments])
    base = fresh.take(rows)
    truth = np.bincount(base.segments) / rows.size
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SegkitWarning)
        mix = small_tool.segment_mix(pandas.DataFrame(base.columns)).frame()
    # 600 respondents: the interval is wide, and holds the truth
    assert ((mix["low"] - 0.02 < truth) & (truth < mix["high"] + 0.02)).all()
    assert np.abs(mix["corrected"] - truth).sum() < np.abs(mix["counted"] - truth).sum()


@pytest.mark.filterwarnings("ignore::segkit.exceptions.SegkitWarning")
def test_frames_files_and_any_order_give_the_same_mix(small_tool, people, tmp_path):
    polars = pytest.importorskip("polars")
    frame = polars.DataFrame(people(1000, seed=2).columns)
    frame.write_parquet(tmp_path / "base.parquet")
    one = small_tool.segment_mix(frame).table
    for base in (tmp_path / "base.parquet", frame.reverse()):
        other = small_tool.segment_mix(base).table
        for name in (*COLUMNS[1:], *OTHERS):
            np.testing.assert_allclose(one[name], other[name], atol=1e-6)


@pytest.mark.filterwarnings("ignore::segkit.exceptions.SegkitWarning")
def test_summary_and_figure(small_tool, people):
    pandas = pytest.importorskip("pandas")
    mix = small_tool.segment_mix(pandas.DataFrame(people(2000, seed=9).columns))
    assert "Of 2000 customers, corrected for typing error: segment 0" in mix.summary()
    assert "calibrated EM by at most" in mix.summary()
    assert "is the largest" in mix.plot().get_title(loc="left")


def covered(people, runs, n_base):
    """How often intervals hold the sizes of a base of other sizes; mean absolute errors."""
    pandas = pytest.importorskip("pandas")
    held, gaps, kept = [], [], np.array([1.0, 0.3, 0.6])
    pool = people(60_000, seed=99_999)
    chances = kept[pool.segments] / kept[pool.segments].sum()
    for seed in range(runs):
        made, rng = people(1000, seed=seed), np.random.default_rng(seed)
        columns, truth = read_fields(pandas.DataFrame(made.columns)), np.eye(3)[made.segments]
        fitted = fit_model(columns, truth, np.ones(1000), Settings(40, 64, 5.0, True, None), seed)
        some = fitted.held_out_votes.any(axis=1)
        decision = fitted.model.calibration.decide(fitted.held_out_votes[some])
        known = typing_error(decision, truth[some], np.ones(some.sum()), seed)
        base = pool.take(rng.choice(60_000, n_base, p=chances))
        sizes = np.bincount(base.segments, minlength=3) / n_base
        codes = fitted.model.codes.encode(pandas.DataFrame(base.columns), what="the base")
        votes = fitted.model.voter.score(codes)
        sums = BaseSums.of(fitted.model.calibration.decide(votes), n_base)
        mix = segment_mix(sums, known, (0, 1, 2)).frame()
        raw = Calibration.neutral(3).decide(votes).probabilities / known.prior
        found = {c: mix[c].to_numpy() for c in ("counted", "corrected", "by_tags", "em")}
        found["raw EM"] = likelihood_sizes(raw, np.ones(n_base), known.prior)
        gaps.append([np.abs(share - sizes).mean() for share in found.values()])
        held.append((mix["low"] <= sizes) & (sizes <= mix["high"]))
    return np.sum(held, axis=0), dict(zip(found, np.mean(gaps, axis=0), strict=True))


@pytest.mark.filterwarnings("ignore::segkit.exceptions.SegkitWarning")
def test_intervals_hold_the_sizes_of_a_base_of_other_sizes(people):
    held, gaps = covered(people, 6, 1000)
    assert held.sum() >= 13  # of 18; 17 expected
    assert gaps["corrected"] < gaps["counted"] / 2


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::segkit.exceptions.SegkitWarning")
def test_intervals_cover_as_often_as_promised(people, simulated):
    runs = 400
    held, gaps = covered(people, runs, 20_000)
    assert held.min() >= 0.90 * runs
    for s, hits in enumerate(held):
        simulated(f"segment {s}", hits, runs, 0.95, n_checks=3)
    assert gaps["corrected"] <= min(gaps["em"], gaps["by_tags"]) < gaps["counted"] / 2
