"""What a run leaves in results/: figures, tables, summary, booklet."""

import copy
from dataclasses import replace

import matplotlib.pyplot as plt
import pandas as pd
import pytest
from PIL import Image

from segkit._files import read_table
from segkit.segments import Scheme
from segkit.study import outputs
from segkit.study.steps import Trust

FIGURES = {
    "drift",
    "items",
    "loadings",
    "needs",
    "opportunity",
    "scree",
    "sizes",
    "stability",
    "typing",
}
TABLES = {
    "drift": "psi",
    "factorability": "kmo",
    "loadings": "factor_1",
    "n_factors": "suggested",
    "opportunity": "opportunity",
    "profile_items": "index",
    "profile_needs": "effect",
    "profile_outside": "p_adjusted",
    "response_quality": "flagged",
    "segment_mix": "corrected",
    "sizes": "share",
    "stability": "jaccard",
    "typing_evaluation": "chance",
}


@pytest.fixture
def bare(whole_run):
    """The study as if it had neither base nor satisfaction."""
    study = copy.copy(whole_run[0])
    study.mix = None
    study.trust = Trust(study.trust.stability, None)
    segments = vars(study.segments) | {"opportunity": None}
    study.segments = type(study.segments)(**segments)
    return study


def test_a_whole_run_leaves_every_deliverable(reported):
    assert set(reported.files) == {
        *("booklet", "personas", "tagged", "tool", "figures", "tables", "summary")
    }
    assert all(path.exists() for path in reported.files.values())
    assert {p.stem for p in reported.files["figures"].iterdir()} == FIGURES
    assert not list(reported.folder.rglob("*.part"))
    page = reported.files["booklet"].read_text("utf-8")
    names = [name.replace("&", "&amp;") for name in reported.config.names]
    assert all(f'id="segment-{k}"' in page for k in range(4))
    assert all(page.count(name) >= 3 for name in names)
    assert reported.config.name in page


def test_figures_are_pictures_of_a_fit_size_and_closed(reported):
    assert not plt.get_fignums()
    for path in reported.files["figures"].iterdir():
        with Image.open(path) as picture:
            assert picture.format == "PNG"
            assert all(300 < pixels < 3000 for pixels in picture.size)


def test_every_result_is_a_table(whole_run, tmp_path):
    folder = outputs.write_tables(whole_run[0], tmp_path / "tables")
    found = {p.stem: read_table(p, what="The table") for p in folder.iterdir()}
    assert set(found) == set(TABLES)
    assert all(column in found[name].columns for name, column in TABLES.items())
    assert found["sizes"]["name"].tolist() == list(whole_run[0].config.names)
    pd.testing.assert_frame_equal(found["sizes"], whole_run[0].sizes, check_dtype=False)


def test_tables_of_an_earlier_run_that_are_no_more_go(whole_run, bare, tmp_path):
    outputs.write_tables(whole_run[0], tmp_path)
    (tmp_path / "mine.csv").write_text("a\n1\n")
    outputs.write_tables(bare, tmp_path)
    gone = {"drift", "opportunity", "segment_mix"}
    assert {p.stem for p in tmp_path.iterdir()} == (set(TABLES) - gone) | {"mine"}


def test_figures_of_an_earlier_run_that_are_no_more_go(bare, tmp_path):
    for name in ("drift", "opportunity", "mine"):
        (tmp_path / f"{name}.png").write_bytes(b"old")
    outputs.write_figures({}, tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == ["mine.png"]


def test_a_study_without_base_and_satisfaction_draws_what_it_has(bare, monkeypatch):
    figures = outputs.draw(bare)
    assert set(figures) == FIGURES - {"drift", "opportunity"}
    outputs.close(figures)


def test_the_summary_quotes_every_step(whole_run, tmp_path):
    study = whole_run[0]
    text = outputs.write_summary(study, tmp_path / "summary.md").read_text("utf-8")
    assert text.startswith(f"# {study.config.name}\n")
    for result in (study.needs.correlation, study.needs.count):
        assert result.summary() in text
    assert study.trust.stability.summary().partition("The weakest is")[0] in text
    assert any(f"The weakest is {name}: mean Jaccard" in text for name in study.config.names)
    assert study.segments.method in text


def test_figures_call_the_segments_by_the_analysts_names(whole_run):
    figures = outputs.draw(whole_run[0])
    names = list(whole_run[0].config.names)
    for figure, axis in (("stability", "y"), ("typing", "y"), ("sizes", "y"), ("items", "x")):
        labels = getattr(figures[figure], f"get_{axis}ticklabels")()
        said = [label.get_text().replace("\n", "  (").split("  (")[0] for label in labels]
        assert said == names, figure
    outputs.close(figures)


def test_money_in_a_name_is_no_formula(whole_run):
    study = copy.copy(whole_run[0])
    names = [r"$\frac$", "$5_{ of $10", "b", "c"]
    study.segments = replace(
        study.segments, scheme=Scheme(study.segments.labels, names, order=range(4))
    )
    figures = outputs.draw(study)
    for name in ("stability", "typing", "sizes", "items"):
        figures[name].figure.draw_without_rendering()
    outputs.close(figures)
