"""A small made study: its folder, and the folder after one whole run."""

import json
import shutil
from functools import partial

import pytest

from segkit.study import Study, new_study, steps
from segkit.typing_tool import TypingTool

NAMES = ["Alba", "Bruno", "Célia", "Dag & Co"]


def small(patch):
    """Grow few trees: the forest is what a run costs most."""
    patch.setattr(steps, "TypingTool", partial(TypingTool, n_trees=16, n_folds=2))


def leave_out_report(patch):
    patch.setattr(Study, "_report", lambda self: "left out")


def with_setting(folder, before, after):
    """Change one line of study.toml."""
    path = folder / "study.toml"
    text = path.read_text("utf-8")
    assert text.count(before) == 1
    path.write_text(text.replace(before, after), "utf-8")
    return folder


@pytest.fixture(autouse=True)
def small_forests(monkeypatch):
    small(monkeypatch)


@pytest.fixture
def change():
    """Return the function that changes one line of a folder's study.toml."""
    return with_setting


@pytest.fixture(scope="session")
def made_folder(tmp_path_factory):
    """As `new_study` leaves it; not to be changed."""
    folder = tmp_path_factory.mktemp("made") / "acme"
    return new_study(folder, n_respondents=600, n_customers=3000)


@pytest.fixture
def folder(made_folder, tmp_path):
    """A study folder that was not run yet."""
    return shutil.copytree(made_folder, tmp_path / "acme")


@pytest.fixture(scope="session")
def whole_run(made_folder, tmp_path_factory):
    """A study after a run up to its report, and the lines that it told; not to be changed."""
    place = shutil.copytree(made_folder, tmp_path_factory.mktemp("ran") / "acme")
    with_setting(place, "n_boot = 50", "n_boot = 10")
    with_setting(place, "# names =", f"names = {json.dumps(NAMES, ensure_ascii=False)}  #")
    told = []
    with pytest.MonkeyPatch.context() as patch:
        small(patch)
        leave_out_report(patch)
        return Study.open(place).run(tell=told.append), told


@pytest.fixture(scope="session")
def reported(whole_run, tmp_path_factory):
    """The same study run to its end; not to be changed."""
    place = shutil.copytree(whole_run[0].folder, tmp_path_factory.mktemp("told") / "acme")
    return Study.open(place).run()


@pytest.fixture
def ran_folder(whole_run, tmp_path):
    """A folder with the results of a run, to be changed and run again."""
    return shutil.copytree(whole_run[0].folder, tmp_path / "ran")


@pytest.fixture
def without_report(monkeypatch):
    """Runs end before the figures, which cost more than all the rest."""
    leave_out_report(monkeypatch)


@pytest.fixture
def same_needs(whole_run, monkeypatch):
    """Runs take answers and needs from the whole run, where a test does not touch them."""
    found = whole_run[0]

    def taken(*names):
        def stage(study):
            for name in names:
                setattr(study, name, getattr(found, name))
            return "taken from the whole run"

        return stage

    monkeypatch.setattr(Study, "_read", taken("answers"))
    monkeypatch.setattr(Study, "_find_needs", taken("needs"))
    return taken


@pytest.fixture
def same_segments(same_needs, monkeypatch):
    """Runs take segments from the whole run too."""
    monkeypatch.setattr(Study, "_find_segments", same_needs("segments"))
