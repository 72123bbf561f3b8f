import numpy as np
import pytest

onnx = pytest.importorskip("onnx", reason="onnx is not installed")
onnxruntime = pytest.importorskip("onnxruntime", reason="onnxruntime is not installed")

from segkit.typing_tool.export.onnx_graph.graph import Graph  # noqa: E402

KINDS = {
    np.dtype(np.int64): onnx.TensorProto.INT64,
    np.dtype(np.float32): onnx.TensorProto.FLOAT,
    np.dtype(np.float64): onnx.TensorProto.DOUBLE,
}


def run(graph, out, kind, **inputs):
    """Run the graph on inputs; the shape of the output is left open."""
    value = onnx.helper.make_tensor_value_info
    made = onnx.helper.make_model(
        onnx.helper.make_graph(
            graph.nodes,
            "g",
            [value(name, KINDS[a.dtype], list(a.shape)) for name, a in inputs.items()],
            [value(out, kind, None)],
            initializer=graph.constants,
        ),
        ir_version=8,
        opset_imports=[onnx.helper.make_opsetid("", 17)],
    )
    return onnxruntime.InferenceSession(made.SerializeToString()).run(None, inputs)[0]


def test_every_name_of_its_own_begins_with_the_prefix_and_is_new():
    graph = Graph("own_")
    names = [graph.constant([1]), graph.constant([1]), graph.add("Abs", "x"), graph.flat("x")]
    names += [c.name for c in graph.constants]
    assert all(name.startswith("own_") for name in names)
    outputs = [o for node in graph.nodes for o in node.output]
    assert len(set(outputs)) == len(outputs)
    assert not set(outputs) & {c.name for c in graph.constants}
    assert graph.add("Abs", "x", output="tag") == "tag"


def test_graphs_share_nothing():
    first, second = Graph("a_"), Graph("b_")
    first.constant([1])
    first.add("Abs", "x")
    assert second.nodes == second.constants == []


def test_rows_of_a_table_are_looked_up():
    graph, table = Graph("own_"), np.arange(6).reshape(3, 2) * 10**12
    out = graph.look_up(table, "at")
    at = np.array([2, 0, 2])
    found = run(graph, out, onnx.TensorProto.INT64, at=at)
    np.testing.assert_array_equal(found, table[at])  # beyond what a double or 32 bits hold


def test_a_column_becomes_a_list():
    graph = Graph("own_")
    found = run(graph, graph.flat("x"), onnx.TensorProto.INT64, x=np.array([[3], [1]]))
    assert found.tolist() == [3, 1]


@pytest.mark.parametrize(
    ("way", "dtype", "values"),
    [
        ("whole", np.int64, [2.9, -2.9, 2.0]),
        ("single", np.float32, [0.1, 16_777_217.0, -1.5]),
        ("double", np.float64, [0.1, 16_777_217.0, -1.5]),
    ],
)
def test_numbers_are_converted(way, dtype, values):
    graph, values = Graph("own_"), np.array(values)
    kind = KINDS[np.dtype(dtype)]
    found = run(graph, getattr(graph, way)("x"), kind, x=values)
    assert found.dtype == dtype
    np.testing.assert_array_equal(found, values.astype(dtype))
