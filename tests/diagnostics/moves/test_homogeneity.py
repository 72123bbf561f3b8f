import json
from pathlib import Path

import numpy as np
import pytest

from segkit._frames import Origin
from segkit.diagnostics.moves.flows import Flows
from segkit.diagnostics.moves.homogeneity import g_test, segments_alike, time_alike
from segkit.exceptions import SegkitError

R = json.loads(
    (Path(__file__).parents[2] / "reference" / "transition_homogeneity.json").read_text("utf-8")
)
NAMES = ("0", "1", "2")
PANDAS = Origin("pandas")


def flows(table, scale=1.0):
    counts = np.zeros((len(table) + 2,) * 2)
    counts[: len(table), : len(table)] = table
    return Flows(scale * counts, scale**2 * counts)


def test_segments_are_compared_as_a_log_linear_model_does():
    found = segments_alike(flows(R["tables"][0]), NAMES, PANDAS)
    assert (found.g, found.df) == (pytest.approx(R["segments"]["g"], abs=1e-9), 2)


def test_periods_are_compared_as_a_log_linear_model_does():
    found = time_alike([flows(t) for t in R["tables"]], NAMES, PANDAS)
    assert (found.g, found.df) == (pytest.approx(R["periods"]["g"], rel=1e-9), 12)
    # R does not correct for small samples
    assert R["periods"]["p"] < found.p < 2 * R["periods"]["p"]
    table = found.frame()
    assert table["period"].tolist() == [1, 2, 3] * 3
    assert table["g"][::3].tolist() == pytest.approx([s["g"] for s in R["by_segment"]])


def test_weights_times_a_constant_change_nothing():
    plain = time_alike([flows(t) for t in R["tables"]], NAMES, PANDAS)
    scaled = time_alike([flows(t, 7.0) for t in R["tables"]], NAMES, PANDAS)
    assert scaled.g == pytest.approx(plain.g)
    assert scaled.frame()["low"].tolist() == pytest.approx(plain.frame()["low"].tolist())


def test_relabelled_segments_are_relabelled_answers():
    order = np.array([2, 0, 1])
    plain = segments_alike(flows(R["tables"][0]), NAMES, PANDAS).frame()
    turned = np.array(R["tables"][0])[np.ix_(order, order)]
    other = segments_alike(flows(turned), ("2", "0", "1"), PANDAS).frame()
    assert other.sort_values("segment")["g"].tolist() == pytest.approx(plain["g"].tolist())


def rate(n_runs, seed, compare):
    rng = np.random.default_rng(seed)
    chain = np.array([[0.8, 0.15, 0.05], [0.1, 0.8, 0.1], [0.15, 0.05, 0.8]])
    hits = 0
    for _ in range(n_runs):
        tables = [np.stack([rng.multinomial(300, row) for row in chain]) for _ in range(3)]
        hits += compare(tables).p < 0.05
    return hits


@pytest.mark.parametrize(
    "n_runs", [400, pytest.param(4000, marks=pytest.mark.slow)], ids=["some", "many"]
)
def test_chains_that_do_not_change_are_refused_one_time_in_twenty(n_runs, simulated):
    periods = rate(n_runs, 0, lambda t: time_alike([flows(x) for x in t], NAMES, PANDAS))
    segments = rate(n_runs, 1, lambda t: segments_alike(flows(t[0]), NAMES, PANDAS))
    simulated("periods of one chain called different", periods, n_runs, 0.05, n_checks=2)
    simulated("segments that move alike called different", segments, n_runs, 0.05, n_checks=2)


def test_the_summary_says_which_and_warns_of_small_counts():
    found = segments_alike(flows([[3, 1], [2, 2]]), ("0", "1"), PANDAS)
    assert "Segments do not differ beyond chance in how many" in found.summary()
    assert "Expected counts go down to 1.5: take the p value as rough." in found.summary()
    assert "; segment by segment, 25.0 % to 50.0 % changed tag." in found.summary()
    periods = time_alike([flows(t) for t in R["tables"]], NAMES, PANDAS).summary()
    assert "Periods differ" in periods
    assert "; by segment and period, " in periods


def test_one_segment_has_nothing_to_be_compared_with():
    assert g_test(np.array([[3.0, 1.0]])).df == 0
    alone = segments_alike(flows([[9]]), ("0",), PANDAS)
    assert alone.df == 0
    assert np.isnan(alone.p)
    with pytest.raises(SegkitError, match="no segment in common"):
        time_alike([flows([[9]]), flows([[8]])], ("0",), PANDAS)
