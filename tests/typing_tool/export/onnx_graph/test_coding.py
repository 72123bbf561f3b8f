import numpy as np
import pandas as pd
import pytest

from segkit.typing_tool import TypingTool

onnx = pytest.importorskip("onnx", reason="onnx is not installed")


def fitted(values, labels=None, **settings):
    fields = pd.DataFrame({"x": values})
    labels = np.arange(len(fields)) % 2 if labels is None else labels
    return TypingTool(model="scorecard", n_folds=2, **settings).fit(fields, labels)


@pytest.mark.parametrize("n_values", [2, 3, 8, 9, 10, 200])
def test_each_edge_and_its_neighbours_find_their_bin(n_values, same):
    rng = np.random.default_rng(n_values)
    values = rng.permutation(np.arange(400) % n_values / 3)
    tool = TypingTool(n_trees=20, n_folds=2)
    tool.fit(pd.DataFrame({"x": values, "y": values[::-1]}), rng.integers(0, 2, 400))
    edges = tool.model_.codes.fields[0].edges
    assert edges.size == min(n_values, 60) - 1
    odd = [edges, np.nextafter(edges, -np.inf), np.nextafter(edges, np.inf), [-1e300, 1e300, -0.0]]
    x = np.concatenate([*odd, [np.nan, 5e-324, 1e-45]])
    same(tool, pd.DataFrame({"x": x, "y": x[::-1]}))


def test_single_precision_would_not_do(same):
    base = 16_777_216.0  # beyond it, single precision has gaps of 2
    values = base + np.arange(200) % 4
    tool = fitted(values, (values > base + 1).astype(int))
    rows = pd.DataFrame({"x": base + np.arange(4)})
    assert tool.predict(rows).tolist() == [0, 0, 1, 1]
    same(tool, rows)


def test_a_field_of_one_value_has_one_bin(same):
    fields = pd.DataFrame({"x": np.arange(100.0) % 7, "y": np.ones(100)})
    with pytest.warns(UserWarning, match="same value everywhere"):
        tool = TypingTool(n_trees=3, n_folds=2).fit(fields, (fields["x"] > 3).astype(int))
    same(tool, pd.DataFrame({"x": [1.0, 6.0, np.nan], "y": [1.0, np.nan, 2.0]}))


def test_infinite_numbers_are_read_as_very_large_and_small_ones(run, tmp_path):
    values = np.arange(200) % 20 / 1.0
    tool = fitted(values, (values > 9).astype(int))
    rows = pd.DataFrame({"x": [-np.inf, np.inf]})
    tag, _ = run(tool.to_onnx(tmp_path / "tool.onnx"), rows)
    assert tag.tolist() == tool.predict(pd.DataFrame({"x": [-1e9, 1e9]})).tolist() == [0, 1]


def test_yes_no_and_what_is_neither(run, same, tmp_path):
    yes = np.arange(200) % 3 > 0
    tool = fitted(yes, yes.astype(int))
    same(tool, pd.DataFrame({"x": pd.array([True, False, None], dtype="boolean")}))
    path = tool.to_onnx(tmp_path / "tool.onnx")
    assert run(path, pd.DataFrame({"x": [1.0, 0.0]}))[0].tolist() == [1, 0]
    field = tool.model_.codes.fields[0]
    unseen = tool.model_.decide(np.array([[field.unseen]], dtype=np.uint8)).tag.tolist()
    assert run(path, pd.DataFrame({"x": [0.5, 2.0]}))[0].tolist() == unseen * 2


def test_texts_are_told_apart_letter_by_letter(same):
    levels = ["a", "A", "a ", " a", "ä", "a\u0308", "", None, "nan", "None", "0", "漢", "a\nb"]
    values = np.array(levels * 20, dtype=object)
    tool = fitted(values, np.array([hash(str(v)) % 2 for v in levels] * 20), abstain_below=0.6)
    same(tool, pd.DataFrame({"x": [*levels, "b", "NaN", "Ä", "A "]}))


def test_pooled_levels_share_a_code(same):
    values = np.array([f"level {i % 80}" for i in range(800)], dtype=object)
    tool = fitted(values, np.arange(800) % 80 % 2)
    assert tool.model_.codes.fields[0].n_pooled == 20
    same(tool, pd.DataFrame({"x": [*np.unique(values), "never heard of", None]}))
