"""Would more respondents help? The typing tool's learning curve, asked of the tool."""

from typing import Any

from segkit.typing_tool import LearningCurve, TypingTool
from segkit.typing_tool import learning_curve as measured

__all__ = ["learning_curve"]


def learning_curve(
    tool: TypingTool | None,
    fields: Any,
    segments: Any,
    sample_weight: Any = None,
    random_state: Any = 0,
    **settings: Any,
) -> LearningCurve:
    """Measure a typing tool at growing numbers of respondents, to see whether more would help.

    Parameters
    ----------
    tool : TypingTool or None
        Whose settings are used, fitted or not; None: the defaults.
    fields : frame of shape (n_respondents, n_fields)
        As in `TypingTool.fit`.
    segments : array-like of shape (n_respondents,)
        As in `TypingTool.fit`.
    sample_weight : array-like of shape (n_respondents,), optional
        Survey weights.
    random_state : int, RandomState or None
        The seed.
    **settings
        The other settings of `segkit.typing_tool.learning_curve`: `sizes`, `n_repeats`.

    Returns
    -------
    LearningCurve

    See Also
    --------
    segkit.typing_tool.learning_curve : The same, with its notes.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> from segkit.typing_tool import TypingTool
    >>> rng = np.random.default_rng(0)
    >>> fields = pd.DataFrame({"age": rng.integers(18, 90, 200), "noise": rng.random(200)})
    >>> tool = TypingTool(n_trees=10, n_folds=2)
    >>> curve = learning_curve(tool, fields, np.arange(200) % 2, n_repeats=1)
    >>> "cannot be told" in curve.summary()  # the fields say nothing, however many are asked
    True
    """
    return measured(
        fields, segments, sample_weight, random_state=random_state, tool=tool, **settings
    )
