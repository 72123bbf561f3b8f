"""A graph that is written node by node."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from onnx import NodeProto, TensorProto, helper, numpy_helper

__all__ = ["ML", "Graph"]

ML = "ai.onnx.ml"
"""The domain of trees and of the encoder of texts."""


@dataclass
class Graph:
    """Nodes and constants so far.

    Attributes
    ----------
    prefix : str
        What every name of the graph's own begins with; no field's name does.
    nodes : list of NodeProto
        The nodes, each after those that it needs.
    constants : list of TensorProto
        The constants.
    """

    prefix: str
    nodes: list[NodeProto] = field(default_factory=list)
    constants: list[TensorProto] = field(default_factory=list)

    def add(
        self, kind: str, *inputs: str, domain: str = "", output: str = "", **attributes: Any
    ) -> str:
        """Add a node with one output; return the output's name."""
        name = output or f"{self.prefix}{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, list(inputs), [name], domain=domain, **attributes))
        return name

    def constant(self, values: Any, kind: Any = np.int64) -> str:
        """Add a constant (whole numbers of 64 bits by default); return its name."""
        name = f"{self.prefix}constant_{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.asarray(values, dtype=kind), name))
        return name

    def look_up(self, values: Any, at: str) -> str:
        """Add the look-up of rows of a table of whole numbers."""
        return self.add("Gather", self.constant(values), at, axis=0)

    def whole(self, values: str) -> str:
        """Add the conversion to whole numbers of 64 bits."""
        return self.add("Cast", values, to=TensorProto.INT64)

    def single(self, values: str) -> str:
        """Add the conversion to numbers of single precision."""
        return self.add("Cast", values, to=TensorProto.FLOAT)

    def double(self, values: str) -> str:
        """Add the conversion to numbers of double precision."""
        return self.add("Cast", values, to=TensorProto.DOUBLE)

    def flat(self, values: str) -> str:
        """Add the turn of one column, shape (n, 1), into a list, shape (n,)."""
        return self.add("Reshape", values, self.constant([-1]))
