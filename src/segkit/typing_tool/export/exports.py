"""The methods of a tool that write it down for other programs."""

import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from segkit._checks import check_boolean, check_fitted, check_frame, check_text, require
from segkit._files import whole_file
from segkit.exceptions import SegkitError, SegkitWarning
from segkit.survey import Codebook
from segkit.typing_tool.export.document import document_of, write_document
from segkit.typing_tool.export.fitted_tool import FittedTool
from segkit.typing_tool.export.page import Brand, advice_by_segment, page_of, write_page
from segkit.typing_tool.export.questions import questions_of
from segkit.typing_tool.export.sheets.book import Texts
from segkit.typing_tool.export.workbook import WrittenWorkbook, write_workbook
from segkit.typing_tool.models.forest import Forest
from segkit.typing_tool.models.model import Model

__all__ = ["Exports"]


class Exports:
    """The exports of `TypingTool`; each types everybody as the tool itself does."""

    model_: Model
    classes_: np.ndarray
    cut_: int

    if TYPE_CHECKING:

        def card(self) -> str:
            """Return the card of the tool."""

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
        return write_document(document_of(self._fitted()), path)

    def to_html(
        self,
        path: str | Path,
        codebook: Codebook | None = None,
        title: str | None = None,
        brand: Mapping[str, str] | None = None,
        advice: Mapping[Any, str] | None = None,
    ) -> Path:
        """Write the tool as one HTML page that types one person, without any connection.

        Parameters
        ----------
        path : str or Path
            The file, for example "tool.html". It opens from a mail, a share or a stick.
        codebook : Codebook, optional
            Wordings, scales and labels for the form, of the columns that the tool learned
            from. Without it questions go by the names of the fields.
        title : str, optional
            Stands at the top; "Typing tool" by default.
        brand : mapping, optional
            ``color`` ("#rrggbb") of the head, and ``logo``, a name to stand there.
        advice : mapping, optional
            What to say to people of a segment, by segment; shown with the tag.

        Returns
        -------
        Path
            The file that was written.

        Raises
        ------
        SegkitError
            For a tool around a plugged-in classifier, a codebook with a reversed field, a
            segment or a colour that is none, and a file that cannot be written.

        Notes
        -----
        The page follows the document of `to_json`: segment, probability, second and reason are
        those of `score_one`. Its own security policy forbids every request, so that nothing
        entered can leave it. A question left at "not known" is a gap, and so is one left
        empty; "(something else)" is a level that no respondent had.

        The controls of the form are named as the fields; the elements ``segment``,
        ``probability`` and ``second`` hold the exact answer in ``data-value``, empty
        where untagged. `typePerson`, a function of the page, takes a person's fields by name.

        Examples
        --------
        >>> import tempfile
        >>> import pandas as pd
        >>> from segkit.typing_tool import TypingTool
        >>> fields = pd.DataFrame({"age": list(range(18, 78)) * 2, "plan": ["a", "b", "c"] * 40})
        >>> tool = TypingTool(n_trees=5).fit(fields, (fields["age"] > 47).astype(int))
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     page = tool.to_html(f"{folder}/tool.html", advice={1: "Ask about later."})
        ...     "://" in page.read_text()
        False
        """
        tool = self._fitted()
        page = page_of(
            document_of(tool),
            questions_of(tool.model.codes.fields, codebook),
            title=check_text(title, name="title") or "Typing tool",
            about=self.card().split("\n"),
            advice=advice_by_segment(advice, tool.segments),
            brand=Brand.of(brand),
        )
        return write_page(page, path)

    def to_excel(
        self,
        path: str | Path,
        exact: bool = True,
        codebook: Codebook | None = None,
        base: Any = None,
    ) -> WrittenWorkbook:
        """Write the tool as a workbook of live formulas, without macros.

        Parameters
        ----------
        path : str or Path
            The file, for example "tool.xlsx".
        exact : bool
            Whether every person must get the tag of `predict`. A scorecard is exact either way.
            A forest is exact where its trees tell at most 8,000 cells (combinations of answers)
            apart: a table of these is written. With False a forest of more is written as one
            distilled tree, which states how often it agrees.
        codebook : Codebook, optional
            Wordings of the fields, as in `to_html`.
        base : frame, optional
            With ``exact=False``: customers like those that are to be typed, at least 200. The
            tree is grown, and its agreement measured, for them; without, for codes that are
            drawn at random. Not used, with a warning, where the tool is written exactly anyway.

        Returns
        -------
        WrittenWorkbook
            Stands for the file wherever a path is asked for; ``.path``, ``.summary()``, and for
            a distilled tree ``.agreement`` with ``.low`` and ``.high``.

        Raises
        ------
        SegkitError
            For a forest of too many cells (``exact=True``), a plugged-in classifier, a level
            that no cell can hold, a base that does not fit, a name that does not end in .xlsx,
            and a file that cannot be written.
        MissingExtraError
            Without openpyxl.

        Notes
        -----
        Sheets: "Type one" types one person; "Batch" types 500 pasted rows; "Points" (scorecard)
        is for paper, "Rules" (forest) says in words when somebody is put where; "About" has the
        honest figures and the limits. Segment, second and reason are those of `score_one`, or of
        the distilled tree; probabilities agree to 1e-12. An untagged person has an empty
        segment and a reason. An answer that cannot be read (text in place of a number) says
        "check the answers". Capitals count, as in Python, which MATCH would not see.

        A distilled tree is a tool of its own: the accuracy of the forest is not its accuracy, and
        its agreement is the more to be trusted the more `base` is like those who are typed.

        Examples
        --------
        >>> import tempfile
        >>> import pandas as pd
        >>> from segkit.typing_tool import TypingTool
        >>> fields = pd.DataFrame({"age": list(range(18, 78)) * 2, "plan": ["a", "b", "c"] * 40})
        >>> tool = TypingTool(model="scorecard").fit(fields, (fields["age"] > 47).astype(int))
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     tool.to_excel(f"{folder}/tool.xlsx").path.name
        'tool.xlsx'
        """
        tool = self._fitted()
        _check_distilling(exact, base, "workbook")
        texts = Texts(questions_of(tool.model.codes.fields, codebook), self.card().split("\n"))
        written = write_workbook(tool, texts, path, exact=exact, base=base)
        _say_unused(base, written.exact, "workbook")
        return written

    def to_sql(
        self,
        dialect: str = "duckdb",
        exact: bool = True,
        table: str = "base",
        path: str | Path | None = None,
        base: Any = None,
    ) -> str:
        """Return one SQL statement that types every row of a table.

        Parameters
        ----------
        dialect : {"duckdb", "postgres", "bigquery", "snowflake", "spark"}
            The database ("postgresql" is known too).
        exact : bool
            Whether every row must get the tag of `predict`. With False a forest is written as
            one distilled tree, a short and quick statement whose head states how often it
            agrees; a scorecard is exact in any case.
        table : str
            The table to type, under its name in the database; its columns are named as the
            fields, letter by letter, and may be more.
        path : str or Path, optional
            A file to write the statement to as well.
        base : frame, optional
            With ``exact=False``: customers to grow the tree for, as in `to_excel`.

        Returns
        -------
        str
            The statement. It selects all columns of the table and behind them ``segment``
            (NULL where untagged), ``probability``, ``second``, ``probability_...`` of each
            segment, and ``reason``.

        Raises
        ------
        SegkitError
            For a dialect that is not known, a table that is no name, a tool around a plugged-in
            classifier, and a forest beyond what the database bears.
        MissingExtraError
            Without sqlglot: ``pip install "segkit[sql]"``.

        Notes
        -----
        Fields become codes, codes whole votes, and votes tags by whole numbers of 64 bits, as
        in the tool itself; the one division of doubles is that of the probability. Only the
        different rows of codes are typed, and joined back by their codes (Spark, which joins
        badly, types every row). NULL, NaN and an empty text are missing. A tool refuses infinite
        numbers; a statement cannot, and reads them as very large or small ones.

        A forest is written tree by tree, or as a table of cells where its fields have so few
        values that there are no more cells than leaves. Limits: 500 trees (Spark: 200), and a
        statement of 5 MB in DuckDB and PostgreSQL, 1 MB (their own limit) in BigQuery and
        Snowflake, 1 MB in Spark. A forest of 150 trees of 64 leaves, over ten fields and four
        segments, takes 0.6 MB; 100,000 different rows take it about 4 seconds of one core in
        either of the first two, 500 trees half a minute. In PostgreSQL, ``SET jit = off`` saves
        compiling the trees. Spark plans a forest slowly: 150 trees took minutes before the first
        row on a crowded machine, and 20,000 rows then 3 seconds; `tag` types a Spark frame without
        such a plan. The statements of BigQuery and Snowflake are tested as far as their grammar
        goes, not on a server; those of the other three are run.

        Names and levels are quoted as the database does it. PostgreSQL cuts names to 63 bytes,
        and BigQuery has columns neither with quotes nor with brackets.

        Examples
        --------
        >>> import pandas as pd
        >>> from segkit.typing_tool import TypingTool
        >>> fields = pd.DataFrame({"age": [25, 35, 45, 55, 65] * 20, "plan": ["a", "b"] * 50})
        >>> tool = TypingTool(model="scorecard").fit(fields, (fields["age"] > 40).astype(int))
        >>> print(tool.to_sql("postgres", table="crm.customers")[:44])
        -- A segkit typing tool for postgres: a scor
        """
        tool = self._fitted()
        require("sqlglot", extra="sql")
        from segkit.typing_tool.export.sql.statement import sql_distilled, sql_exact

        _check_distilling(exact, base, "statement")
        is_forest = isinstance(tool.model.voter, Forest)
        if exact or not is_forest:
            text = sql_exact(tool, dialect, table)
            _say_unused(base, True, "statement")
        else:
            text = sql_distilled(tool, tool.distilled(base), dialect, table)
        if path is not None:
            with whole_file(path) as draft:
                Path(draft).write_text(text, encoding="utf-8", newline="\n")
        return text

    def to_onnx(self, path: str | Path) -> Path:
        """Write the tool as an ONNX model: fields in, tags and probabilities out.

        Parameters
        ----------
        path : str or Path
            The file, for example "tool.onnx".

        Returns
        -------
        Path
            The file that was written.

        Raises
        ------
        SegkitError
            For a tool around a plugged-in classifier, a field without a name or called
            ``tag`` or ``probabilities``, a forest beyond the 2 GB that such a file can have,
            and a file that cannot be written.
        MissingExtraError
            Without onnx: ``pip install "segkit[onnx]"``.

        Notes
        -----
        One input a field, named as the field, of shape (n, 1). Numbers are doubles, NaN where
        not known; yes/no are doubles too, 1 and 0, as a gap has to be told; texts are strings,
        empty where not known. Single precision would move customers across the edge of a bin.
        The codebook is inside: nothing is to be prepared.

        Output ``tag``, shape (n,), int64: the segment as in `predict` where segments are whole
        numbers, else its place in `classes_`, from 0; -1 where untagged. Output
        ``probabilities``, shape (n, n_segments), doubles, in the order of `classes_`. Tags are
        those of `predict`, and so are probabilities to the last digit of a division.

        Metadata: ``segments`` and ``segment_of_tag`` (JSON), ``fields`` with their kinds,
        ``tagged_from_probability`` (0: everyone), ``written_by``, and ``document_sha256``, the
        checksum of the file that `to_json` writes. Reasons and the runner-up are not in it. A
        tool refuses infinite numbers; the model reads them as very large or small ones. Opset
        17 and version 3 of the operators for trees: any runtime since 2022.

        Examples
        --------
        >>> import tempfile
        >>> import numpy as np, onnxruntime, pandas as pd
        >>> from segkit.typing_tool import TypingTool
        >>> fields = pd.DataFrame({"age": list(range(18, 78)) * 2, "plan": ["a", "b", "c"] * 40})
        >>> tool = TypingTool(n_trees=5).fit(fields, (fields["age"] > 47).astype(int))
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     path = tool.to_onnx(f"{folder}/tool.onnx")
        ...     session = onnxruntime.InferenceSession(path)
        ...     tag, probabilities = session.run(None, {
        ...         "age": np.array([[30.0], [70.0]]), "plan": np.array([["a"], [""]], dtype=object)
        ...     })
        >>> tag.tolist()
        [0, 1]
        """
        tool = self._fitted()
        require("onnx", extra="onnx")
        from segkit.typing_tool.export.onnx_graph.onnx_file import write_onnx

        return write_onnx(tool, path)

    def _fitted(self) -> FittedTool:
        check_fitted(self)
        return FittedTool(self.model_, self.classes_.tolist(), self.cut_)


def _check_distilling(exact: bool, base: Any, what: str) -> None:
    check_boolean(exact, name="exact")
    if base is None:
        return
    check_frame(base, what="base")
    if exact:
        raise SegkitError(
            f"A base was given, but the {what} is exact: nothing is to be distilled. Ask for "
            "exact=False, or leave the base out."
        )


def _say_unused(base: Any, exact: bool, what: str) -> None:
    """Warn where a base was given and the tool could be written exactly all the same."""
    if base is not None and exact:
        warnings.warn(
            f"The base is not used: this tool is written exactly, so that nothing is distilled. "
            f"Leave the base out; the {what} is the same.",
            SegkitWarning,
            stacklevel=3,
        )
