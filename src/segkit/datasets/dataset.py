"""A public data set as a loader hands it over: clean tables, what they mean, whose they are."""

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from types import MappingProxyType
from typing import Any

from segkit._checks import name_list
from segkit._frames import column_names, n_rows
from segkit.datasets.fetching import registered
from segkit.exceptions import SegkitError
from segkit.survey import Codebook

__all__ = ["Dataset", "registered_dataset"]


@dataclass(frozen=True, eq=False, repr=False)
class Dataset:
    """A public data set: its tables, its codebook, its source and its licence.

    Parameters
    ----------
    name : str
        The name after ``fetch_``.
    tables : mapping of str to frame
        Clean tables by name, the main one first.
    description : str
        What the data are; the first sentence is a title.
    licence : str
        What is known of the terms of use.
    source : str
        Who collected and published the data.
    codebook : Codebook or None
        The columns of the main table that a study works with: items, fields, id, weight.
        Answers to items stay codes in the direction asked; ``codebook.clean(answers)``
        turns the reversed ones, once.
    context : Codebook or None
        Further columns of the main table, to describe segments with: scores, circumstances,
        attributes that no typing tool should learn from.
    rules : tuple of str
        How every peculiarity of the raw files was treated, one sentence each.

    Attributes
    ----------
    answers : frame
        The main table: one row a respondent, customer or event.
    id, weight : str or None
        Names of the id column and of the weight column, where the codebook declares them.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit.survey import Codebook, Item
    >>> answers = pd.DataFrame({"who": ["a", "b"], "calm": [1.0, 5.0]})
    >>> book = Codebook([Item("who", role="id"), Item("calm", scale=(1, 5))])
    >>> about = {"description": "Mood. Two people.", "licence": "CC0", "source": "A class."}
    >>> data = Dataset(name="mood", tables={"answers": answers}, codebook=book, **about)
    >>> data
    Dataset mood: answers 2 x 2
    >>> data.id
    'who'
    """

    name: str
    tables: Mapping[str, Any]
    description: str
    licence: str
    source: str
    codebook: Codebook | None = None
    context: Codebook | None = None
    rules: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.tables:
            raise SegkitError(f"The data set `{self.name}` has no tables; expected at least one.")
        object.__setattr__(self, "tables", MappingProxyType(dict(self.tables)))

    @property
    def answers(self) -> Any:
        """The main table."""
        return next(iter(self.tables.values()))

    @property
    def id(self) -> str | None:
        """The name of the id column of the main table."""
        return self._declared("id")

    @property
    def weight(self) -> str | None:
        """The name of the weight column of the main table."""
        return self._declared("weight")

    @property
    def title(self) -> str:
        """The first sentence of the description."""
        return self.description.split(". ")[0].removesuffix(".")

    def __getitem__(self, table: str) -> Any:
        if table not in self.tables:
            raise SegkitError(
                f"`{table}` is not a table of the data set `{self.name}`; it has "
                f"{name_list(list(self.tables))}."
            )
        return self.tables[table]

    def summary(self) -> str:
        """Return one paragraph a report can quote: what, whose, under which terms."""
        return (
            f"{self.description} Tables: {self._shapes()}. Source: {self.source} "
            f"Licence: {self.licence}"
        )

    def __repr__(self) -> str:
        return f"Dataset {self.name}: {self._shapes()}"

    def _repr_html_(self) -> str:
        rules = "".join(f"<li>{escape(rule)}</li>" for rule in self.rules)
        return (
            f"<p><b>{escape(self.title)}</b>: {escape(self._shapes())}<br>"
            f"{escape(self.description)}<br>Source: {escape(self.source)}<br>"
            f"Licence: {escape(self.licence)}</p><ul>{rules}</ul>"
        )

    def _shapes(self) -> str:
        return ", ".join(
            f"{name} {n_rows(table)} x {len(column_names(table))}"
            for name, table in self.tables.items()
        )

    def _declared(self, role: str) -> str | None:
        names = self.codebook.names(role) if self.codebook is not None else []
        return names[0] if names else None


def registered_dataset(
    name: str,
    tables: Mapping[str, Any],
    *,
    codebook: Codebook | None = None,
    context: Codebook | None = None,
    rules: tuple[str, ...] = (),
) -> Dataset:
    """Build a data set whose description, source and licence stand in the registry."""
    entry = registered(name)
    return Dataset(
        name=name,
        tables=tables,
        description=entry.description,
        licence=entry.licence,
        source=entry.source,
        codebook=codebook,
        context=context,
        rules=rules,
    )
