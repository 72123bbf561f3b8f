import numpy as np
import pytest

onnx = pytest.importorskip("onnx", reason="onnx is not installed")
onnxruntime = pytest.importorskip("onnxruntime", reason="onnxruntime is not installed")

from segkit.typing_tool.export.onnx_graph import votes as onnx_votes  # noqa: E402
from segkit.typing_tool.export.onnx_graph.graph import ML, Graph  # noqa: E402
from segkit.typing_tool.models.forest import VOTES, Forest  # noqa: E402


def run_trees(forest, codes):
    """The votes of a graph of nothing but trees."""
    graph = Graph("own_")
    names = [f"code {f}" for f in range(forest.n_fields)]
    out = onnx_votes.add_trees(graph, forest, names)
    value, whole = onnx.helper.make_tensor_value_info, onnx.TensorProto.INT64
    proto = onnx.helper.make_model(
        onnx.helper.make_graph(
            graph.nodes,
            "trees",
            [value(name, whole, ["n", 1]) for name in names],
            [value(out, whole, ["n", forest.n_segments])],
            initializer=graph.constants,
        ),
        ir_version=8,
        opset_imports=[onnx.helper.make_opsetid("", 17), onnx.helper.make_opsetid(ML, 3)],
    )
    session = onnxruntime.InferenceSession(proto.SerializeToString())
    columns = {n: codes[:, [f]].astype(np.int64) for f, n in enumerate(names)}
    return session.run(None, columns)[0]


def stumps(n_trees, votes):
    """Trees of one split each: codes up to 3 give the first votes, others the second."""
    nodes = np.tile(np.array([[0, -1, -1], [3, 0, 0], [1, -1, -1], [2, -1, -1]]), n_trees)
    return Forest(
        np.arange(0, 3 * n_trees + 1, 3),
        *nodes.astype(np.int16),
        np.tile(np.array([[0, 0], *votes], dtype=np.int32), (n_trees, 1)),
        1,
    )


@pytest.mark.parametrize("n_trees", [1, 4096, 5000])
def test_votes_of_the_most_trees_are_counted_to_the_last(n_trees):
    forest = stumps(n_trees, [[VOTES, 0], [1, VOTES - 1]])
    codes = np.array([[3], [4]], dtype=np.uint8)
    expected = n_trees * np.array([[VOTES, 0], [1, VOTES - 1]])
    assert run_trees(forest, codes).tolist() == expected.tolist()


def test_ensembles_of_few_trees_say_the_same(cases, monkeypatch):
    forest = cases["forest"].tool.model_.forest
    codes = cases["forest"].tool.model_.codes.encode(cases["forest"].rows)
    whole = run_trees(forest, codes)
    np.testing.assert_array_equal(whole, forest.score(codes))
    monkeypatch.setattr(onnx_votes, "MOST_TREES", 5)
    np.testing.assert_array_equal(run_trees(forest, codes), whole)


def test_a_tree_without_a_split_votes_as_well():
    votes = np.array([[0, VOTES]], dtype=np.int32)
    leaf = np.array([-1], dtype=np.int16)
    forest = Forest(np.array([0, 1]), leaf, 0 * leaf, leaf, leaf, votes, 2)
    codes = np.zeros((3, 2), dtype=np.uint8)
    assert run_trees(forest, codes).tolist() == [[0, VOTES]] * 3
