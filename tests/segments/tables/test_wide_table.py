import numpy as np
import pytest

from segkit.segments import crosstab

N = 200
REGION = np.where(np.arange(N) < 100, "north", "south")
LABELS = np.arange(N) % 2


@pytest.fixture
def made(frame_kind):
    age = np.where(np.arange(N) < 5, np.nan, 40.0 + (np.arange(N) % 7))
    columns = {
        "app": [bool(v) for v in np.arange(N) % 10 < np.where(REGION == "north", 7, 2)],
        "bank": ["a" if v % 3 else "b" for v in range(N)],
        "age": age,
        "region": REGION.tolist(),
    }
    table = frame_kind.make(columns)
    return table if frame_kind.name == "pandas" else table.fill_nan(None)


def lines(table):
    rows = zip(*(table[name].to_list() for name in table.columns), strict=True)
    return [list(r) for r in rows]


def test_a_line_reads_from_left_to_right(made):
    table = crosstab(made, ["app", "bank", "age"], {"segment": LABELS, "region": "region"}).table()
    assert list(table.columns) == [
        "item", "answer", "total", "A segment 0", "B segment 1", "C north", "D south",
        "by segment", "by region",
    ]  # fmt: skip
    rows = lines(table)
    assert rows[0] == ["app", "n", "200", "100", "100", "100", "100", "", ""]
    assert rows[1][:2] == ["app", "yes"]
    assert rows[1][5:7] == ["70 % D", "20 %"]
    assert rows[1][-1] == "V 0.50, p < 0.001"


def test_bases_are_shown_where_they_change(made):
    rows = lines(crosstab(made, ["app", "bank", "age"], "region").table())
    assert [row[:2] for row in rows] == [
        ["app", "n"], ["app", "yes"], ["bank", "a"], ["bank", "b"], ["age", "n"], ["age", "mean"],
    ]  # fmt: skip
    assert rows[4][2:5] == ["195", "95", "100"]
    # the association of an item stands beside its first line
    assert rows[2][-1].startswith("V ")
    assert rows[3][-1] == ""


def test_effective_bases_are_shown_with_weights(made):
    w = np.where(np.arange(N) % 4 < 2, 1.0, 3.0)
    rows = lines(crosstab(made, "app", "region", w).table())
    assert rows[1] == ["app", "effective n", "160", "80", "80", ""]


def test_small_bases_carry_a_star(made):
    few = np.repeat([0, 1], [180, 20])
    rows = lines(crosstab(made, "app", few).table())
    assert rows[0][2:5] == ["200", "180", "20*"]
    assert rows[1][4] == "20 %*"
