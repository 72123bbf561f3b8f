"""Sphinx settings: `make docs`.

Two folders are made at each build and never committed: docs/reference/generated, one page
for each public name, taken from each room's ``__all__``; and the executed notebooks in
docs/tutorials. So the reference cannot drift from the code, nor the tutorials from the notebooks.
"""

import importlib
import inspect
import shutil
from pathlib import Path

import segkit

HERE = Path(__file__).parent
# the rooms along the journey, then what all of them share
ROOMS = {
    "survey": "Survey",
    "datasets": "Data sets",
    "factors": "Factors",
    "segments": "Segments",
    "typing_tool": "Typing tool",
    "diagnostics": "Diagnostics",
    "choose": "Choose",
    "reports": "Reports",
    "study": "Study",
    "plots": "Plots",
    "exceptions": "Errors and warnings",
}

project = "segkit"
author = "the segkit maintainers"
copyright = "2026, the segkit maintainers"
version = release = segkit.__version__

extensions = ["sphinx.ext.autodoc", "sphinx.ext.autosummary", "numpydoc", "myst_nb"]
templates_path = ["_templates"]
exclude_patterns = ["_build"]
default_role = "py:obj"

myst_enable_extensions = ["dollarmath", "deflist"]
myst_heading_anchors = 3
nb_execution_mode = "off"

autosummary_generate = True
autodoc_member_order = "bysource"
autodoc_typehints = "none"
numpydoc_show_class_members = False
numpydoc_class_members_toctree = False

html_theme = "pydata_sphinx_theme"
html_title = f"segkit {version}"
html_show_sourcelink = False
html_static_path = ["_static"]
html_css_files = ["segkit.css"]
html_theme_options = {
    "logo": {"text": "segkit"},
    "navigation_with_keys": False,
    "show_toc_level": 2,
}


def write_reference(app, config) -> None:
    """Write a page for each room, with a table of its public names and a page for each."""
    config.autosummary_filename_map = distinct_files()
    folder = HERE / "reference" / "generated"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for room, title in ROOMS.items():
        module = importlib.import_module(f"segkit.{room}")
        (folder / f"{room}.rst").write_text(room_page(module, title), encoding="utf-8")


def distinct_files() -> dict[str, str]:
    """Name the files of `Profile` and `profile` apart where capitals do not count."""
    names = [
        f"segkit.{r}.{n}" for r in ROOMS for n in importlib.import_module(f"segkit.{r}").__all__
    ]
    return {n: f"{n}-class" for n in names if n != n.lower() and n.lower() in names}


def room_page(module: object, title: str) -> str:
    """Return the reference page of a room: its docstring, its classes, its functions."""
    name = module.__name__
    public = {n: getattr(module, n) for n in module.__all__}
    kinds = {
        "Classes": [n for n, v in public.items() if inspect.isclass(v)],
        "Functions": [n for n, v in public.items() if inspect.isroutine(v)],
    }
    kinds["Constants"] = [n for n in public if not any(n in names for names in kinds.values())]
    lines = [title, "=" * len(title), "", f".. automodule:: {name}", "   :no-members:", ""]
    lines += [f".. currentmodule:: {name}", ""]
    for kind, names in kinds.items():
        if names:
            lines += [f".. rubric:: {kind}", "", ".. autosummary::", "   :toctree:", ""]
            lines += [f"   {n}" for n in sorted(names)] + [""]
    return "\n".join(lines)


def copy_notebooks(*_: object) -> None:
    """Lay the executed notebooks beside the page that lists them."""
    folder = HERE / "tutorials"
    for stale in folder.glob("*.ipynb"):
        stale.unlink()
    for notebook in sorted((HERE.parent / "notebooks").glob("[0-9][0-9]_*.ipynb")):
        shutil.copy(notebook, folder)


def skip_foreign(app, what, name, obj, skip, options):
    """Leave out methods that a class has from scikit-learn or Python, and metadata routing."""
    generated = name.startswith("set_") and name.endswith("_request")
    method = getattr(obj, "fget", obj)
    home = getattr(method, "__module__", None) or ""
    foreign = inspect.isroutine(method) and not home.startswith("segkit")
    return True if generated or foreign else skip


def setup(app):
    # before Sphinx looks for documents, so that these are found
    app.connect("config-inited", write_reference)
    app.connect("config-inited", copy_notebooks)
    app.connect("autodoc-skip-member", skip_foreign)
