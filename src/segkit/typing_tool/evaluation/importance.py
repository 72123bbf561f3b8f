"""How much each field contributes, on respondents that the model had not seen."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from segkit._frames import Origin
from segkit._result import Result
from segkit._weights import effective_size, weighted_mean, weighted_sd
from segkit.typing_tool.evaluation.crossfit import CrossFit

__all__ = ["FieldImportance", "field_importance"]


@dataclass(frozen=True, repr=False)
class FieldImportance(Result):
    """What shuffling a field costs, most important field first.

    A whole field is shuffled, never one of its levels alone. Fields that say the same share
    their importance: each looks weak, because the other stands in for it.

    Attributes
    ----------
    table : dict
        Columns ``field``, ``loss_rise`` (by how much the log loss rises, in nats a person),
        ``low``, ``high`` (95 %), ``accuracy_drop`` (share of right tags lost).
    n_respondents : int
        Respondents it rests on.

    References
    ----------
    Breiman, L. (2001). Random forests. Machine Learning 45, 5-32, section 10.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit.typing_tool import TypingTool
    >>> fields = pd.DataFrame({"age": list(range(18, 78)) * 2, "plan": ["a", "b", "c"] * 40})
    >>> tool = TypingTool(n_trees=10).fit(fields, (fields["age"] > 47).astype(int))
    >>> tool.importance_.frame()["field"].tolist()
    ['age', 'plan']
    """

    table: dict[str, list[Any]]
    n_respondents: int
    origin: Origin = field(default_factory=Origin)

    def frame(self) -> Any:
        """Return one row a field."""
        return self.origin.frame(self.table)

    def plot(self, ax: Any = None) -> Any:
        """Draw the rise in log loss of each field with its interval."""
        from segkit.plots.field_importance import plot_field_importance

        return plot_field_importance(self.frame(), ax=ax)

    def summary(self) -> str:
        """Return one sentence: the fields that matter, and those that do not."""
        names, low = self.table["field"], self.table["low"]
        useful = [name for name, edge in zip(names, low, strict=True) if edge > 0]
        idle = len(names) - len(useful)
        what = ", ".join(useful[:4]) if useful else "none"
        return (
            f"Fields that carry information, most first: {what}"
            f"{' and others' if len(useful) > 4 else ''}; {idle} of {len(names)} show none beyond "
            f"noise. Each field was shuffled among respondents that the model had not seen "
            f"(n = {self.n_respondents})."
        )


def field_importance(
    fit: CrossFit, names: Sequence[str], origin: Origin | None = None
) -> FieldImportance:
    """Turn each respondent's loss from shuffling into one row a field.

    Intervals are normal, with Kish's effective number of respondents; models held fixed.
    """
    rise = weighted_mean(fit.loss_rise, fit.w)
    error = weighted_sd(fit.loss_rise, fit.w) / np.sqrt(effective_size(fit.w))
    drop = weighted_mean(fit.right_drop, fit.w)
    order = np.argsort(-rise, kind="stable")
    table = {
        "field": [names[i] for i in order],
        "loss_rise": rise[order].tolist(),
        "low": (rise - 1.96 * error)[order].tolist(),
        "high": (rise + 1.96 * error)[order].tolist(),
        "accuracy_drop": drop[order].tolist(),
    }
    return FieldImportance(table, len(fit.w), Origin((origin or Origin()).kind))
