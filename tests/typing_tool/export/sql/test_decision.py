"""From votes to tags by a database, beside the arithmetic of the tool."""

import numpy as np
import pytest

sqlglot = pytest.importorskip("sqlglot", reason="sqlglot is not installed")

from segkit.typing_tool.base.tagger import REASONS  # noqa: E402
from segkit.typing_tool.coding.codes import FieldCodes  # noqa: E402
from segkit.typing_tool.coding.field_code import FieldCode  # noqa: E402
from segkit.typing_tool.export.sql.decision import (  # noqa: E402
    add_odds,
    add_own_weights,
    add_shares,
    add_tags,
)
from segkit.typing_tool.export.sql.dialects import DIALECTS  # noqa: E402
from segkit.typing_tool.export.sql.steps import Steps, code_names  # noqa: E402
from segkit.typing_tool.models.calibration import (  # noqa: E402
    MAX_MULTIPLIER,
    Calibration,
    decision_of,
)
from segkit.typing_tool.models.odds import Odds  # noqa: E402

NONE = np.empty(0)
BOOK = FieldCodes(
    (
        FieldCode("age", "number", "float64", (), np.array([1.0]), np.array([0, 1]), 2, -1, 3),
        FieldCode("plan", "text", "str", ("a",), NONE, np.array([0]), 1, 2, 3),
        FieldCode("city", "text", "str", ("b",), NONE, np.array([0]), 1, 2, 3, n_pooled=5),
    )
)
SEGMENTS = ["x", "it's", "z"]
VOTES = np.array(
    [[5, 9, 2], [7, 7, 2], [0, 3, 3], [4, 4, 4], [1, 0, 0], [900, 30, 899], [2**40, 2**40 - 1, 0]]
)
KNOWN = (0, 0, 0)


def tags(add, votes, cut=0, codes=KNOWN, segments=SEGMENTS):
    """Run the steps on DuckDB: the columns that they add, by row."""
    duckdb = pytest.importorskip("duckdb", reason="duckdb is not installed")
    names = code_names(3)
    steps = Steps(DIALECTS["duckdb"], "x_", ["i", *names])
    columns = [f"v{s}" for s in range(votes.shape[1])]
    rows = ", ".join(str((i, *codes, *map(int, row))) for i, row in enumerate(votes))
    kinds = ", ".join(f"CAST({c} AS BIGINT) AS {c}" for c in ["i", *names, *columns])
    given = f"SELECT {kinds} FROM (VALUES {rows}) AS v({', '.join(['i', *names, *columns])})"
    steps.add("votes", sqlglot.parse_one(given, read="duckdb"))
    add(steps)
    add_tags(steps, segments, cut, BOOK)
    query = sqlglot.exp.select("*").from_(steps.last).order_by("i")
    with duckdb.connect(config={"threads": 1}) as connection:
        found = connection.execute(steps.statement(query)).fetchall()
    return [row[4:] for row in found]


def check(found, decision, segments=SEGMENTS):
    for i, (segment, probability, second, *rest) in enumerate(found):
        assert segment == (segments[decision.first[i]] if decision.kept[i] else None)
        assert second == segments[decision.second[i]]
        assert probability == decision.top[i]
        assert rest[:-1] == decision.probabilities[i].tolist()
        assert (rest[-1] is None) == decision.kept[i]


@pytest.mark.parametrize("cut", [0, 400_000, 1 << 20])
@pytest.mark.parametrize("multipliers", [[1024] * 3, [1, MAX_MULTIPLIER, 1024]])
def test_shares_of_votes_are_weighed_ranked_and_cut_as_in_the_tool(multipliers, cut):
    rule = Calibration.neutral(3)
    rule = Calibration(np.array(multipliers), rule.table, rule.exponent)
    votes = VOTES[:6]
    check(tags(lambda s: add_shares(s, rule), votes, cut), rule.decide(votes, cut))


@pytest.mark.parametrize("cut", [0, 600_000])
def test_points_behind_the_best_are_weighed_as_in_the_tool(cut):
    rule = Odds.of(0.3, 12)  # the last rows are further behind than the table reaches
    check(tags(lambda s: add_odds(s, rule, 3), VOTES, cut), rule.decide(VOTES, cut))


def test_votes_that_are_weights_already_are_taken_as_they_are():
    found = tags(lambda s: add_own_weights(s, 3), VOTES)
    check(found, decision_of(VOTES, VOTES, 0))


def test_two_segments_and_numbers_as_segments():
    votes = VOTES[:, :2][:4]
    found = tags(lambda s: add_own_weights(s, 2), votes + 1, segments=[4, 7])
    check(found, decision_of(votes + 1, votes + 1, 0), [4, 7])
    assert all(isinstance(row[0], int) for row in found)


@pytest.mark.parametrize(
    ("codes", "reason"),
    [
        (KNOWN, REASONS[0]),
        ((0, 2, 0), REASONS[1]),
        ((0, 0, 2), REASONS[0]),  # stands for levels that were pooled
        ((2, 1, 0), REASONS[2]),  # two gaps of three
        ((2, 0, 0), REASONS[0]),
        ((2, 2, 1), REASONS[1]),
    ],
)
def test_why_somebody_is_untagged(codes, reason):
    found = tags(lambda s: add_own_weights(s, 3), VOTES[:1], cut=1 << 20, codes=codes)
    assert found[0][-1] == reason
