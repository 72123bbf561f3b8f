"""A new folder is whole or not there; nothing that somebody edited is overwritten."""

import shutil
import stat
import tomllib

import pandas as pd
import pytest

from segkit import datasets
from segkit.exceptions import SegkitError
from segkit.study import Study, new_study, read_config
from segkit.study import folder as folder_module
from segkit.survey import Codebook


@pytest.fixture
def file(tmp_path):
    made = datasets.make_payments_study(n_respondents=100, n_customers=100)
    path = tmp_path / "wave 1.csv"
    pd.concat([made.answers, made.fields], axis=1).to_csv(path, index=False)
    return path


def of_file(place, file, **settings):
    return new_study(place, file, **({"items": "imp_*", "fields": "age,region"} | settings))


def contents(folder):
    return {p.relative_to(folder): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_a_made_folder_holds_what_a_run_needs(made_folder):
    assert sorted(p.name for p in made_folder.iterdir()) == [
        "README.md",
        "data",
        "notebooks",
        "study.toml",
    ]
    assert sorted(p.name for p in (made_folder / "data").iterdir()) == [
        "answers.parquet",
        "base.parquet",
        "codebook.yaml",
    ]
    config = read_config(made_folder)
    assert (config.base_id, config.items, config.n_segments) == ("customer_id", "importance", 4)


def test_a_file_of_answers_becomes_a_study(tmp_path, file):
    folder = of_file(tmp_path / "deep" / "down", file, n_segments=3)
    study = Study.open(folder)
    assert (study.config.name, study.config.base) == ("wave 1", None)
    assert (study.config.items, study.config.n_segments) == ("importance", 3)
    assert Codebook.from_yaml(folder / "data" / "codebook.yaml").assumptions


def test_the_readme_says_what_was_assumed_and_how_to_go_on(tmp_path, file):
    text = (of_file(tmp_path / "acme", file) / "README.md").read_text("utf-8")
    assert text.startswith("# wave 1\n")
    for part in ("study.toml", "results/", "segkit run", "taken to be 1-5", "base_id"):
        assert part in text


def test_the_readme_of_the_made_study_says_that_it_is_invented(made_folder):
    assert "invented" in (made_folder / "README.md").read_text("utf-8")


@pytest.mark.parametrize(
    "name",
    [
        'we "said" so',
        "back\\slash",
        "two\nlines",
        "tab\tbell\x07del\x7f",
        "é 漢 🙂",
        "# not a comment",
    ],
)
def test_any_title_gives_a_valid_study(tmp_path, file, name):
    shutil.copy(file, tmp_path / f"{name}.csv")
    folder = of_file(tmp_path / "acme", tmp_path / f"{name}.csv")
    assert read_config(folder).name == name
    assert (folder / "README.md").read_text("utf-8").splitlines()[2].startswith("| where")


@pytest.mark.parametrize("refresh", [False, True])
def test_an_edited_folder_is_refused_and_left_alone(folder, file, refresh):
    toml = folder / "study.toml"
    toml.write_text(toml.read_text("utf-8").replace("n_segments = 4", "n_segments = 5"), "utf-8")
    before = contents(folder)
    message = "was edited since.*segkit run" if refresh else "holds a study already.*--refresh"
    with pytest.raises(SegkitError, match=message):
        of_file(folder, file, refresh=refresh)
    assert contents(folder) == before


@pytest.mark.parametrize("name", ["data/codebook.yaml", "README.md", "data/answers.parquet"])
def test_an_edit_of_any_part_counts(folder, file, name):
    with (folder / name).open("a") as part:
        part.write("\n# my remark")
    before = contents(folder)
    with pytest.raises(SegkitError, match="was edited"):
        of_file(folder, file, refresh=True)
    assert contents(folder) == before


def test_a_base_that_was_put_into_the_folder_counts_as_an_edit(tmp_path, file):
    folder = of_file(tmp_path / "acme", file)
    (folder / "data" / "base.csv").write_text("age,region\n1,a\n")
    with pytest.raises(SegkitError, match="was edited"):
        of_file(folder, file, refresh=True)


def test_an_unedited_folder_is_written_anew(folder, file):
    (folder / "results").mkdir()
    (folder / "results" / "booklet.html").write_text("made")
    (folder / "notebooks" / "mine.py").write_text("1")
    of_file(folder, file, refresh=True)
    assert read_config(folder).name == "wave 1"
    assert not (folder / "data" / "base.parquet").exists()
    assert (folder / "results" / "booklet.html").read_text() == "made"
    assert (folder / "notebooks" / "mine.py").read_text() == "1"
    of_file(folder, file, n_segments=5, refresh=True)
    assert read_config(folder).n_segments == 5


def test_writing_the_same_study_anew_changes_nothing(tmp_path, file):
    folder = of_file(tmp_path / "acme", file)
    before = contents(folder)
    of_file(folder, file, refresh=True)
    assert contents(folder) == before


def test_refresh_makes_a_folder_that_is_not_there(tmp_path, file):
    assert of_file(tmp_path / "acme", file, refresh=True).is_dir()


@pytest.mark.parametrize("refresh", [False, True])
def test_a_folder_of_something_else_is_refused(tmp_path, refresh):
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(SegkitError, match="is not empty and is no study"):
        new_study(tmp_path, refresh=refresh)


def test_a_file_is_no_folder(tmp_path):
    (tmp_path / "acme").write_text("mine")
    with pytest.raises(SegkitError, match="is no folder"):
        new_study(tmp_path / "acme")


def test_an_empty_folder_is_filled(tmp_path, file, monkeypatch):
    place = tmp_path / "here"
    place.mkdir()
    (place / ".git").mkdir()
    monkeypatch.chdir(place)
    of_file(".", file)
    assert {p.name for p in place.iterdir()} == {
        ".git",
        "README.md",
        "data",
        "notebooks",
        "study.toml",
    }


def test_a_new_folder_has_the_permissions_of_any_new_folder(tmp_path, file):
    (tmp_path / "usual").mkdir()
    usual = stat.S_IMODE((tmp_path / "usual").stat().st_mode)
    assert stat.S_IMODE(of_file(tmp_path / "acme", file).stat().st_mode) == usual


@pytest.mark.parametrize("error", [KeyboardInterrupt, OSError("disk full")])
def test_an_interruption_leaves_no_folder(tmp_path, file, monkeypatch, error):
    def fail(*_):
        raise error

    monkeypatch.setattr(folder_module, "_readme", fail)
    place = tmp_path / "place"
    place.mkdir()
    with pytest.raises((KeyboardInterrupt, OSError)):
        of_file(place / "acme", file)
    assert list(place.iterdir()) == []


def test_an_interruption_leaves_the_folder_that_was(folder, file, monkeypatch):
    before = contents(folder)

    def fail(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(folder_module, "_readme", fail)
    with pytest.raises(KeyboardInterrupt):
        of_file(folder, file, refresh=True)
    assert contents(folder) == before


def test_a_source_that_is_refused_leaves_no_folder(tmp_path):
    with pytest.raises(SegkitError, match="is no known study"):
        new_study(tmp_path / "acme", "paymints")
    assert not (tmp_path / "acme").exists()


@pytest.mark.parametrize("n", [1, 21, 2.5])
def test_an_impossible_number_of_segments_is_refused_at_once(tmp_path, n):
    with pytest.raises(
        SegkitError, match=f"n_segments={n} was given; expected a whole number from 2"
    ):
        new_study(tmp_path / "acme", n_segments=n)


def test_the_settings_are_valid_toml_with_every_table(made_folder):
    tables = tomllib.loads((made_folder / "study.toml").read_text("utf-8"))
    assert list(tables) == [
        *("study", "data", "quality", "needs", "segments", "stability", "typing", "personas")
    ]
