"""Figures as inline SVG, the same bytes for the same figure."""

import io
import re
from typing import Any

__all__ = ["svg"]


def svg(ax: Any) -> str:
    """Return the figure of an Axes as an SVG element for a page.

    Text stays text (searchable, read aloud); ids are fixed so that a page does not change
    from run to run, and groups have none, so that several figures can stand on one page.
    """
    from matplotlib import rc_context

    stream = io.StringIO()
    with rc_context(
        {"svg.fonttype": "none", "svg.hashsalt": "segkit", "font.family": "sans-serif"}
    ):
        ax.figure.savefig(stream, format="svg", metadata={"Date": None}, transparent=True)
    text = stream.getvalue()
    text = re.sub(r"^.*?(?=<svg)", "", text, flags=re.DOTALL)
    return re.sub(r'<g id="[^"]*"', "<g", text)
