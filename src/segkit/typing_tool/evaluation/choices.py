"""What the tool chose for itself, and how often other respondents would have chosen the same."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from segkit._checks import check_boolean
from segkit._frames import Origin
from segkit._result import Result, percent
from segkit.typing_tool.models.choice import Choice

__all__ = ["Choices", "choices_of"]

OFTEN = 0.5  # a field that most training parts chose, or left out


@dataclass(frozen=True, repr=False)
class Choices(Result):
    """Fields and settings that the tool chose, and how often each training part chose them.

    Each training part of the nested cross-validation chooses anew, from fewer respondents.
    A field that nearly all of them choose is needed; one that every second chooses has a
    double, or says little, and another sample might have swapped it.

    Attributes
    ----------
    table : dict
        Columns ``choice`` ("field", "smallest leaf", "fields a split"), ``value``, ``used``
        (by the tool), ``share`` (of the training parts that chose it).
    n_parts : int
        Training parts: folds times repeats.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit.typing_tool import TypingTool
    >>> fields = pd.DataFrame({"age": list(range(18, 78)) * 2, "plan": ["a", "b", "c"] * 40})
    >>> tool = TypingTool(n_trees=10, max_fields="auto").fit(fields, (fields["age"] > 47) * 1)
    >>> tool.choices_.frame().query("choice == 'field'")["used"].tolist()
    [True, False]
    """

    table: dict[str, list[Any]]
    n_parts: int
    origin: Origin = field(default_factory=Origin)

    def names(self, *, used: bool = False) -> tuple[str, ...]:
        """Return the fields in the order they were given; those in use only where asked."""
        check_boolean(used, name="used")
        rows = zip(*(self.table[c] for c in ("choice", "value", "used")), strict=True)
        return tuple(v for choice, v, own in rows if choice == "field" and (own or not used))

    def frame(self) -> Any:
        """Return one row a field, and one a setting that was chosen anywhere."""
        return self.origin.frame({**self.table, "used": [bool(u) for u in self.table["used"]]})

    def plot(self, ax: Any = None) -> Any:
        """Draw how often each field was chosen."""
        from segkit.plots.choices import plot_choices

        return plot_choices(self.frame(), ax=ax)

    def summary(self) -> str:
        """Return one paragraph: how many fields are needed, and which of them are shaky."""
        names, used = self.names(), self.names(used=True)
        rows = list(
            zip(*(self.table[c] for c in ("choice", "value", "used", "share")), strict=True)
        )
        settings = ", ".join(f"{choice} {value}" for choice, value, own, _ in rows
                             if choice != "field" and own)  # fmt: skip
        grown = f" Trees: {settings}." if settings else ""
        if all(share == 1 for choice, *_, share in rows if choice == "field"):
            return f"All {len(names)} fields are in use.{grown}"
        shares = {value: share for choice, value, _, share in rows if choice == "field"}
        shaky = [name for name in used if shares[name] < OFTEN]
        left = [name for name in names if name not in used and shares[name] >= OFTEN]
        text = (
            f"{len(used)} of {len(names)} fields are in use: {', '.join(used)}. Each was chosen by "
            f"{percent(min(shares[n] for n in used))} to {percent(max(shares[n] for n in used))} "
            f"of the {self.n_parts} training parts of the cross-validation."
        )
        if shaky:
            text += f" Fewer than half of them chose {', '.join(shaky)}."
        if left:
            text += f" Left out, though half of them or more chose it: {', '.join(left)}."
        return f"{text}{grown}"


def choices_of(
    own: Choice, names: Sequence[str], parts: Sequence[Choice], origin: Origin | None = None
) -> Choices:
    """Count how often each field and setting was chosen.

    Parameters
    ----------
    own : Choice
        The tool's.
    names : sequence of str
        All fields, as they were given.
    parts : sequence of Choice
        Those of the training parts.
    origin : Origin, optional
        The kind of frames to hand out.
    """
    rows = [
        ("field", name, float(name in own.fields), _share([name in part.fields for part in parts]))
        for name in names
    ]
    grown = (("smallest leaf", _leaf), ("fields a split", _split)) if own.min_leaf else ()
    for what, of in grown:
        values = dict.fromkeys([of(own), *sorted(of(part) for part in parts)])
        rows += [
            (what, value, float(value == of(own)), _share([of(part) == value for part in parts]))
            for value in values
        ]
    columns = ("choice", "value", "used", "share")
    table = dict(zip(columns, map(list, zip(*rows, strict=True)), strict=True))
    return Choices(table, len(parts), Origin((origin or Origin()).kind))


def _share(chosen: list[bool]) -> float:
    return sum(chosen) / len(chosen)


def _leaf(choice: Choice) -> str:
    return f"{choice.min_leaf:g} respondents"


def _split(choice: Choice) -> str:
    return "the root of their number" if choice.split_fields is None else str(choice.split_fields)
