"""Write constraints/latest.txt and constraints/oldest.txt.

    python constraints/freeze.py latest    the exact versions that this environment holds
    python constraints/freeze.py oldest    the lower bounds of pyproject.toml, as exact versions

`latest` pins every package that segkit, its extras and its dependency groups need here,
directly or through others, and nothing else that happens to be installed. It refuses versions
that Debian's Python cannot install. `oldest` pins what segkit itself imports at run time; the
tools that test it are never old.
"""

import re
import sys
import tomllib
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

HERE = Path(__file__).parent
GROUPS = ("test", "lint", "docs", "notebooks")
DEBIAN_PYTHON = "3.11.2"
# not ours, but old packages warn with newer ones, and the tests take warnings for errors
INDIRECT = (
    "pyparsing<3.3",  # matplotlib 3.9 uses names that pyparsing 3.3 deprecates
    "pytest<9.1",  # scikit-learn 1.7 parametrizes its checks with a generator, deprecated there
)
LATEST_HEAD = "# Exact versions for committed figures and CI: python constraints/freeze.py latest\n"
OLDEST_HEAD = (
    "# The lower bounds of pyproject.toml, tested by `make oldest` on Python 3.11:\n"
    "# python constraints/freeze.py oldest\n"
)


def project() -> dict:
    """Return pyproject.toml."""
    return tomllib.loads((HERE.parent / "pyproject.toml").read_text(encoding="utf-8"))


def runtime(toml: dict) -> list[Requirement]:
    """Return what segkit and its extras import at run time."""
    groups = [toml["project"]["dependencies"], *toml["project"]["optional-dependencies"].values()]
    return [Requirement(r) for group in groups for r in group]


def latest(toml: dict) -> list[str]:
    """Return the pins of everything needed, following the installed packages' own metadata."""
    todo = runtime(toml) + [Requirement(r) for g in GROUPS for r in toml["dependency-groups"][g]]
    pins: dict[str, str] = {}
    done: set[tuple[str, str]] = set()
    while todo:
        wanted = todo.pop()
        name = canonicalize_name(wanted.name)
        for extra in {"", *wanted.extras}:
            if (name, extra) in done:
                continue
            done.add((name, extra))
            try:
                found = distribution(wanted.name)
            except PackageNotFoundError as error:
                raise SystemExit(
                    f"{wanted.name} is not installed; run `make lint` first."
                ) from error
            pins[name] = f"{name}=={found.version}"
            refuse_newer_python(found)
            needs = [Requirement(r) for r in found.requires or []]
            todo += [r for r in needs if r.marker is None or r.marker.evaluate({"extra": extra})]
    return [pins[name] for name in sorted(pins)]


def refuse_newer_python(found: Distribution) -> None:
    """Stop at a version that asks for a newer Python than Debian's."""
    python = found.metadata.get("Requires-Python") or ""
    if DEBIAN_PYTHON not in SpecifierSet(python):
        raise SystemExit(
            f"{found.name} {found.version} asks for Python {python}; Debian has {DEBIAN_PYTHON}. "
            "Install an older version, then freeze again."
        )


def oldest(toml: dict) -> list[str]:
    """Return the lower bound of each run-time requirement as a pin."""
    bounds = {
        canonicalize_name(r.name): re.search(r">=\s*([^,]+)", str(r.specifier))
        for r in runtime(toml)
    }
    open_ended = [name for name, bound in bounds.items() if bound is None]
    if open_ended:
        raise SystemExit(f"No lower bound in pyproject.toml for {', '.join(open_ended)}; give one.")
    return [*(f"{name}=={bound[1]}" for name, bound in sorted(bounds.items()) if bound), *INDIRECT]


def main(which: str) -> None:
    """Write one of the two files."""
    make, head = {"latest": (latest, LATEST_HEAD), "oldest": (oldest, OLDEST_HEAD)}[which]
    (HERE / f"{which}.txt").write_text(head + "\n".join(make(project())) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
