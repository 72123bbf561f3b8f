"""The whole model: inputs named as the fields, the graph between, and what it says of itself."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
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
from segkit.typing_tool.export.onnx_graph.coding import MEANING, add_codes, input_type
from segkit.typing_tool.export.onnx_graph.decision import OUTPUTS, add_decision, tag_values
from segkit.typing_tool.export.onnx_graph.graph import ML, Graph
from segkit.typing_tool.export.onnx_graph.votes import add_points, add_trees
from segkit.typing_tool.models.calibration import CUT_BITS
from segkit.typing_tool.models.forest import Forest
from segkit.typing_tool.models.model import Model

__all__ = ["MOST_BYTES", "OnnxTool", "tree_bytes", "write_onnx"]

OPSET, ML_OPSET, IR_VERSION = 17, 3, 8
"""Of 2022: every runtime since reads them."""

MOST_BYTES = 2**31 - 1
"""The largest file of this kind."""

NODE_BYTES, VOTE_BYTES = 40, 24  # of a tree, at most


@dataclass(frozen=True)
class OnnxTool:
    """What a model needs to know of a tool.

    Attributes
    ----------
    model : Model
        Codebook, voter, calibration.
    segments : sequence
        The segments, in order.
    cut : int
        The abstention cut.
    """

    model: Model
    segments: Sequence[Any]
    cut: int

    def proto(self) -> ModelProto:
        """Return the model.

        Raises
        ------
        SegkitError
            For a field whose name cannot be that of an input, a voter that cannot be written
            down, and a forest too large for one file.
        """
        document = document_of(self.model, list(self.segments), self.cut)
        fields = self.model.codes.fields
        _check_names([f.name for f in fields])
        if isinstance(self.model.voter, Forest):
            _check_size(self.model.voter)
        graph = self._graph()
        proto = helper.make_model(
            helper.make_graph(
                graph.nodes,
                "typing_tool",
                [_value(f.name, input_type(f), ["n", 1], MEANING[f.kind]) for f in fields],
                self._outputs(),
                initializer=graph.constants,
            ),
            producer_name="segkit",
            producer_version=__version__,
            ir_version=IR_VERSION,
            opset_imports=[helper.make_opsetid("", OPSET), helper.make_opsetid(ML, ML_OPSET)],
            doc_string=self._doc(),
        )
        helper.set_model_props(proto, self._about(document))
        return proto

    def _graph(self) -> Graph:
        book, voter = self.model.codes, self.model.voter
        prefix = "typing_"
        while any(name.startswith(prefix) for name in book.names):
            prefix += "x_"
        graph = Graph(prefix)
        codes = [add_codes(graph, field) for field in book.fields]
        votes = (
            add_trees(graph, voter, codes)
            if isinstance(voter, Forest)
            else add_points(graph, self.model.scorecard, codes, book.n_codes)
        )
        tags = tag_values(self.segments)
        add_decision(graph, votes, self.model.calibration, tags, self.cut)
        return graph

    def _outputs(self) -> list[ValueInfoProto]:
        text = "the probability of each segment, in the order of the segments"
        return [
            _value(OUTPUTS[0], TensorProto.INT64, ["n"], self._tag_text()),
            _value(OUTPUTS[1], TensorProto.DOUBLE, ["n", len(self.segments)], text),
        ]

    def _tag_text(self) -> str:
        return (
            "the segment; -1 where untagged"
            if tag_values(self.segments) == list(self.segments)
            else "the place of the segment, from 0; -1 where untagged"
        )

    def _doc(self) -> str:
        return (
            f"A segkit typing tool: {self.model.voter.summary()}. One input a field, shape (n, 1): "
            f"{'; '.join(f'{kind}: {text}' for kind, text in MEANING.items())}. Outputs: "
            f"tag, {self._tag_text()}; probabilities, one column a segment."
        )

    def _about(self, document: dict[str, Any]) -> dict[str, str]:
        tags = dict(zip(map(str, tag_values(self.segments)), self.segments, strict=True))
        return {
            "format": DOCUMENT_FORMAT,
            "version": str(DOCUMENT_VERSION),
            "written_by": f"segkit {__version__}",
            "segments": json.dumps(list(self.segments)),
            "segment_of_tag": json.dumps(tags),
            "fields": json.dumps({f.name: f.kind for f in self.model.codes.fields}),
            "tagged_from_probability": repr(self.cut / (1 << CUT_BITS)),
            "document_sha256": checksum_of(document),
        }


def write_onnx(tool: OnnxTool, path: str | Path) -> Path:
    """Write a model, whole or not at all."""
    proto = tool.proto()
    checker.check_model(proto)
    with whole_file(path) as draft:
        draft.write_bytes(proto.SerializeToString(deterministic=True))
    return Path(path)


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
