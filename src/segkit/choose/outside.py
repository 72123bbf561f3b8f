"""Tables beside the answers are looked at first: a mistake in one shows before anything long."""

import warnings
from typing import Any

from segkit.choose.constraints import Constraints
from segkit.choose.effects import read_outcomes
from segkit.choose.material import Material
from segkit.choose.questions import read_questions
from segkit.choose.typability import typable_fields
from segkit.exceptions import SegkitWarning
from segkit.typing_tool.coding.fields import check_fields, read_fields, take_rows

__all__ = ["check_outside"]


def check_outside(
    fields: Any, questions: Any, outcomes: Any, limits: Constraints, material: Material
) -> None:
    """Refuse tables of which no figure can be computed.

    Parameters
    ----------
    fields, questions, outcomes : frame or None
        As in `compare`.
    limits : Constraints
        With the fields that may not type anybody.
    material : Material
        The respondents.

    Raises
    ------
    SegkitError
        For a table of another length, a field that holds nothing or names people, and columns
        that are no answers.
    """
    if fields is not None:
        table = typable_fields(fields, limits.excluded_fields, material.n_rows)
        with warnings.catch_warnings():  # of a constant field the typing tool warns by itself
            warnings.simplefilter("ignore", SegkitWarning)
            check_fields(take_rows(read_fields(table), material.rows))
    if questions is not None:
        read_questions(questions, material.rows, material.n_rows)
    if outcomes is not None:
        read_outcomes(outcomes, material.rows, material.n_rows)
