"""From votes to the two outputs: tags by whole numbers, probabilities by one division."""

from collections.abc import Sequence
from typing import Any

from segkit.exceptions import SegkitError
from segkit.typing_tool.export.onnx_graph.graph import Graph
from segkit.typing_tool.models.calibration import CUT_BITS, STEPS, Calibration
from segkit.typing_tool.models.model import VoteCalibration
from segkit.typing_tool.models.odds import Odds

__all__ = ["OUTPUTS", "add_decision", "tag_values"]

OUTPUTS = ("tag", "probabilities")
"""What the graph answers."""


def tag_values(segments: Sequence[Any]) -> list[int]:
    """Return what stands for each segment in the output `tag`.

    Whole numbers stand for themselves, as in `predict`; named segments go by their places.
    """
    numbered = all(isinstance(s, int) for s in segments)
    return [int(s) for s in segments] if numbered else list(range(len(segments)))


def add_decision(
    graph: Graph, votes: str, calibration: VoteCalibration, tags: Sequence[int], cut: int
) -> None:
    """Add the nodes that decide, and the outputs.

    Parameters
    ----------
    graph : Graph
        The graph so far.
    votes : str
        The votes.
    calibration : VoteCalibration
        What turns them into weights.
    tags : sequence of int
        What stands for each segment.
    cut : int
        The abstention cut.
    """
    if isinstance(calibration, Calibration):
        votes, weight = _shares(graph, calibration, votes)
    elif isinstance(calibration, Odds):
        weight = _odds(graph, calibration, votes)
    else:
        raise SegkitError(f"A calibration of another kind was found: {type(calibration).__name__}.")
    total = _sum(graph, weight)
    # doubles hold these numbers exactly, and every version of the runtime compares them
    first = graph.add("ArgMax", graph.double(votes), axis=1, keepdims=1, select_last_index=0)
    best = graph.add("GatherElements", weight, first, axis=1)
    scaled = graph.add("Mul", best, graph.constant(1 << CUT_BITS))
    needed = graph.add("Mul", total, graph.constant(cut))
    kept = graph.add("Not", graph.add("Less", scaled, needed))
    tag = graph.add("Where", kept, graph.look_up(tags, first), graph.constant(-1))
    graph.add("Reshape", tag, graph.constant([-1]), output=OUTPUTS[0])
    graph.add("Div", graph.double(weight), graph.double(total), output=OUTPUTS[1])


def _shares(graph: Graph, calibration: Calibration, votes: str) -> tuple[str, str]:
    """Return multiplied votes, and the weights of their shares."""
    product = graph.add("Mul", votes, graph.constant(calibration.multipliers))
    scaled = graph.add("Mul", product, graph.constant(STEPS))
    share = graph.add("Div", scaled, _sum(graph, product))  # whole numbers: rounded down
    return product, graph.look_up(calibration.table, share)


def _odds(graph: Graph, odds: Odds, votes: str) -> str:
    best = graph.add("ReduceMax", votes, axes=[1], keepdims=1)
    behind = graph.add("Sub", best, votes)
    last = graph.constant(odds.table.size - 1)
    return graph.look_up(odds.table, graph.add("Min", behind, last))


def _sum(graph: Graph, values: str) -> str:
    return graph.add("ReduceSum", values, graph.constant([1]), keepdims=1)
