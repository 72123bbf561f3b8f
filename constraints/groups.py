"""Print the requirements of [dependency-groups] of pyproject.toml, one a line.

    python constraints/groups.py test lint docs notebooks > requirements.txt

Debian's pip (23.0) has no ``--group`` yet, so the Makefile goes through this script.
It needs the standard library alone: it runs before anything is installed.
"""

import sys
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

PYPROJECT = Path(__file__).parents[1] / "pyproject.toml"


def requirements(groups: Mapping[str, list[Any]], names: Iterable[str]) -> Iterator[str]:
    """Yield the requirements of the named groups; included groups are followed."""
    for name in names:
        if name not in groups:
            raise SystemExit(f"No group {name!r} in {PYPROJECT.name}; it has {', '.join(groups)}.")
        for entry in groups[name]:
            if isinstance(entry, str):
                yield entry
            else:
                yield from requirements(groups, [entry["include-group"]])


def main(names: list[str]) -> None:
    """Print each requirement once, in the order of the file."""
    groups = tomllib.loads(PYPROJECT.read_text(encoding="utf-8"))["dependency-groups"]
    print("\n".join(dict.fromkeys(requirements(groups, names))))


if __name__ == "__main__":
    main(sys.argv[1:])
