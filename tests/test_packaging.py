"""The promise: dependencies stand in pyproject.toml alone, and the pins follow it."""

import importlib.util
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import segkit

ROOT = Path(__file__).parents[1]
CONSTRAINTS = ROOT / "constraints"

if not CONSTRAINTS.is_dir():
    pytest.skip("constraints/ is not beside the tests", allow_module_level=True)


@pytest.fixture(scope="module")
def freeze():
    spec = importlib.util.spec_from_file_location("freeze", CONSTRAINTS / "freeze.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def pins(name):
    lines = (CONSTRAINTS / name).read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def test_oldest_pins_the_lower_bounds_of_every_run_time_requirement(freeze):
    assert pins("oldest.txt") == freeze.oldest(freeze.project())


def test_latest_pins_every_requirement_at_a_version_it_allows(freeze):
    toml = freeze.project()
    pinned = {}
    for line in pins("latest.txt"):
        name, _, version = line.partition("==")
        pinned[canonicalize_name(name)] = version
    groups = [Requirement(r) for g in freeze.GROUPS for r in toml["dependency-groups"][g]]
    for wanted in freeze.runtime(toml) + groups:
        assert pinned[canonicalize_name(wanted.name)] in wanted.specifier


def test_every_dependency_group_is_frozen(freeze):
    assert set(freeze.GROUPS) == set(freeze.project()["dependency-groups"])


# ibis 12 often stands beside sqlglot and cannot make tables with 30.18 and later
CEILINGS = {"sqlglot": "<30.18"}


def test_no_run_time_requirement_has_a_ceiling_but_those_with_a_reason(freeze):
    wanted = freeze.runtime(freeze.project())
    assert {str(s) for r in wanted for s in r.specifier if s.operator != ">="} == set(
        CEILINGS.values()
    )
    assert {r.name for r in wanted if len(r.specifier) > 1} == set(CEILINGS)


def test_groups_prints_the_requirements_of_the_groups_and_refuses_unknown_ones():
    def groups(*names):
        command = [sys.executable, str(CONSTRAINTS / "groups.py"), *names]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text())["dependency-groups"]
    assert groups("test", "docs").stdout.split() == wanted["test"] + wanted["docs"]
    assert "No group 'tests' in pyproject.toml; it has test, lint" in groups("tests").stderr


def test_the_version_is_the_same_everywhere(freeze):
    assert freeze.project()["project"]["version"] == segkit.__version__
    assert f"version: {segkit.__version__}\n" in (ROOT / "CITATION.cff").read_text()
    assert f"## {segkit.__version__}" in (ROOT / "CHANGELOG.md").read_text()
