import dataclasses
import hashlib
import platform

import numpy as np
import pandas as pd
import pytest
import sklearn
from sklearn.naive_bayes import GaussianNB

from segkit import __version__
from segkit.typing_tool import TypingTool
from segkit.typing_tool.export.model_card.content import sections_of


@pytest.fixture(scope="module")
def sections(told):
    return {section.title: section for section in sections_of(told.card._facts)}


def cells(table):
    return {row[0]: dict(zip(table.columns[1:], row[1:], strict=True)) for row in table.rows}


def test_the_sections_answer_what_is_asked_of_a_card(sections):
    assert list(sections) == [
        "What it is",
        "Data",
        "How well it does",
        "For whom",
        "What it is good for, and what not",
        "Versions",
    ]


def test_the_tool_is_named_with_segments_and_abstention(sections, told):
    text = " ".join(sections["What it is"].paragraphs)
    assert ", ".join(told.tool.classes_) in text
    assert told.tool.model_.summary() in text
    assert "Untagged below a probability of 0.4" in text


def test_fields_are_told_with_their_weighted_gaps(sections, told):
    paragraph = sections["Data"].paragraphs[0]
    n = told.w.sum() ** 2 / (told.w**2).sum()
    assert "400 respondents" in paragraph
    assert f"count as {n:,.0f}." in paragraph
    table = cells(sections["Data"].tables[0])
    assert list(table) == list(told.fields.columns)
    for name, row in table.items():
        gaps = told.w @ told.fields[name].isna().to_numpy() / told.w.sum()
        assert row["Gaps"] == f"{100 * gaps:.1f} %"
    age = table[told.fields.columns[0]]["What it holds"]
    edges = told.tool.model_.codes.fields[0].edges
    assert (
        age == f"numbers in {edges.size + 1} bins, from up to {edges[0]:g} to above {edges[-1]:g}"
    )
    assert table[told.fields.columns[3]]["What it holds"] == "<i>, `c`, a|b"


def test_unweighted_respondents_and_many_levels_are_told_as_such():
    levels = np.array([f"level {i:02d}" for i in range(70)], dtype=object)
    fields = pd.DataFrame({"x": np.tile(levels, 6), "one": [1.0] * 419 + [np.nan]})
    tool = TypingTool(n_trees=3, n_folds=2).fit(fields, np.tile([0, 1], 210))
    data = {s.title: s for s in sections_of(tool.card()._facts)}["Data"]
    assert "They all have the same weight." in data.paragraphs[0]
    table = cells(data.tables[0])
    assert "level 07 and 52 more; 10 rare ones as one" in table["x"]["What it holds"]
    assert table["one"] == {"Kind": "number", "What it holds": "one value", "Gaps": "0.2 %"}


def test_figures_are_those_of_the_evaluation(sections, told):
    section, figures = sections["How well it does"], told.tool.evaluation_
    assert section.paragraphs == (figures.summary(),)
    assert section.pictured
    everyone, segments, coverage = map(cells, section.tables)
    kappa = everyone["Kappa (0: chance, 1: always right)"]
    assert kappa["Value"] == f"{figures.kappa:.2f}"
    right = everyone["Agreement with the survey's segment, of the tagged"]
    assert right["Value"] == f"{100 * figures.accuracy:.0f} %"
    assert right["At chance"] == f"{100 * figures.chance:.0f} %"
    assert everyone["Left untagged"]["At chance"] == ""
    assert everyone["Mean error of the probabilities"]["95 % interval"] == ""
    assert "Kappa when taught from shuffled labels" in everyone
    known = set(figures.table["metric"]) - {"recall", "precision", "lift"}
    assert len(everyone) == len(known)
    assert list(segments) == told.tool.classes_.tolist()
    for segment, row in segments.items():
        assert row["Found again"].startswith(f"{100 * figures.value('recall', segment):.0f} % (")
        assert row["Lift"].startswith(f"{figures.value('lift', segment):.1f} (")
    shares = [float(row["Of respondents"].removesuffix(" %")) for row in segments.values()]
    assert sum(shares) == pytest.approx(100, abs=1.5)
    assert coverage["0.00"]["Tagged"] == "100 %"


def test_a_segment_that_nobody_is_tagged_as_has_no_precision(told):
    figures = told.tool.evaluation_
    table = {name: list(values) for name, values in figures.table.items()}
    for name in ("value", "low", "high"):
        table[name][table["metric"].index("precision")] = float("nan")
    facts = dataclasses.replace(told.card._facts, figures=dataclasses.replace(figures, table=table))
    section = sections_of(facts)[2]
    assert next(iter(cells(section.tables[1]).values()))["Right where tagged"] == "nobody"


def test_groups_are_told_where_they_are_known(sections, told):
    section = sections["For whom"]
    (table,) = section.tables
    assert [row[:2] for row in table.rows] == [("<u>half</u>", "2|3"), ("<u>half</u>", "<s>1")]
    assert sum(int(row[2]) for row in table.rows) == 400
    assert "Benjamini and Hochberg" in section.paragraphs[0]
    assert section.points
    unknown = sections_of(told.tool.card()._facts)[3]
    assert unknown.tables == ()
    assert "Not known: whether it serves all groups" in unknown.paragraphs[0]


def test_small_groups_are_marked(told):
    small = {name: list(values) for name, values in told.groups.table.items()}
    small["few"] = [group == "<s>1" for group in small["group"]]
    groups = dataclasses.replace(told.groups, table=small)
    section = sections_of(told.tool.card(groups)._facts)[3]
    assert section.tables[0].rows[1][1] == "<s>1 (too few to be tested)"
    assert "Too few people to be tested (effective n below 30): <s>1" in section.paragraphs[0]


def test_limits_say_when_to_fit_again(sections):
    text = " ".join(sections["What it is good for, and what not"].points)
    for words in ("segment_mix", "Check drift", "Fit again when", "low confidence", "one person"):
        assert words in text


def test_versions_settings_and_checksum_are_told(told, tmp_path):
    (table,) = sections_of(told.tool.card(date="2026-11-26")._facts)[-1].tables
    rows = dict(table.rows)
    document = told.tool.to_json(tmp_path / "tool.json").read_bytes()
    assert hashlib.sha256(document).hexdigest() in rows.values()
    assert rows["Date"] == "2026-11-26"
    assert rows["segkit"] == __version__
    assert rows["Python"] == platform.python_version()
    assert rows["scikit-learn"] == sklearn.__version__
    assert "n_trees=12" in rows["Settings"]
    assert "Date" not in dict(sections_of(told.card._facts)[-1].tables[0].rows)


def test_a_plugged_in_classifier_has_a_card_without_a_checksum(people):
    made = people(200)
    tool = TypingTool(model=GaussianNB(), n_folds=2, random_state=np.random.RandomState(0))
    tool.fit(pd.DataFrame(made.columns), made.segments)
    rows = dict(sections_of(tool.card()._facts)[-1].tables[0].rows)
    assert "none: a plugged-in classifier cannot be written down" in rows.values()
    assert "model=GaussianNB" in rows["Settings"]
    assert "random_state=RandomState" in rows["Settings"]
    assert " at 0x" not in rows["Settings"]


def test_gaps_of_an_early_file_are_not_known(told):
    book = told.tool.model_.codes
    early = tuple(dataclasses.replace(f, shares=()) for f in book.fields)
    model = dataclasses.replace(told.tool.model_, codes=dataclasses.replace(book, fields=early))
    facts = dataclasses.replace(told.card._facts, model=model)
    table = cells(sections_of(facts)[1].tables[0])
    assert {row["Gaps"] for row in table.values()} == {"not known"}


def test_sizes_that_tags_were_weighted_to_are_told(told):
    other = told.tool.reweighted([0.5, 0.3, 0.2])
    assert "50 %" in " ".join(sections_of(other.card()._facts)[0].paragraphs)
