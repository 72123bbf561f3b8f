"""Rules in place of a forest: the leaves of a distilled tree, or all cells of a few fields.

Either way the answers lead to the number of one rule, and the rule holds what is said. A tree
is walked node by node; the number of a cell is a sum of parts.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from segkit.plots.palette import segment_name
from segkit.typing_tool.base.tagger import MOSTLY, REASONS
from segkit.typing_tool.coding.field_code import FieldCode
from segkit.typing_tool.export.cell_table import CellTable
from segkit.typing_tool.export.distilled import Distilled
from segkit.typing_tool.export.sheets.answer import FAULT, why_formula
from segkit.typing_tool.export.sheets.cells import write_value
from segkit.typing_tool.export.sheets.conditions import rule_in_words
from segkit.typing_tool.export.sheets.lookup import FieldRows
from segkit.typing_tool.export.sheets.routes import NODES, Route, SumOfParts, Walk
from segkit.typing_tool.export.sheets.style import (
    TOP,
    color_heads,
    letter_of,
    write_head,
    write_heading,
)
from segkit.typing_tool.export.sheets.way import Person
from segkit.typing_tool.models.calibration import Decision
from segkit.typing_tool.models.forest import Forest
from segkit.typing_tool.models.model import Model

__all__ = ["Rules", "RulesWay", "rules_of_cells", "rules_of_tree", "write_rules"]

SHEET = "Rules"
SHARES = 6  # the column of the first segment's probability
MAX_CODE = 255


@dataclass(frozen=True)
class Rules:
    """Rules, and how one gets to them.

    Attributes
    ----------
    decision : Decision
        What is said, a row each.
    words : list of str
        When, in words.
    parts : ndarray of shape (n_fields, 64)
        The number that stands for each code of each field on the way to the rule.
    route : Route
        The way.
    nodes : ndarray of shape (n_nodes, 5)
        For a tree: field (from 1), threshold, left and right (from 1), rule (from 1; 0: none);
        a leaf leads to itself. Empty for cells.
    """

    decision: Decision
    words: list[str]
    parts: np.ndarray
    route: Route
    nodes: np.ndarray


@dataclass(frozen=True)
class RulesWay:
    """The rule that somebody falls under, and what it says.

    Attributes
    ----------
    rules : Rules
        The rules.
    segments : list
        The segments, in order.
    fields : list of FieldRows
        Where answers are looked up, each with its part of the way.
    """

    rules: Rules
    segments: list[Any]
    fields: list[FieldRows]

    @property
    def heads(self) -> list[str]:
        """Return what the working columns are called."""
        names = [f"number of {rows.field.name}" for rows in self.fields]
        return [*names, *(f"step {i + 1}" for i in range(self.rules.route.n_steps)), "rule"]

    def work(self, at: Person) -> list[str]:
        """Return the formula of each working column."""
        n = len(self.fields)
        places = zip(self.fields, at.positions, strict=True)
        numbers = [rows.points(0, place) for rows, place in places]
        return [*numbers, *self.rules.route.formulas(at.owns(0, n), lambda i: at.own(n + i))]

    def rule(self, at: Person) -> str:
        """Return the cell with the number of the rule."""
        return at.own(len(self.heads) - 1)

    def answers(self, at: Person) -> dict[str, str]:
        """Return the formulas of segment, probability, second and reason."""
        rule = self.rule(at)
        readable, tagged = f"ISNUMBER({rule})", f'{self._said(3, rule)}="yes"'
        why = why_formula(at.span, at.strict, MOSTLY, len(self.fields))
        reasons = ",".join(f'"{reason}"' for reason in REASONS)
        return {
            "segment": f'IF({readable},IF({tagged},{self._said(2, rule)},""),"{FAULT}")',
            "probability": f'IF({readable},{self._said(4, rule)},"")',
            "second": f'IF({readable},{self._said(5, rule)},"")',
            "reason": f'IF({readable},IF({tagged},"",CHOOSE({why},{reasons})),"")',
        }

    def share(self, segment: int, at: Person) -> str:
        """Return the formula of a segment's probability."""
        return self._said(SHARES + segment, self.rule(at))

    def words(self, at: Person) -> str:
        """Return the formula of the rule in words."""
        rule = self.rule(at)
        return f'IF(ISNUMBER({rule}),{self._said(SHARES + len(self.segments), rule)},"")'

    def _said(self, column: int, rule: str) -> str:
        letter, n = letter_of(column), len(self.rules.words)
        return f"INDEX({SHEET}!${letter}${TOP}:${letter}${TOP + n - 1},{rule})"


def rules_of_cells(model: Model, cut: int) -> Rules:
    """Return all cells that a forest tells apart as rules: exactly what it says."""
    table = CellTable.of(model.forest)
    ends = [np.append(c, MAX_CODE) for c in table.cuts]
    low = table.codes
    high = np.stack([e[run] for e, run in zip(ends, table.runs.T, strict=True)], axis=1)
    parts = np.array([[table.part(f, c) for c in range(64)] for f in range(len(table.cuts))])
    return Rules(
        model.decide(table.codes, cut),
        _words(model.codes.fields, low, high),
        parts,
        SumOfParts(),
        np.empty((0, 5), dtype=int),
    )


def rules_of_tree(distilled: Distilled, fields: tuple[FieldCode, ...], cut: int) -> Rules:
    """Return the leaves of a distilled tree as rules."""
    tree = distilled.tree
    low, high, depth = _boxes(tree)
    leaves = np.flatnonzero(tree.feature < 0)
    is_leaf, node = tree.feature < 0, np.arange(tree.feature.size)
    number = np.zeros(node.size, dtype=int)
    number[leaves] = np.arange(1, leaves.size + 1)
    nodes = np.stack(
        [
            np.where(is_leaf, 0, tree.feature) + 1,
            tree.threshold,
            np.where(is_leaf, node, tree.left) + 1,
            np.where(is_leaf, node, tree.right) + 1,
            number,
        ],
        axis=1,
    )
    return Rules(
        # the lowest code of a leaf ends in that leaf
        distilled.decide(low[leaves].astype(np.uint8), cut),
        _words(fields, low[leaves], high[leaves]),
        np.tile(np.arange(64), (len(fields), 1)),
        Walk(int(depth.max()), node.size),
        nodes,
    )


def _boxes(tree: Forest) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the least and the largest code of each field at each node, and its depth."""
    shape = (tree.feature.size, tree.n_fields)
    low, high = np.zeros(shape, dtype=int), np.full(shape, MAX_CODE)
    depth = np.zeros(len(low), dtype=int)
    for node, field in enumerate(tree.feature.tolist()):  # a node stands before its children
        if field < 0:
            continue
        left, right = int(tree.left[node]), int(tree.right[node])
        for child in (left, right):
            low[child], high[child], depth[child] = low[node], high[node], depth[node] + 1
        high[left, field] = tree.threshold[node]
        low[right, field] = tree.threshold[node] + 1
    return low, high, depth


def _words(fields: Sequence[FieldCode], low: np.ndarray, high: np.ndarray) -> list[str]:
    boxes = zip(low.tolist(), high.tolist(), strict=True)
    return [rule_in_words(fields, *box) for box in boxes]


def write_rules(book: Any, rules: Rules, segments: list[Any], note: str) -> None:
    """Write the sheet of rules, and for a tree the one that is walked."""
    sheet = book.create_sheet(SHEET)
    write_heading(sheet, "Rules: when, and what is said", note)
    shares = [f"probability of {segment_name(s)}" for s in segments]
    heads = ["rule", "segment", "tagged", "probability", "second", *shares, "when"]
    write_head(sheet, TOP - 1, heads)
    said = rules.decision
    tops, n = said.top, len(rules.words)
    for i in range(n):
        values = [
            i + 1,
            segments[said.first[i]],
            "yes" if said.kept[i] else "no",
            float(tops[i]),
            segments[said.second[i]],
            *(float(p) for p in said.probabilities[i]),
            rules.words[i],
        ]
        for c, value in enumerate(values, 1):
            write_value(sheet.cell(TOP + i, c), value)
        for c in (4, *range(SHARES, SHARES + len(segments))):
            sheet.cell(TOP + i, c).number_format = "0.0%"
    last = letter_of(len(heads))
    sheet.auto_filter.ref = f"A{TOP - 1}:{last}{TOP + n - 1}"
    sheet.freeze_panes = f"A{TOP}"
    sheet.column_dimensions[last].width = 120
    for letter in "BE":
        sheet.column_dimensions[letter].width = 20
    color_heads(sheet, segments, SHARES)
    if len(rules.nodes):
        _write_nodes(book.create_sheet(NODES), rules.nodes)


def _write_nodes(sheet: Any, nodes: np.ndarray) -> None:
    write_heading(
        sheet, "The tree, node by node", "Left where the field's number is at most the threshold."
    )
    write_head(sheet, TOP - 1, ["node", "field", "threshold", "left", "right", "rule"])
    for i, row in enumerate(nodes.tolist()):
        for c, value in enumerate([i + 1, *row], 1):
            sheet.cell(TOP + i, c).value = value
