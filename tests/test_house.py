"""The promise: one idea, one file, one test file of the same name where the file stands."""

import json
import re
from pathlib import Path

import segkit

TESTS = Path(__file__).parent
SOURCE = Path(segkit.__file__).parent

# modules without a test file of their own name, each with where it is tested, or why it is not
ELSEWHERE = {
    "__main__.py": "one call; test_cli.py runs it",
    "_version.py": "one line; test_packaging.py holds it to pyproject.toml and CITATION.cff",
    "diagnostics/counting/engines/conditions.py": "all engines count alike: test_dispatch.py",
    "diagnostics/counting/engines/frame.py": "all engines count alike: test_dispatch.py",
    "diagnostics/counting/engines/lazy_frame.py": "all engines count alike: test_dispatch.py",
    "diagnostics/counting/engines/query.py": "all engines count alike: test_dispatch.py",
    "diagnostics/counting/engines/relation.py": "all engines count alike: test_dispatch.py",
    "diagnostics/counting/saving.py": "the file of counts: test_table_counts.py",
    "diagnostics/watch/databases.py": "both stores: test_duckdb_store.py, test_postgres_store.py",
    "diagnostics/watch/ledger.py": "days that stand: test_daily.py and test_forgetting.py",
    "diagnostics/watch/retagging.py": "tags of a day: test_daily.py and test_forgetting.py",
    "diagnostics/watch/tables.py": "both stores: test_duckdb_store.py, test_postgres_store.py",
    "diagnostics/watch/views.py": "what a store shows: test_showing.py",
    "typing_tool/base/report.py": "what tagging reports: test_tagging.py",
    "typing_tool/export/model_card/sections.py": "what a document holds; nothing is done there",
}


def place_of(module: str) -> Path:
    """Where the test of a module stands: names of rooms and files without their underscore."""
    place = Path(module)
    rooms = [part.lstrip("_") for part in place.parts[:-1]]
    return TESTS.joinpath(*rooms, f"test_{place.stem.lstrip('_')}.py")


MODULES = [
    path.relative_to(SOURCE).as_posix()
    for path in sorted(SOURCE.rglob("*.py"))
    if path.name != "__init__.py"
]


def test_every_module_has_its_test_file():
    lacking = [m for m in MODULES if m not in ELSEWHERE and not place_of(m).is_file()]
    wanted = {m: place_of(m).relative_to(TESTS).as_posix() for m in lacking}
    assert wanted == {}, "write these tests, or fold the module into the one it belongs to"


def test_no_module_is_excused_that_is_not_there():
    assert sorted(set(ELSEWHERE) - set(MODULES)) == []


def test_the_record_of_simulations_names_tests_that_are_there():
    recorded = json.loads((TESTS / "simulations.json").read_text("utf-8"))
    gone = [
        node
        for node in recorded
        for file, name in [re.match(r"(.*?)::(\w+)", node).groups()]
        if not (TESTS.parent / file).is_file()
        or f"def {name}(" not in (TESTS.parent / file).read_text("utf-8")
    ]
    assert gone == [], "run them under their new names, and take the old ones out"
