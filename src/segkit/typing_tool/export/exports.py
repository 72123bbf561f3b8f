"""The methods of a tool that write it down for other programs."""

from pathlib import Path

import numpy as np

from segkit._checks import check_fitted
from segkit.typing_tool.export.document import document_of, write_document
from segkit.typing_tool.models.model import Model

__all__ = ["Exports"]


class Exports:
    """The exports of `TypingTool`; each types everybody as the tool itself does."""

    model_: Model
    classes_: np.ndarray
    cut_: int

    def to_json(self, path: str | Path) -> Path:
        """Write the tool as one JSON document that any program can follow.

        Parameters
        ----------
        path : str or Path
            The file, for example "tool.json".

        Returns
        -------
        Path
            The file that was written.

        Raises
        ------
        SegkitError
            For a tool around a plugged-in classifier, and for a file that cannot be written.

        Notes
        -----
        The document says in its ``steps`` what a reader does; `export.schema.document_schema`
        is its JSON schema. Votes and tags are equal to those of `predict`, probabilities to the
        last digit of a division. No respondent is in it.
        """
        check_fitted(self)
        return write_document(document_of(self.model_, self.classes_.tolist(), self.cut_), path)
