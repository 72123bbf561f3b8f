"""How much each field contributes, on respondents that the model had not seen."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from segkit._checks import name_list
from segkit._frames import Origin
from segkit._result import Result
from segkit.exceptions import SegkitError
from segkit.typing_tool.evaluation.crossfit import CrossFit

__all__ = ["FieldImportance", "field_importance"]


@dataclass(frozen=True, repr=False)
class FieldImportance(Result):
    """What shuffling a field costs, most important field first.

    Attributes
    ----------
    table : dict
        Columns ``field``, ``loss_rise`` (by how much the log loss rises, in nats a person, when
        the field is shuffled among everyone), ``low``, ``high`` (95 %), ``accuracy_drop`` (share
        of right tags lost), ``conditional_rise`` (the rise when it is shuffled among people who
        are alike in the other fields), ``conditional_low``, ``conditional_high``; NaN where
        nobody is alike.
    n_respondents : int
        Respondents it rests on.

    Notes
    -----
    The first figure says how much the tool leans on a field, the second what the field adds
    to the others. Of two fields that say the same, the tool leans on both, and neither adds
    anything: either can be dropped, but not both. Drop one at a time and fit again.

    Everything is computed on respondents whom the models had not seen. A whole field is
    shuffled, never one of its levels alone, so that fields of many values are not favoured.
    Who is alike is told by a tree that foretells the field's codes from all other fields. Where
    fields hang together in more than such a tree can see, some of what the others say
    remains in the conditional figure: it is rather too large than too small.

    Intervals are by small cells of respondents, with twice their variance since every
    respondent both trains and tests models (see `evaluation_` for figures of the whole tool).
    They hold zero for a field that adds nothing in at least nineteen of twenty studies; what
    a strong field would get from another sample's models varies more than they say.

    References
    ----------
    Breiman, L. (2001). Random forests. Machine Learning 45, 5-32, section 10.
    Strobl, C., Boulesteix, A.-L., Kneib, T., Augustin, T. & Zeileis, A. (2008). Conditional
    variable importance for random forests. BMC Bioinformatics 9, 307.
    Debeer, D. & Strobl, C. (2020). Conditional permutation importance revisited. BMC
    Bioinformatics 21, 307.

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
        """Draw both rises in log loss of each field with their intervals."""
        from segkit.plots.field_importance import plot_field_importance

        return plot_field_importance(self.frame(), ax=ax)

    def replaceable(self) -> list[str]:
        """Return the fields that the tool leans on and others could stand in for."""
        names = self.table["field"]
        useful = _names_above(names, self.table["low"])
        edges = zip(names, self.table["conditional_low"], strict=True)
        return [name for name, low in edges if low <= 0 and name in useful]

    def summary(self) -> str:
        """Return two sentences: the fields that matter, and those that others stand in for."""
        names = self.table["field"]
        useful, spare = _names_above(names, self.table["low"]), self.replaceable()
        what = ", ".join(useful[:4]) if useful else "none"
        text = (
            f"Fields that carry information, most first: {what}"
            f"{' and others' if len(useful) > 4 else ''}; {len(names) - len(useful)} of "
            f"{len(names)} show none beyond noise. Each field was shuffled among respondents that "
            f"the model had not seen (n = {self.n_respondents})."
        )
        if spare:
            text += (
                f" Shuffled among people alike in the other fields, {name_list(spare)} "
                f"{'add' if len(spare) > 1 else 'adds'} nothing beyond noise: others stand in."
            )
        return text


def field_importance(
    fit: CrossFit, names: Sequence[str], origin: Origin | None = None
) -> FieldImportance:
    """Turn what shuffling cost in each cell into one row a field."""
    if fit.marginal is None or fit.conditional is None:
        raise SegkitError("The fields were not shuffled; cross-fit with importance=True.")
    marginal, conditional = (r.means(len(names)) for r in (fit.marginal, fit.conditional))
    order = np.argsort(-marginal.loss, kind="stable")
    columns = {
        "loss_rise": marginal.loss,
        "low": marginal.low,
        "high": marginal.high,
        "accuracy_drop": marginal.right,
        "conditional_rise": conditional.loss,
        "conditional_low": conditional.low,
        "conditional_high": conditional.high,
    }
    table = {"field": [names[i] for i in order]} | {
        name: values[order].tolist() for name, values in columns.items()
    }
    return FieldImportance(table, len(fit.w), Origin((origin or Origin()).kind))


def _names_above(names: Sequence[str], low: Sequence[float]) -> list[str]:
    return [name for name, edge in zip(names, low, strict=True) if edge > 0]
