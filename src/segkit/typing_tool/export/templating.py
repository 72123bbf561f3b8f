"""Templates of pages; whatever goes into one is escaped."""

from importlib.resources import files
from typing import Any

__all__ = ["template_named", "template_text"]


def template_named(name: str) -> Any:
    """Return a template of the folder, ready to be filled in."""
    from jinja2 import Environment, PackageLoader, StrictUndefined  # only when a page is written

    environment = Environment(
        loader=PackageLoader("segkit.typing_tool.export", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(name)


def template_text(name: str) -> str:
    """Return a file of the folder as it is."""
    return (files("segkit.typing_tool.export") / "templates" / name).read_text(encoding="utf-8")
