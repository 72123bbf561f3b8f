"""The personas of a study: portrayed, edited in their file, read back, never overwritten."""

import copy
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from segkit.exceptions import SegkitError
from segkit.segments import read_personas
from segkit.study import Study, lines, outputs, portraits


def edit(folder, before, after):
    path = folder / "personas.yaml"
    text = path.read_text("utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), "utf-8")


@pytest.fixture
def portrayed(whole_run, tmp_path):
    """The study with its own folder, portrayed."""
    study = copy.copy(whole_run[0])
    study.folder, study.files = tmp_path, {}
    study._portray()
    return study


def test_a_study_portrays_every_segment(portrayed):
    assert [p.name for p in portrayed.personas] == list(portrayed.config.names)
    assert [p.segment for p in portrayed.personas] == [0, 1, 2, 3]
    assert all(p.job and p.typical_member and p.quotes and p.needs for p in portrayed.personas)
    sizes = portrayed.sizes
    assert [p.share for p in portrayed.personas] == sizes["share"].tolist()
    assert read_personas(portrayed.files["personas"]) == portrayed.personas


def test_no_id_and_no_seconds_are_told(portrayed):
    for persona in portrayed.personas:
        assert not any("Number of the respondent" in line for line in persona.typical_member)


def test_edited_words_and_names_stay_and_stand_in_sizes_and_figures(portrayed):
    edit(portrayed.folder, "name: Alba", 'name: "A <b>new</b> name"')
    edit(
        portrayed.folder,
        f"job:\n  - {portrayed.personas[1].job[0]}",
        "job:\n  - In the consultant's words",
    )
    edit(portrayed.folder, "notes: []", "notes: [Call them on Monday]")
    portrayed._portray()
    first, second, *_ = portrayed.personas
    assert (first.name, first.notes) == ("A <b>new</b> name", ("Call them on Monday",))
    assert second.job[0] == "In the consultant's words"
    assert portrayed.sizes["name"][0] == portrayed.segments.scheme.names[0] == "A <b>new</b> name"
    assert lines.personas_word(portrayed.personas) == (
        "; edited personas: A <b>new</b> name, Bruno"
    )
    figures = outputs.draw(portrayed)
    labels = [t.get_text() for t in figures["stability"].get_yticklabels()]
    assert labels[0].startswith("A <b>new</b> name")
    outputs.close(figures)


def test_words_whose_figures_changed_are_named(portrayed):
    edit(portrayed.folder, f"job:\n  - {portrayed.personas[0].job[0]}", "job:\n  - Mine")
    path = portrayed.files["personas"]
    text = path.read_text("utf-8")
    head, _, tail = text.partition("figures:\n")
    path.write_text(
        head + "figures:\n" + tail.replace(portrayed.personas[0].job[0], "Old"), "utf-8"
    )
    portrayed._portray()
    assert portrayed.personas[0].look_again == ("job",)
    assert "figures have changed since for Alba" in lines.personas_word(portrayed.personas)


def test_a_file_that_cannot_be_read_stops_the_run_before_anything_runs(folder):
    (folder / "personas.yaml").write_text("personas: [{segment: 0, name: yes}]")
    told = []
    with pytest.raises(SegkitError, match="Put names such as 007 or yes in quotes"):
        Study.open(folder).run(tell=told.append)
    assert told == ["1/7 reading and screening the answers"]


def test_a_booklet_prints_the_edited_words_escaped(reported, tmp_path):
    from segkit.reports import booklet

    study = copy.copy(reported)
    study.folder, study.files = tmp_path, {}
    study._portray()
    edit(tmp_path, "name: Alba", "name: '<script>alert(1)</script>'")
    edit(tmp_path, f"gains:\n  - {study.personas[0].gains[0]}", "gains:\n  - In <i>my</i> words")
    study._portray()
    study.figures = outputs.draw(study)
    page = booklet(study, tmp_path / "booklet.html").read_text("utf-8")
    outputs.close(study.figures)
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "In &lt;i&gt;my&lt;/i&gt; words</li>" in page


def test_names_are_given_without_touching_the_segments(whole_run):
    study = whole_run[0]
    personas = portraits.portray(
        study.answers, study.needs, study.segments, study.sizes, study.config
    )
    segments, sizes = portraits.renamed(personas, study.segments, study.sizes, study.answers.weight)
    assert (segments.labels == study.segments.labels).all()
    pd.testing.assert_frame_equal(sizes, study.sizes)


def test_what_fewer_than_the_smallest_stand_behind_is_not_told(whole_run):
    study = whole_run[0]
    counts = sorted(np.bincount(study.segments.labels))
    config = replace(study.config, smallest=int(counts[1]))
    found = portraits.portray(study.answers, study.needs, study.segments, study.sizes, config)
    assert sum(p.n is None for p in found) == 1
    assert all(not p.statements and not p.quotes for p in found if p.n is None)
