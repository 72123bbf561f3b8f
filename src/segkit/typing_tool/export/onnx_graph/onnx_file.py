"""The whole model: inputs named as the fields, the graph between, and what it says of itself."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from onnx import ModelProto, TensorProto, ValueInfoProto, checker, helper

from segkit._checks import name_list
from segkit._files import whole_file
from segkit._version import __version__
from segkit.exceptions import SegkitError
from segkit.typing_tool.export.document import (
    DOCUMENT_FORMAT,
    DOCUMENT_VERSION,
    checksum_of,
    document_of,
)
from segkit.typing_tool.export.fitted_tool import FittedTool
from segkit.typing_tool.export.onnx_graph.coding import MEANING, add_codes, input_type
from segkit.typing_tool.export.onnx_graph.decision import OUTPUTS, add_decision, tag_values
from segkit.typing_tool.export.onnx_graph.graph import ML, Graph
from segkit.typing_tool.export.onnx_graph.votes import add_points, add_trees
from segkit.typing_tool.models.calibration import CUT_BITS
from segkit.typing_tool.models.forest import Forest

__all__ = ["MOST_BYTES", "onnx_model", "tree_bytes", "write_onnx"]

OPSET, ML_OPSET, IR_VERSION = 17, 3, 8
"""Of 2022: every runtime since reads them."""

MOST_BYTES = 2**31 - 1
"""The largest file of this kind."""

NODE_BYTES, VOTE_BYTES = 40, 24  # of a tree, at most


def onnx_model(tool: FittedTool) -> ModelProto:
    """Return the model of a tool.

    Raises
    ------
    SegkitError
        For a field whose name cannot be that of an input, a voter that cannot be written
        down, and a forest too large for one file.
    """
    document = document_of(tool)
    fields = tool.model.codes.fields
    _check_names([f.name for f in fields])
    if isinstance(tool.model.voter, Forest):
        _check_size(tool.model.voter)
    graph = _graph(tool)
    proto = helper.make_model(
        helper.make_graph(
            graph.nodes,
            "typing_tool",
            [_value(f.name, input_type(f), ["n", 1], MEANING[f.kind]) for f in fields],
            _outputs(tool.segments),
            initializer=graph.constants,
        ),
        producer_name="segkit",
        producer_version=__version__,
        ir_version=IR_VERSION,
        opset_imports=[helper.make_opsetid("", OPSET), helper.make_opsetid(ML, ML_OPSET)],
        doc_string=_doc(tool),
    )
    helper.set_model_props(proto, _about(tool, document))
    return proto


def write_onnx(tool: FittedTool, path: str | Path) -> Path:
    """Write a model, whole or not at all."""
    proto = onnx_model(tool)
    checker.check_model(proto)
    with whole_file(path) as draft:
        draft.write_bytes(proto.SerializeToString(deterministic=True))
    return Path(path)


def _graph(tool: FittedTool) -> Graph:
    book, voter = tool.model.codes, tool.model.voter
    prefix = "typing_"
    while any(name.startswith(prefix) for name in book.names):
        prefix += "x_"
    graph = Graph(prefix)
    codes = [add_codes(graph, field) for field in book.fields]
    votes = (
        add_trees(graph, voter, codes)
        if isinstance(voter, Forest)
        else add_points(graph, tool.model.scorecard, codes, book.n_codes)
    )
    add_decision(graph, votes, tool.model.calibration, tag_values(tool.segments), tool.cut)
    return graph


def _outputs(segments: list[Any]) -> list[ValueInfoProto]:
    text = "the probability of each segment, in the order of the segments"
    return [
        _value(OUTPUTS[0], TensorProto.INT64, ["n"], _tag_text(segments)),
        _value(OUTPUTS[1], TensorProto.DOUBLE, ["n", len(segments)], text),
    ]


def _tag_text(segments: list[Any]) -> str:
    return (
        "the segment; -1 where untagged"
        if tag_values(segments) == segments
        else "the place of the segment, from 0; -1 where untagged"
    )


def _doc(tool: FittedTool) -> str:
    return (
        f"A segkit typing tool: {tool.model.voter.summary()}. One input a field, shape (n, 1): "
        f"{'; '.join(f'{kind}: {text}' for kind, text in MEANING.items())}. Outputs: "
        f"tag, {_tag_text(tool.segments)}; probabilities, one column a segment."
    )


def _about(tool: FittedTool, document: dict[str, Any]) -> dict[str, str]:
    tags = dict(zip(map(str, tag_values(tool.segments)), tool.segments, strict=True))
    return {
        "format": DOCUMENT_FORMAT,
        "version": str(DOCUMENT_VERSION),
        "written_by": f"segkit {__version__}",
        "segments": json.dumps(tool.segments),
        "segment_of_tag": json.dumps(tags),
        "fields": json.dumps({f.name: f.kind for f in tool.model.codes.fields}),
        "tagged_from_probability": repr(tool.cut / (1 << CUT_BITS)),
        "document_sha256": checksum_of(document),
    }


def _value(name: str, kind: int, shape: list[Any], text: str) -> ValueInfoProto:
    return helper.make_tensor_value_info(name, kind, shape, doc_string=text)


def _check_names(names: Sequence[str]) -> None:
    taken = [name for name in names if name in OUTPUTS]
    if taken:
        raise SegkitError(
            f"A field is called {name_list(taken)}, and so is an output of the model: no two "
            "values of an ONNX graph share a name. Rename the field and fit again."
        )
    if "" in names:
        raise SegkitError(
            "A field has an empty name, which no input of an ONNX graph can have. Name the column "
            "and fit again."
        )


def tree_bytes(forest: Forest) -> int:
    """Return a bound of the bytes that the trees of a forest take."""
    said = forest.n_leaves * forest.n_segments
    return int(forest.feature.size * NODE_BYTES + said * VOTE_BYTES)


def _check_size(forest: Forest) -> None:
    size = tree_bytes(forest)
    if size > MOST_BYTES:
        raise SegkitError(
            f"The model would take up to {size / 2**30:.1f} GB; an ONNX file holds 2 GB. Fit "
            f"fewer than {forest.n_trees:,} trees, or smaller ones (max_leaves)."
        )
