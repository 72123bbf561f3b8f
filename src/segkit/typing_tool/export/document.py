"""A fitted tool as one plain document: names, whole numbers and two tables.

Whoever reads it can type people without segkit. The steps are those of `DOCUMENT_STEPS`; each
works on whole numbers up to the last division, so every reader gets the same tag.
"""

import hashlib
import json
from pathlib import Path
from typing import Any

from segkit._files import whole_file
from segkit.exceptions import SegkitError
from segkit.typing_tool.base.tagger import MOSTLY, REASONS
from segkit.typing_tool.coding.field_code import FieldCode
from segkit.typing_tool.export.fitted_tool import FittedTool
from segkit.typing_tool.models.calibration import CUT_BITS, STEPS, Calibration
from segkit.typing_tool.models.forest import Forest
from segkit.typing_tool.models.model import Model
from segkit.typing_tool.models.odds import Odds
from segkit.typing_tool.models.scorecard import Scorecard

__all__ = [
    "DOCUMENT_FORMAT",
    "DOCUMENT_STEPS",
    "DOCUMENT_VERSION",
    "checksum_of",
    "document_of",
    "write_document",
]

DOCUMENT_FORMAT = "segkit typing document"
DOCUMENT_VERSION = 1

DOCUMENT_STEPS = (
    "code: a number has the code of the first edge it does not exceed, else the last code; a text "
    "or yes/no ('True', 'False') the code of its level, else `unseen`; nothing, or an empty text, "
    "`missing`.",
    "votes of a forest: in each tree, from node 0, go to `left` where the code of the node's field "
    "is at most its threshold, else to `right`, until field is -1; add the votes of that node.",
    "votes of a scorecard: `everyone`, plus the points of each field's code.",
    "weights by shares: multiply votes by `multipliers`; the weight is table[product * steps // "
    "sum of products].",
    "weights by odds: the weight is table[points behind the best], or the last entry beyond it.",
    "tag: the most (multiplied) votes, ties to the first segment; probability: weight / sum of "
    "weights; untagged where best weight * 2**bits < cut * sum of weights.",
    "reason of an untagged person: the second where a code is an `unseen` that stands for no "
    "pooled levels, else the third where more than `mostly` of the codes are `missing`, else the "
    "first.",
)
"""What a reader of the document does, in order."""


def document_of(tool: FittedTool) -> dict[str, Any]:
    """Return the document of a fitted tool.

    Parameters
    ----------
    tool : FittedTool
        The tool.

    Returns
    -------
    dict
        Plain values, ready for JSON.

    Raises
    ------
    SegkitError
        For a voter that cannot be written down, such as a plugged-in classifier.
    """
    return {
        "format": DOCUMENT_FORMAT,
        "version": DOCUMENT_VERSION,
        "steps": list(DOCUMENT_STEPS),
        "segments": list(tool.segments),
        "fields": [_field(f) for f in tool.model.codes.fields],
        "voter": _voter(tool.model),
        "weights": _weights(tool.model),
        "abstention": {
            "cut": int(tool.cut),
            "bits": CUT_BITS,
            "mostly": MOSTLY,
            "reasons": [*REASONS],
        },
    }


def write_document(document: dict[str, Any], path: str | Path) -> Path:
    """Write a document as a JSON file, whole or not at all."""
    with whole_file(path) as draft:
        draft.write_bytes(_written(document))
    return Path(path)


def checksum_of(document: dict[str, Any]) -> str:
    """Return the sha256 of the file that `write_document` writes.

    Every export of the same tool can name it, so that one knows that they belong together.
    """
    return hashlib.sha256(_written(document)).hexdigest()


def _written(document: dict[str, Any]) -> bytes:
    return json.dumps(document, ensure_ascii=False, allow_nan=False).encode()


def _field(field: FieldCode) -> dict[str, Any]:
    return {
        "name": field.name,
        "kind": field.kind,
        "levels": list(field.levels),
        "edges": field.edges.tolist(),
        "codes": field.codes.tolist(),
        "missing": int(field.missing),
        "unseen": int(field.unseen),
        "pooled": int(field.n_pooled),
        "n_codes": int(field.n_codes),
    }


def _voter(model: Model) -> dict[str, Any]:
    voter = model.voter
    if isinstance(voter, Forest):
        return {"kind": "forest", "trees": _trees(voter)}
    if isinstance(voter, Scorecard):
        sizes = model.codes.n_codes
        points = [voter.points[f, :n].tolist() for f, n in enumerate(sizes)]
        return {"kind": "scorecard", "everyone": voter.everyone.tolist(), "points": points}
    raise SegkitError(
        f"This tool is a {voter.summary()}: it cannot be written down outside Python. Fit a forest "
        "or a scorecard for that."
    )


def _trees(forest: Forest) -> list[dict[str, Any]]:
    names = ("feature", "threshold", "left", "right", "votes")
    arrays = [getattr(forest, name) for name in names]
    keys = ("field", *names[1:])
    spans = zip(forest.starts[:-1], forest.starts[1:], strict=True)
    return [
        {key: values[a:b].tolist() for key, values in zip(keys, arrays, strict=True)}
        for a, b in spans
    ]


def _weights(model: Model) -> dict[str, Any]:
    calibration = model.calibration
    if isinstance(calibration, Calibration):
        return {
            "kind": "shares",
            "multipliers": calibration.multipliers.tolist(),
            "steps": STEPS,
            "table": calibration.table.tolist(),
        }
    if isinstance(calibration, Odds):
        return {"kind": "odds", "table": calibration.table.tolist()}
    raise SegkitError(f"A calibration of another kind was found: {type(calibration).__name__}.")
