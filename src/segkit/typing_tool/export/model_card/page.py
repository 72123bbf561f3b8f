"""The card as one HTML page: nothing from outside, no script."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from segkit.plots._pictures import svg
from segkit.typing_tool.evaluation.evaluation import Evaluation
from segkit.typing_tool.export.model_card.sections import Section
from segkit.typing_tool.export.templating import template_named, template_text

__all__ = ["card_page"]


@dataclass(frozen=True)
class Picture:
    """A figure as an SVG element, and what it says to those who do not see it."""

    svg: str
    alternative: str


def card_page(title: str, sections: Sequence[Section], figures: Evaluation) -> str:
    """Return the page; every text on it is escaped."""
    return str(
        template_named("card.html").render(
            title=title,
            sections=sections,
            style=template_text("card.css"),
            pictures=_pictures(figures),
        )
    )


def _pictures(figures: Evaluation) -> list[Picture]:
    by_segment = "The table by segment holds the figures."
    return [
        _picture(figures, by_segment),
        _picture(figures.confusion, figures.confusion.summary()),
        _picture(figures.reliability, figures.reliability.summary()),
        _picture(figures.lift, figures.lift.summary()),
    ]


def _picture(part: Any, said: str) -> Picture:
    import matplotlib.pyplot as plt  # heavy: only when something is drawn

    ax = part.plot()
    try:
        title = ax.get_title(loc="left").replace(r"\$", "$")
        return Picture(svg(ax), " ".join(f"{title}. {said}".split()))
    finally:
        plt.close(ax.figure)
