"""The tables of the card, beside the evaluation that they tell."""

import dataclasses

import pytest

from segkit.typing_tool.export.model_card.figures import (
    METRICS,
    NUMBERS,
    coverage_table,
    figure_table,
    group_table,
    importance_table,
    segment_table,
)


@pytest.fixture
def figures(told):
    return told.tool.evaluation_


def changed(figures, **columns):
    """The evaluation with other values for some (metric, segment)."""
    table = {name: list(values) for name, values in figures.table.items()}
    at = {pair: i for i, pair in enumerate(zip(table["metric"], table["segment"], strict=True))}
    for name, values in columns.items():
        for pair, value in values.items():
            table[name][at[pair]] = value
    return dataclasses.replace(figures, table=table)


def row_of(table, head):
    return dict(zip(table.columns, next(r for r in table.rows if r[0] == head), strict=True))


def test_every_cell_is_text_and_every_row_is_as_wide_as_the_head(told, figures):
    tables = [
        figure_table(figures),
        segment_table(figures),
        coverage_table(figures),
        importance_table(told.tool.importance_),
        group_table(told.groups),
    ]
    for table in tables:
        assert table.rows
        assert {len(row) for row in table.rows} == {len(table.columns)}
        assert all(isinstance(cell, str) for row in table.rows for cell in row)
        assert not [cell for row in table.rows for cell in row if "nan" in cell.lower()]


def test_figures_stand_in_a_fixed_order_shares_as_per_cent(figures):
    heads = [row[0] for row in figure_table(figures).rows]
    assert heads == [words for words in METRICS.values() if words in heads]
    other = changed(
        figures, value={("accuracy", "all"): 0.505, ("kappa", "all"): -0.004}, low={}, high={}
    )
    assert row_of(figure_table(other), METRICS["accuracy"])["Value"] == "50 %"
    assert row_of(figure_table(other), METRICS["kappa"])["Value"] == "0.00"  # without a minus
    assert set(METRICS) >= NUMBERS


def test_a_figure_without_an_interval_or_chance_has_empty_cells(figures):
    nan = {("accuracy", "all"): float("nan")}
    row = row_of(figure_table(changed(figures, low=nan, chance=nan)), METRICS["accuracy"])
    assert (row["95 % interval"], row["At chance"]) == ("", "")


def test_shares_of_respondents_are_the_rows_of_the_confusion(figures):
    table = segment_table(figures)
    counts = figures.confusion.table
    total = sum(counts["n"])
    for segment in dict.fromkeys(counts["segment"]):
        own = sum(n for s, n in zip(counts["segment"], counts["n"], strict=True) if s == segment)
        assert row_of(table, segment)["Of respondents"] == f"{100 * own / total:.0f} %"


def test_a_segment_nobody_is_tagged_as_is_said_so(figures):
    first = figures.confusion.table["segment"][0]
    none = changed(figures, value={("precision", first): float("nan")})
    assert row_of(segment_table(none), first)["Right where tagged"] == "nobody"


def test_abstention_is_told_where_all_three_quarters_half_and_a_quarter_are_tagged(figures):
    table, curve = coverage_table(figures), figures.coverage.table
    shares = [float(row[1].removesuffix(" %")) / 100 for row in table.rows]
    assert 1 <= len(shares) <= 4
    assert shares == sorted(shares, reverse=True)
    assert shares[0] == max(round(t, 2) for t in curve["tagged"])


def test_equal_places_of_a_short_curve_are_told_once(figures):
    short = {name: list(values[:1]) for name, values in figures.coverage.table.items()}
    one = dataclasses.replace(figures, coverage=dataclasses.replace(figures.coverage, table=short))
    assert len(coverage_table(one).rows) == 1


def test_what_a_field_adds_may_not_be_known(told):
    importance = told.tool.importance_
    table = {name: list(values) for name, values in importance.table.items()}
    table["conditional_rise"][0] = float("nan")
    table["conditional_rise"][1] = None
    rows = importance_table(dataclasses.replace(importance, table=table)).rows
    assert [row[2] for row in rows[:2]] == ["not known"] * 2
    assert rows[0][0] == table["field"][0]


def test_groups_are_told_by_accuracy_alone_and_without_a_test_where_few(told):
    table = {name: list(values) for name, values in told.groups.table.items()}
    table["few"] = [True] * len(table["few"])
    table["p_adjusted"] = [float("nan")] * len(table["few"])
    rows = group_table(dataclasses.replace(told.groups, table=table)).rows
    assert len(rows) == table["metric"].count("accuracy")
    assert all(row[1].endswith(" (too few to be tested)") and row[5] == "" for row in rows)
    assert group_table(told.groups).n_text == 2
