"""The command line: what it prints, what it writes, which exit code it ends with."""

import subprocess
import sys
import warnings
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import segkit
from segkit import cli, datasets
from segkit.exceptions import SegkitWarning
from segkit.study import Study, outputs, steps
from segkit.typing_tool import TypingTool, load


def small(patch):
    """Grow few trees, resample little and save no pictures: what a run costs most."""

    def forest(**settings):
        return TypingTool(**settings, n_trees=16, n_folds=2)

    def save(figures, folder):
        folder.mkdir(exist_ok=True)
        return folder

    patch.setattr(steps, "TypingTool", forest)
    patch.setattr(outputs, "write_figures", save)


@pytest.fixture(scope="module")
def answers():
    made = datasets.make_payments_study(n_respondents=300, n_customers=400)
    return pd.concat([made.answers, made.fields], axis=1), made.base


@pytest.fixture(scope="module")
def place(answers, tmp_path_factory):
    """A folder outside the checkout, with blanks in its name, that holds a survey and a base."""
    folder = tmp_path_factory.mktemp("my files") / "wave 1"
    folder.mkdir()
    answers[0].to_csv(folder / "answers.csv", index=False)
    answers[1].to_parquet(folder / "base.parquet")
    return folder


@pytest.fixture
def segkit_says(capsys):
    """Run the command line; return exit code, output and messages."""

    def run(*words):
        try:
            code = cli.main([str(w) for w in words])
        except SystemExit as stop:  # argparse ends so
            code = stop.code
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


README = (
    "--items",
    "imp_*",
    "--fields",
    "age,region,tenure",
    "--weight",
    "weight",
    "--id",
    "respondent",
)
"""What the README's `make study` hands to `segkit new`."""


@pytest.fixture(scope="module")
def ran(place):
    """The study folder that the README's commands make, run."""
    folder = place / "my study"
    with pytest.MonkeyPatch.context() as patch:
        small(patch)
        assert cli.main(["new", str(folder), "--data", str(place / "answers.csv"), *README]) == 0
        toml = folder / "study.toml"
        toml.write_text(toml.read_text("utf-8").replace("n_boot = 50", "n_boot = 10"), "utf-8")
        assert cli.main(["run", str(folder)]) == 0
    return folder


def test_new_tells_what_it_made_what_it_assumed_and_what_is_next(segkit_says, place, tmp_path):
    folder = tmp_path / "my study"
    code, out, err = segkit_says("new", folder, "--data", place / "answers.csv", *README)
    assert (code, err) == (0, "")
    assert f"Study folder: {folder}" in out
    assert "study.toml" in out
    assert "What was assumed (correct it in" in out
    assert "The scale of `imp_01`, `imp_02`, `imp_03` and 21 more was taken to be 1-5" in out
    assert f"segkit run '{folder}'" in out


def test_new_assumes_nothing_where_a_codebook_declares_all(segkit_says, tmp_path, monkeypatch):
    made = datasets.make_payments_study(n_respondents=60, n_customers=60)
    monkeypatch.setattr(datasets, "make_payments_study", lambda **_: made)
    code, out, _ = segkit_says("new", tmp_path / "acme", "--segments", 3)
    assert code == 0
    assert "assumed" not in out
    assert Study.open(tmp_path / "acme").config.n_segments == 3


def test_new_twice_writes_an_unedited_folder_anew_and_refuses_an_edited_one(
    segkit_says, place, tmp_path
):
    words = ("new", tmp_path / "acme", "--data", place / "answers.csv", *README)
    assert segkit_says(*words)[0] == 0
    code, _, err = segkit_says(*words)
    assert code == 2
    assert "--refresh" in err
    assert segkit_says(*words, "--refresh")[0] == 0
    with (tmp_path / "acme" / "data" / "codebook.yaml").open("a") as codebook:
        codebook.write("# mine\n")
    code, _, err = segkit_says(*words, "--refresh")
    assert code == 2
    assert "was edited" in err


def test_run_tells_each_step_and_where_everything_is(segkit_says, ran, monkeypatch):
    small(monkeypatch)
    code, out, err = segkit_says("run", ran)
    assert (code, err) == (0, "")
    for number in range(1, 8):
        assert f"{number}/7 " in out
    assert out.count("kept from the last run") == 3
    assert "Done in" in out
    for name in (
        "booklet.html",
        "tagged.parquet",
        "figures",
        "tables",
        "summary.md",
        "tool.segkit",
    ):
        assert str(ran / "results" / name) in out
        assert (ran / "results" / name).exists()


def test_report_makes_the_deliverables_again(segkit_says, ran, monkeypatch):
    small(monkeypatch)
    (ran / "results" / "booklet.html").unlink()
    code, out, _ = segkit_says("report", ran)
    assert code == 0
    assert "booklet.html" in out
    assert (ran / "results" / "booklet.html").is_file()


def test_tag_tags_a_base_of_any_size(segkit_says, ran, place, tmp_path):
    tool, out = ran / "results" / "tool.segkit", tmp_path / "tagged base.parquet"
    code, said, err = segkit_says("tag", tool, place / "base.parquet", out, "--id", "customer_id")
    assert code == 0
    assert "Traceback" not in err
    assert "400 customers tagged in" in said
    assert "0.0 % left untagged" in said
    assert "Sizes of the segments (corrected for typing error, 95 % interval):\n  0 " in said
    assert "Fields against the survey (PSI): " in said
    assert f"Tagged base: {out}" in said
    tagged = pd.read_parquet(out)
    assert len(tagged) == 400
    assert tagged["segment"].isin(range(4)).all()


def test_tag_takes_and_gives_csv(segkit_says, ran, answers, tmp_path):
    answers[1].to_csv(tmp_path / "base.csv", index=False)
    tool = ran / "results" / "tool.segkit"
    assert segkit_says("tag", tool, tmp_path / "base.csv", tmp_path / "out.csv")[0] == 0
    assert len(pd.read_csv(tmp_path / "out.csv")) == 400


def test_tag_writes_parts_and_goes_on_with_them(segkit_says, ran, place, tmp_path):
    tool, out = ran / "results" / "tool.segkit", tmp_path / "tagged"
    words = ("tag", tool, place / "base.parquet", out, "--batch-rows", 100, "--jobs", 2)
    code, said, _ = segkit_says(*words)
    assert (code, "by an earlier run" in said) == (0, False)
    assert sorted(p.name for p in out.iterdir()) == ["_segkit.json", "part-000000.parquet"]
    assert len(pd.read_parquet(out)) == 400
    code, said, _ = segkit_says(*words)
    assert code == 0
    assert "400 customers tagged (400 of them by an earlier run)" in said
    assert segkit_says(*words[:-4])[0] == 2
    code, said, _ = segkit_says(*words[:-4], "--no-resume")
    assert (code, "by an earlier run" in said) == (0, False)


def test_tag_says_where_a_tool_does_not_know_its_respondents(segkit_says, ran, place, tmp_path):
    from segkit.diagnostics.change.glance import glance

    tool = load(ran / "results" / "tool.segkit")
    fields = tuple(replace(f, shares=()) for f in tool.model_.codes.fields)
    tool.model_ = replace(tool.model_, codes=replace(tool.model_.codes, fields=fields))
    path = tool.save(tmp_path / "old.segkit")
    code, said, _ = segkit_says("tag", path, place / "base.parquet", tmp_path / "out.parquet")
    assert code == 0
    assert "Fields against the survey: unknown; this tool was saved without" in said
    report = load(path).tag(place / "base.parquet", tmp_path / "out.parquet")
    assert glance(report, 100) is None


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("tag", "nowhere.segkit", "base.parquet", "out.parquet"), "nowhere.segkit"),
        (("tag", "answers.csv", "base.parquet", "out.parquet"), "answers.csv"),
        (("tag", "TOOL", "nowhere.parquet", "out.parquet"), "`nowhere.parquet` is not a file"),
        (("tag", "TOOL", "base.parquet", "base.parquet"), "is the base itself"),
        (("tag", "TOOL", "base.parquet", "no/folder/out.parquet"), "`no/folder` does not exist"),
        (("tag", "TOOL", "base.parquet", "out.xlsx"), "ends in .parquet"),
        (("tag", "TOOL", "base.parquet", "no/folder/out"), "cannot be made or opened"),
        (("tag", "TOOL", "base.parquet", "out", "--batch-rows", "0"), "batch_rows=0 was given"),
        (("tag", "TOOL", "base.parquet", "out.parquet", "--id", "who"), "lacks `who`"),
        (
            ("tag", "TOOL", "base.parquet", "out.parquet", "--id", "region"),
            "`region` of the base holds",
        ),
        (("run", "nowhere"), "holds no study.toml"),
        (("report", "nowhere"), "holds no study.toml"),
        (("new", "acme", "--data", "nowhere"), "is no known study; expected payments, one of"),
        (("new", "acme", "--data", "nowhere.csv"), "`nowhere.csv` is not a file"),
        (
            ("new", "acme", "--data", "answers.csv"),
            "No column of `answers.csv` was named as a field",
        ),
        (("new", "acme", "--items", "q*"), "`items` was given with data='payments'"),
        (("new", "acme", "--segments", "1"), "n_segments=1 was given"),
        (("new", "acme", "--segments", "many"), "invalid int value"),
        (("new", "answers.csv"), "`answers.csv` is no folder"),
        (("new",), "the following arguments are required: folder"),
        ((), "the following arguments are required: COMMAND"),
        (("watch", "acme"), "invalid choice: 'watch'"),
    ],
)
def test_a_mistake_ends_with_code_2_and_a_message(
    segkit_says, ran, place, monkeypatch, words, message
):
    monkeypatch.chdir(place)
    words = [str(ran / "results" / "tool.segkit") if w == "TOOL" else w for w in words]
    before = sorted(p.name for p in place.iterdir())
    code, out, err = segkit_says(*words)
    assert code == 2
    assert message in err
    assert "Traceback" not in err
    assert out == ""
    assert sorted(p.name for p in place.iterdir()) == before


@pytest.mark.parametrize("damage", [b"", b"PK\x03\x04 not whole", b"\x80\x04pickle"])
def test_a_broken_tool_file_is_a_message(segkit_says, place, tmp_path, damage):
    (tmp_path / "tool.segkit").write_bytes(damage)
    code, _, err = segkit_says(
        "tag", tmp_path / "tool.segkit", place / "base.parquet", tmp_path / "out.parquet"
    )
    assert code == 2
    assert err.startswith("segkit: ")
    assert "tool.segkit" in err
    assert not (tmp_path / "out.parquet").exists()


def test_a_study_with_a_mistake_in_its_settings_is_a_message(segkit_says, tmp_path):
    (tmp_path / "study.toml").write_text("[segments]\nn_segmnts = 4")
    code, _, err = segkit_says("run", tmp_path)
    assert code == 2
    assert "'n_segmnts' is not known; expected one of" in err


def test_a_place_that_cannot_be_written_is_a_message(segkit_says, tmp_path):
    (tmp_path / "study.toml").write_text("")
    (tmp_path / "results").write_text("a file where the folder goes")
    code, _, err = segkit_says("run", tmp_path)
    assert code == 2
    assert "results" in err


def test_an_interruption_ends_with_code_130(segkit_says, ran, monkeypatch):
    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(Study, "_read", interrupt)
    code, _, err = segkit_says("run", ran)
    assert code == 130
    assert "no half-written file is left" in err


@pytest.mark.filterwarnings("default")
def test_warnings_of_segkit_are_notes_and_others_are_silent(segkit_says, ran, monkeypatch):
    def warn(_):
        warnings.warn("Counted and corrected sizes differ.", SegkitWarning, stacklevel=1)
        np.float64(1) / np.float64(0)
        raise KeyboardInterrupt

    monkeypatch.setattr(Study, "_read", warn)
    _, _, err = segkit_says("run", ran)
    assert "  note: Counted and corrected sizes differ.\n" in err
    assert "divide" not in err
    assert ".py" not in err


@pytest.mark.parametrize(
    ("words", "parts"),
    [
        (("--help",), ("new", "run", "report", "tag", "monitor")),
        (("new", "--help"), ("--data", "--items", "--fields", "--weight", "--id", "--segments")),
        (("run", "--help"), ("folder",)),
        (("report", "--help"), ("folder",)),
        (
            ("tag", "--help"),
            ("tool", "base", "out", "--id", "--jobs", "--batch-rows", "--no-resume"),
        ),
    ],
)
def test_help_names_what_there_is(segkit_says, words, parts):
    code, out, _ = segkit_says(*words)
    assert code == 0
    assert all(part in out for part in parts)


def test_the_version_is_told(segkit_says):
    assert segkit_says("--version")[:2] == (0, f"segkit {segkit.__version__}\n")


def test_the_installed_command_ends_as_the_function_does(tmp_path):
    """In a process of its own: a message, no traceback, the exit code."""
    code = "import sys; from segkit.cli import main; sys.exit(main())"
    words = [sys.executable, "-c", code, "run", str(tmp_path / "no where")]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith("segkit: `")
    assert "Traceback" not in done.stderr


@pytest.fixture(scope="module")
def watched(answers, tmp_path_factory):
    """A study folder as `segkit run` leaves it, as far as its monitor looks."""
    pytest.importorskip("duckdb", reason="duckdb is not installed")
    folder = tmp_path_factory.mktemp("watched") / "acme one"
    (folder / "results").mkdir(parents=True)
    survey, base = answers
    names = ["age", "region", "tenure"]
    segments = np.where(survey["age"].fillna(40) > 45, "old", "young")
    tool = TypingTool(n_trees=10, n_folds=2).fit(survey[names], segments)
    tool.save(folder / "results" / "tool.segkit")
    tool.tag(base, out=folder / "results" / "tagged.parquet")
    (folder / "study.toml").write_text(
        '[data]\nbase = "data/base.parquet"\nbase_id = "customer_id"\n', "utf-8"
    )
    base.to_parquet(folder / "day.parquet")
    return folder


def test_monitor_sends_a_day_and_ends_with_what_to_do(watched, segkit_says, answers):
    day = watched / "day.parquet"
    code, out, _ = segkit_says("monitor", watched, day, "--day", "2026-11-22")
    assert code == 0
    assert out.startswith("keep 2026-11-22: 400 customers (400 new,")
    page = (watched / "results" / "monitor.html").read_text("utf-8")
    assert "The segments still hold" in page
    code, out, _ = segkit_says("monitor", watched, day, "--day", "2026-11-22")
    assert (code, out.splitlines()[0].endswith("[known already]")) == (0, True)
    older = answers[1].assign(age=answers[1]["age"] + 15)
    older.to_parquet(watched / "older.parquet")
    words = ("monitor", watched, watched / "older.parquet", "--day", "2026-11-23")
    code, out, _ = segkit_says(*words, "--report", watched / "report.html")
    assert code == 10
    assert out.startswith("recalibrate 2026-11-23:")
    assert "since 2026-11-23: `age`, shift: higher by" in out
    assert (watched / "report.html").is_file()


def test_monitor_says_what_is_wrong(watched, segkit_says, tmp_path):
    day = watched / "day.parquet"

    def refusal(*words):
        code, _, said = segkit_says("monitor", *words)
        assert code == 2
        return said

    assert "expected a date, or a text like" in refusal(watched, day, "--day", "22.11.2026")
    assert "no study.toml" in refusal(tmp_path, day, "--day", "2026-11-24")
    assert "is not a file" in refusal(watched, watched / "no.parquet", "--day", "2026-11-24")
    assert "lacks `number`" in refusal(watched, day, "--day", "2026-11-24", "--id", "number")
    assert "--day" in refusal(watched, day)
    (tmp_path / "study.toml").write_text("", "utf-8")
    assert "Run it first: segkit run" in refusal(tmp_path, day, "--day", "2026-11-24")
    said = refusal(
        watched, day, "--day", "2026-11-24", "--store", "postgresql://me:hunter2@127.0.0.1:1/x"
    )
    assert "cannot be reached" in said
    assert "hunter2" not in said


def test_monitor_states_its_exit_codes(segkit_says):
    code, out, _ = segkit_says("monitor", "--help")
    assert code == 0
    assert "0 keep, 10 recalibrate, 11 resegment, 2 an error" in " ".join(out.split())


def test_python_runs_the_package_as_the_command(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "segkit", "run", str(tmp_path)], capture_output=True, text=True
    )
    assert done.returncode == 2
    assert done.stderr.startswith("segkit: ")
