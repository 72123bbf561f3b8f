"""The codebook: what every column of a survey means, and the table cleaned by it."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from segkit._checks import (
    check_columns,
    check_frame,
    check_names,
    check_option,
    check_text,
    name_list,
)
from segkit._frames import attach, frame_like
from segkit.exceptions import SegkitError
from segkit.survey.cleaning import clean_columns, cleaned_item
from segkit.survey.codebook_yaml import item_from_mapping, read_codebook, write_codebook
from segkit.survey.inference import infer_items
from segkit.survey.item import ROLES, Code, Item

__all__ = ["Codebook", "Item", "check_codebook"]


class Codebook:
    """What every column of a survey means.

    Parameters
    ----------
    items : sequence of Item or of dict
        One an item; a dict holds the parameters of `Item`.
    assumptions : sequence of str
        What was assumed rather than declared, one sentence each (see `infer`).

    Attributes
    ----------
    items : tuple of Item
        In questionnaire order.
    assumptions : list of str
        Sentences for the reader to check; empty when everything was declared.

    Raises
    ------
    SegkitError
        For an item that is declared twice, or a dict that does not describe an item.

    Examples
    --------
    >>> import pandas as pd
    >>> codebook = Codebook([
    ...     Item("calm", scale=(1, 5), missing=(9,)),
    ...     Item("tense", scale=(1, 5), reversed=True),
    ... ])
    >>> codebook.clean(pd.DataFrame({"calm": [4, 9], "tense": [2, 5]}))
       calm  tense
    0   4.0    4.0
    1   NaN    1.0
    """

    def __init__(
        self, items: Iterable[Item | Mapping[str, Any]], assumptions: Sequence[str] = ()
    ) -> None:
        if isinstance(items, str | bytes | Mapping) or not isinstance(items, Iterable):
            raise SegkitError(
                f"items is a {type(items).__name__}; expected a list of survey.Item or of dicts. "
                "Use Codebook.from_yaml(path) for a file."
            )
        self.items: tuple[Item, ...] = tuple(
            entry if isinstance(entry, Item) else item_from_mapping(entry, position)
            for position, entry in enumerate(items, start=1)
        )
        self.assumptions: list[str] = check_names(assumptions, name="assumptions")
        self._by_name = {item.item: item for item in self.items}
        twice = [n for n, count in Counter(i.item for i in self.items).items() if count > 1]
        if twice:
            raise SegkitError(
                f"The codebook declares {name_list(twice)} more than once; expected one entry a "
                "column. Remove or rename the repeated entry."
            )

    def __len__(self) -> int:
        return len(self.items)

    def __iter__(self) -> Iterator[Item]:
        return iter(self.items)

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and name in self._by_name

    def __getitem__(self, name: str) -> Item:
        if name not in self:
            known = name_list(list(self._by_name)) or "nothing"
            raise SegkitError(
                f"`{name}` is not in the codebook, which declares {known}. Correct the name, or "
                "declare the item."
            )
        return self._by_name[name]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Codebook) and self.items == other.items

    __hash__ = None  # type: ignore[assignment]  # it holds dicts of labels

    def __repr__(self) -> str:
        counts = Counter(item.role for item in self.items)
        roles = ", ".join(f"{n} {role}" for role, n in counts.items())
        return f"Codebook of {len(self.items)} columns ({roles})"

    def names(self, role: str | Sequence[str] | None = None, block: str | None = None) -> list[str]:
        """Return the names of the items, or of those with a role and a block.

        Parameters
        ----------
        role : str, sequence of str or None
            One role or several.
        block : str or None
            One block.

        Examples
        --------
        >>> Codebook([Item("imp_01", role="importance"), Item("age", role="field")]).names("field")
        ['age']
        """
        roles = None if role is None else check_names(role, name="role", alone=True)
        for name in roles or ():
            check_option(name, ROLES, name="role")
        check_text(block, name="block")
        return [
            item.item
            for item in self.items
            if (roles is None or item.role in roles) and (block is None or item.block == block)
        ]

    def wordings(self) -> dict[str, str]:
        """Return the wording of each item; its name where it has none."""
        return {item.item: item.wording or item.item for item in self.items}

    def clean(self, answers: Any) -> Any:
        """Return the answers with codes checked, missing codes out and keys reversed.

        Parameters
        ----------
        answers : frame of shape (n_respondents, n_columns)
            Answers as collected: codes, or the words of the labels (blanks around them
            are ignored, capitals are not). pandas or polars.

        Returns
        -------
        frame
            The same kind, rows and columns. Rated items, weights and seconds are floats
            with missing as NaN (null in polars); reversed items are turned; a field with a
            scale is a float, one with labels but no scale holds its labels; columns that
            the codebook does not declare are untouched.

        Raises
        ------
        SegkitError
            Naming the item, for a declared item that the answers lack, a code outside
            its scale, a word that is no label, or a fraction on a scale of whole codes.

        Notes
        -----
        Cleaning turns reversed items once. A table that is clean already goes with
        `cleaned`, which describes it; cleaning it again with that codebook changes nothing.

        Examples
        --------
        >>> import pandas as pd
        >>> ease = Item("ease", scale=(1, 3), labels={1: "hard", 3: "easy"}, missing=("n/a",))
        >>> Codebook([ease]).clean(pd.DataFrame({"ease": ["easy ", "2", "n/a"]}))["ease"].tolist()
        [3.0, 2.0, nan]
        """
        check_frame(answers, what="answers")
        check_columns(answers, self.names(), what="answers")
        return attach(answers, clean_columns(self.items, answers))

    def cleaned(self) -> "Codebook":
        """Return the codebook of a table that `clean` made: nothing left to turn or take out.

        Examples
        --------
        >>> Codebook([Item("tense", scale=(1, 5), reversed=True)]).cleaned()["tense"].reversed
        False
        """
        return Codebook([cleaned_item(item) for item in self.items], self.assumptions)

    def frame(self) -> Any:
        """Return the codebook as a pandas table, one row an item."""
        bounds = [item.scale or (None, None) for item in self.items]
        return frame_like(
            None,
            {
                "item": [i.item for i in self.items],
                "wording": [i.wording for i in self.items],
                "role": [i.role for i in self.items],
                "block": [i.block for i in self.items],
                "low": [float("nan") if b[0] is None else float(b[0]) for b in bounds],
                "high": [float("nan") if b[1] is None else float(b[1]) for b in bounds],
                "reversed": [i.reversed for i in self.items],
                "missing": [", ".join(str(c) for c in i.missing) for i in self.items],
                "labels": [", ".join(f"{c}={w}" for c, w in i.labels.items()) for i in self.items],
            },
        )

    @classmethod
    def infer(
        cls,
        answers: Any,
        items: Sequence[str] | str | None = None,
        fields: Sequence[str] | str | None = None,
        weight: str | None = None,
        id: str | None = None,
        *,
        labels: Mapping[str, Mapping[Code, str]] | None = None,
        wordings: Mapping[str, str] | None = None,
    ) -> "Codebook":
        """Make a codebook for a table that has none, and say what was assumed.

        Parameters
        ----------
        answers : frame of shape (n_respondents, n_columns)
            pandas or polars.
        items : name, pattern or list of them, or None
            Columns to take as rated items ("imp_*"). None: batteries of three or more
            columns named alike (q1, q2, q3) with 3 to 11 whole-number levels.
        fields : name, pattern or list of them, or None
            Columns that the customer base holds too.
        weight, id : str or None
            The columns of survey weights and of respondents' ids.
        labels : dict of column to {code: text}, or None
            Labels that the file had, for example from a statistics package.
        wordings : dict of column to str, or None
            Wordings that the file had.

        Returns
        -------
        Codebook
            Its ``assumptions`` are sentences for the reader to check.

        Raises
        ------
        SegkitError
            When nothing looks like an item, a pattern fits no column, or a column that was
            named is no rating.

        Notes
        -----
        Items that are named alike up to a number share one scale, from the lowest to the
        highest answer seen in any of them. Negative codes beside positive ones, and 77-79,
        88, 89 and 96-99 beside a scale that ends below 11, are taken as missing. An answer
        that nobody chose at either end of a battery cannot be inferred, and neither can
        reversed items: write a codebook where it matters.

        Examples
        --------
        >>> import pandas as pd
        >>> answers = pd.DataFrame({"q1": [1, 5, 3], "q2": [2, 4, -1], "age": [31, 45, 62]})
        >>> codebook = Codebook.infer(answers, items="q*", fields="age")
        >>> codebook["q2"].scale, codebook["q2"].missing
        ((1, 5), (-1,))
        >>> codebook.assumptions[0]
        'The scale of `q1`, `q2` was taken to be 1-5, the lowest and highest answer seen.'
        """
        found, told = infer_items(answers, items, fields, weight, id, labels, wordings)
        return cls(found, told)

    @classmethod
    def from_yaml(cls, path: str | Path) -> "Codebook":
        """Read a codebook from a YAML file: a list ``items``, one mapping an item.

        Raises
        ------
        SegkitError
            For a file that is no YAML or asks for anything but plain values, and for an
            unknown key, naming it and the item where it stands.

        Examples
        --------
        >>> import tempfile
        >>> path = Path(tempfile.mkdtemp()) / "codebook.yaml"
        >>> Codebook([Item("imp_01", scale=(1, 5), role="importance")]).to_yaml(path)
        >>> Codebook.from_yaml(path)
        Codebook of 1 columns (1 importance)
        """
        items, assumptions = read_codebook(path)
        return cls(items, assumptions)

    def to_yaml(self, path: str | Path) -> None:
        """Write the codebook as YAML; `from_yaml` reads an equal one back."""
        write_codebook(path, self.items, self.assumptions)


def check_codebook(codebook: Any) -> Codebook:
    """Return a codebook, or say how one is made."""
    if not isinstance(codebook, Codebook):
        raise SegkitError(
            f"codebook is a {type(codebook).__name__}; expected a survey.Codebook. "
            "Use Codebook(items), Codebook.from_yaml(path) or Codebook.infer(answers)."
        )
    return codebook
