"""The command line: ``segkit new``, ``run``, ``tag``, ``monitor`` and ``report``."""

import argparse
import shlex
import sys
import time
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from segkit import __version__
from segkit.exceptions import SegkitError, SegkitWarning

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code: 0 well, 2 for a mistake that can be mended.

    ``segkit monitor`` ends with 10 where its verdict is recalibrate, and 11 where it is resegment.

    Parameters
    ----------
    arguments : sequence of str, optional
        The words after ``segkit``; by default those of the process.

    Returns
    -------
    int

    Examples
    --------
    >>> import tempfile
    >>> main(["run", tempfile.mkdtemp()])
    2
    """
    words = _parser().parse_args(arguments)
    try:
        with warnings.catch_warnings():
            warnings.showwarning = _show_warning
            warnings.simplefilter("default", SegkitWarning)
            code = words.action(words)
    except (SegkitError, OSError) as error:
        # OSError: a full disk, a folder without permission; its text names the path
        print(f"segkit: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print(
            "segkit: interrupted; no half-written file is left. The same command goes on where a "
            "step was finished.",
            file=sys.stderr,
        )
        return 130
    return int(code or 0)


def _new(words: argparse.Namespace) -> None:
    from segkit.study import new_study

    folder = new_study(
        words.folder,
        words.data,
        items=words.items,
        fields=words.fields,
        weight=words.weight,
        id=words.id,
        encoding=words.encoding,
        n_segments=words.segments,
        refresh=words.refresh,
    )
    _tell_new(folder)


def _tell_new(folder: Path) -> None:
    """Say what was made, what was assumed where nothing declared it, and what comes next."""
    from segkit.survey import Codebook

    codebook = folder / "data" / "codebook.yaml"
    print(f"Study folder: {folder} (its choices: {folder / 'study.toml'})")
    assumed = Codebook.from_yaml(codebook).assumptions
    if assumed:
        print(f"What was assumed (correct it in {codebook}):")
        for sentence in assumed:
            print(f"  - {sentence}")
    print(f"Run it with: segkit run {shlex.quote(str(folder))}")


def _run(words: argparse.Namespace) -> None:
    from segkit.study import Study

    begin = time.perf_counter()
    study = Study.open(words.folder).run(tell=_say)
    print(f"Done in {time.perf_counter() - begin:.0f} s.")
    _list_files(study.files)


def _report(words: argparse.Namespace) -> None:
    from segkit.study import Study

    _list_files(Study.open(words.folder).run(tell=_say).files)


def _tag(words: argparse.Namespace) -> None:
    from segkit.typing_tool import load

    tool = load(words.tool).set_params(n_jobs=words.jobs)
    report = tool.tag(
        Path(words.base),
        Path(words.out),
        id=words.id,
        batch_rows=words.batch_rows,
        resume=words.resume,
    )
    print(report.summary())
    if tool.sizes_ is None:  # a re-weighted tool does not know how often it is right
        _tell_mix(report.mix())
    _tell_shift(report, tool.evaluation_.effective_n)
    print(f"Tagged base: {words.out}")


def _monitor(words: argparse.Namespace) -> int:
    from segkit.diagnostics import Monitor
    from segkit.study import Study
    from segkit.study.reference import reference_of

    study = Study.open(words.folder)
    tool, tagged = study.results / "tool.segkit", study.results / "tagged.parquet"
    for path in (tool, tagged):
        if not path.is_file():
            raise SegkitError(
                f"`{path}` does not exist; expected what a run of the study leaves. Run it first: "
                f"segkit run {shlex.quote(str(words.folder))}"
            )
    reference, weights = reference_of(study.config, tagged)
    monitor = Monitor(
        words.store or study.results / "monitor.duckdb",
        tool,
        reference,
        sample_weight=weights,
        id=words.id or study.config.base_id,
        false_alarms_a_year=words.false_alarms,
        updates_a_year=words.updates,
    )
    found = monitor.update(Path(words.base), words.day)
    print(found.status)
    for alarm in found.alarms:
        print(f"  since {alarm.opened}: {alarm.words}")
    print(f"Report: {monitor.report(words.report or study.results / 'monitor.html')}")
    return found.exit_code


def _tell_mix(mix: Any) -> None:
    """Print the sizes of the segments: as counted, and corrected for typing error."""
    print("Sizes of the segments (corrected for typing error, 95 % interval):")
    columns = (mix.table[c] for c in ("segment", "counted", "corrected", "low", "high"))
    for segment, counted, corrected, low, high in zip(*columns, strict=True):
        print(
            f"  {segment!s:<20} counted {counted:6.1%}   corrected {corrected:6.1%} "
            f"[{low:.1%}, {high:.1%}]"
        )


def _tell_shift(report: Any, effective_n: float) -> None:
    """Print which fields of the base differ most from those of the respondents."""
    from segkit.diagnostics.change.glance import glance

    moved = glance(report, effective_n)
    if moved is None:
        print("Fields against the survey: unknown; this tool was saved without their shares.")
        return
    beyond = [row for row in moved if row[1] > row[2]]
    print(f"Fields against the survey (PSI): {len(beyond)} of {len(moved)} moved beyond chance.")
    for name, psi, chance in beyond[:5]:
        print(f"  {name:<20} {psi:.3f}   (chance: up to {chance:.3f})")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="segkit", description="From survey answers to a tagged customer base."
    )
    parser.add_argument("--version", action="version", version=f"segkit {__version__}")
    actions = parser.add_subparsers(required=True, metavar="COMMAND")
    new = actions.add_parser("new", help="make a study folder")
    new.set_defaults(action=_new)
    new.add_argument("folder", help="the folder to make")
    new.add_argument(
        "--data",
        default="payments",
        help="payments (made data), a public survey such as financial_wellbeing, or a file of "
        "answers (.csv, .parquet, .sav, .dta, .xlsx)",
    )
    new.add_argument("--items", help="items of a file: names or patterns, separated by commas")
    new.add_argument("--fields", help="customer fields of a file: names or patterns")
    new.add_argument("--weight", help="column of survey weights")
    new.add_argument("--id", help="column of respondent ids")
    new.add_argument("--encoding", help="encoding of a .csv that is not in utf-8, say cp1252")
    new.add_argument("--segments", type=int, default=4, help="number of segments (4)")
    new.add_argument("--refresh", action="store_true", help="write an unedited folder anew")
    for name, action, text in (
        ("run", _run, "survey, factors, segments, typing tool, tagged base, booklet"),
        ("report", _report, "booklet, figures and tables again from the results"),
    ):
        command = actions.add_parser(name, help=text)
        command.set_defaults(action=action)
        command.add_argument("folder", help="a study folder")
    tag = actions.add_parser("tag", help="tag a base of any size")
    tag.set_defaults(action=_tag)
    tag.add_argument("tool", help="a typing tool saved by segkit (.segkit)")
    tag.add_argument("base", help="the base: a .parquet, .csv or .arrow file, or a folder of them")
    tag.add_argument(
        "out",
        help="where the tagged base goes: a .parquet, .csv or .arrow file, or a folder (a name "
        "without an end), which a run that was interrupted goes on with",
    )
    tag.add_argument("--id", help="column of customer ids, checked to be unique")
    tag.add_argument("--jobs", type=int, help="threads (1; -1: one a core)")
    tag.add_argument(
        "--batch-rows", type=int, default=131_072, help="rows in memory at a time (131072)"
    )
    tag.add_argument(
        "--resume",
        action=argparse.BooleanOptionalAction,
        default=True,
        help="go on in a folder where a run was interrupted (default), or begin anew",
    )
    _add_monitor(actions)
    return parser


def _add_monitor(actions: Any) -> None:
    """Describe ``segkit monitor``."""
    monitor = actions.add_parser(
        "monitor",
        help="send a day's base to a study's monitor: does it still hold?",
        description="Send the base of a day to the monitor of a study: customers who changed are "
        "tagged, fields, sizes and accuracy are compared with the base as it was when the study "
        "was run (a study without a base: with the first day), and one line says what to do. Days "
        "are sent in order; the same day again changes nothing.",
        epilog="Exit codes: 0 keep, 10 recalibrate, 11 resegment, 2 an error that can be mended. A "
        "recoded field is 10, and the line names it first.",
    )
    monitor.set_defaults(action=_monitor)
    monitor.add_argument("folder", help="a study folder in which `segkit run` was run")
    monitor.add_argument(
        "base", help="the base of the day: a .parquet, .csv or .arrow file, or a folder of them"
    )
    monitor.add_argument("--day", required=True, help="the day of the base, say 2026-11-22")
    monitor.add_argument(
        "--store",
        help="the store: a DuckDB file (results/monitor.duckdb of the study), or a postgresql:// "
        "address (give the password in PGPASSWORD or ~/.pgpass, not here)",
    )
    monitor.add_argument("--id", help="column of customer ids (base_id of the study)")
    monitor.add_argument("--report", help="the report (results/monitor.html of the study)")
    monitor.add_argument(
        "--false-alarms", type=float, help="false alarms a year, at most, on average (1)"
    )
    monitor.add_argument("--updates", type=float, help="days a year that are sent (365)")


def _say(line: str) -> None:
    print(line, flush=True)


def _list_files(files: dict[str, Path]) -> None:
    for what in ("booklet", "personas", "tagged", "figures", "tables", "summary", "tool"):
        print(f"  {what:<9} {files[what]}")


def _show_warning(message: Warning | str, category: type[Warning], *_: Any, **__: Any) -> None:
    if issubclass(category, SegkitWarning):
        print(f"  note: {message}", file=sys.stderr)
