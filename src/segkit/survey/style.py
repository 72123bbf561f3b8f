"""Response style: how each respondent uses the scale, whatever the question."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from segkit._frames import column, frame_like, numeric_column
from segkit._result import Result, percent
from segkit.survey.codebook import Codebook
from segkit.survey.rated import RatedAnswers, rated_answers

__all__ = ["ResponseStyle", "response_style"]

STYLES = ("acquiescence", "disacquiescence", "extreme", "midpoint")


@dataclass(frozen=True, repr=False)
class ResponseStyle(Result):
    """Shares of each respondent's answers by their place on the scale.

    Attributes
    ----------
    n_items : int
        How many rated items with a scale the shares stand on.

    Examples
    --------
    >>> import pandas as pd
    >>> answers = pd.DataFrame({"a": [5, 3], "b": [5, 3], "c": [1, 3], "d": [4, 2]})
    >>> codebook = Codebook([{"item": name, "scale": (1, 5)} for name in "abcd"])
    >>> response_style(answers, codebook).frame()["extreme"].tolist()
    [0.75, 0.0]
    """

    table: Any
    n_items: int

    def frame(self) -> Any:
        """Return one row a respondent.

        Columns: respondent, acquiescence, disacquiescence, extreme, midpoint, n.
        """
        return self.table

    def plot(self, ax: Any = None) -> Any:
        """Draw how the four shares are spread over respondents."""
        from segkit.plots.response_style import response_style_plot

        return response_style_plot(self.table, ax=ax)

    def summary(self) -> str:
        """Return one paragraph: the median share of each style and its middle 80 %."""
        parts = []
        for style in STYLES:
            values = numeric_column(self.table, style)
            if not np.isnan(values).all():
                low, mid, high = np.nanquantile(values, [0.1, 0.5, 0.9])
                parts.append(f"{style} {percent(mid)} [{percent(low)}, {percent(high)}]")
        n = len(column(self.table, "respondent"))
        return (
            f"Response style of {n} respondents on {self.n_items} items, as the median share of "
            f"answers [10 % to 90 % of respondents]: {', '.join(parts)}."
        )


def response_style(answers: Any, codebook: Codebook, *, cleaned: bool = False) -> ResponseStyle:
    """Measure acquiescence, disacquiescence, extreme and midpoint responding.

    Parameters
    ----------
    answers : frame of shape (n_respondents, n_columns)
        Answers as collected, with at least the rated items of the codebook.
    codebook : Codebook
        Its rated items with a scale are looked at.
    cleaned : bool
        True when `answers` went through ``codebook.clean`` already.

    Returns
    -------
    ResponseStyle
        ``.frame()`` holds, for each respondent: acquiescence (share of answers above the
        middle of the scale), disacquiescence (below it), extreme (at either end), midpoint
        (exactly in the middle; NaN where no scale has a middle code), n (answers given).

    Raises
    ------
    SegkitError
        When the codebook has no rated item, or an item is absent, empty or out of scale.

    Notes
    -----
    Shares are taken of the answers as shown on the screen: agreeing with a reversed item is
    agreeing. They measure style only over items of mixed content; on items that all measure
    one thing they measure that thing. Read them before clustering: segments that differ
    mainly in these shares are segments of pen habits.

    References
    ----------
    Baumgartner, H. & Steenkamp, J.-B. E. M. (2001). Response styles in marketing research: a
    cross-national investigation. Journal of Marketing Research 38, 143-156.

    Examples
    --------
    >>> import pandas as pd
    >>> answers = pd.DataFrame({"a": [5, 3], "b": [5, 3], "c": [1, 3], "d": [4, 2]})
    >>> codebook = Codebook([{"item": name, "scale": (1, 5)} for name in "abcd"])
    >>> response_style(answers, codebook).frame()[["acquiescence", "extreme", "midpoint"]]
       acquiescence  extreme  midpoint
    0          0.75     0.75      0.00
    1          0.00     0.00      0.75
    """
    rated = rated_answers(answers, codebook, cleaned=cleaned)
    shares, n = _shares(rated)
    return ResponseStyle(
        table=frame_like(answers, {"respondent": rated.respondents, **shares, "n": n}),
        n_items=sum(item.scale is not None for item in rated.items),
    )


def _shares(rated: RatedAnswers) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """Return the share of answers that each style claims, and the number of answers."""
    scaled = [j for j, item in enumerate(rated.items) if item.scale is not None]
    shown = rated.shown[:, scaled]
    bounds = np.array([item.scale for item in rated.items if item.scale is not None])
    low, high = bounds.reshape(-1, 2).T
    middle = (low + high) / 2
    seen = ~np.isnan(shown)
    # a scale with an even number of codes has no middle to choose
    has_middle = seen & (middle == np.round(middle))
    with np.errstate(invalid="ignore", divide="ignore"):
        shares = {
            "acquiescence": (shown > middle).sum(axis=1) / seen.sum(axis=1),
            "disacquiescence": (shown < middle).sum(axis=1) / seen.sum(axis=1),
            "extreme": ((shown == low) | (shown == high)).sum(axis=1) / seen.sum(axis=1),
            "midpoint": (shown == middle).sum(axis=1) / has_middle.sum(axis=1),
        }
    return shares, seen.sum(axis=1)
