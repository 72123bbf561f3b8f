"""segkit: find, describe, reach and watch customer segments.

One journey: answers -> needs -> segments -> customers -> trust -> deliverables.
The rooms are imported when they are first used, so ``import segkit`` stays light.
"""

import importlib
from typing import TYPE_CHECKING, Any

from segkit._version import __version__ as __version__

if TYPE_CHECKING:
    from segkit import (
        choose,
        datasets,
        diagnostics,
        factors,
        plots,
        reports,
        segments,
        survey,
        typing_tool,
    )
    from segkit.exceptions import SegkitError, SegkitWarning
    from segkit.study import Study

_ROOMS = (
    "choose",
    "datasets",
    "diagnostics",
    "exceptions",
    "factors",
    "plots",
    "reports",
    "segments",
    "survey",
    "typing_tool",
)
_NAMES = {
    "SegkitError": "segkit.exceptions",
    "SegkitWarning": "segkit.exceptions",
    "Study": "segkit.study",
}

__all__ = [
    "SegkitError",
    "SegkitWarning",
    "Study",
    "choose",
    "datasets",
    "diagnostics",
    "factors",
    "plots",
    "reports",
    "segments",
    "survey",
    "typing_tool",
]


def __getattr__(name: str) -> Any:
    if name in _ROOMS:
        return importlib.import_module(f"segkit.{name}")
    if name in _NAMES:
        return getattr(importlib.import_module(_NAMES[name]), name)
    raise AttributeError(f"module 'segkit' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
