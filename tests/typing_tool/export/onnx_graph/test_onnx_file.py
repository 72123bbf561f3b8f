import dataclasses
import hashlib
import json
import sys

import numpy as np
import pandas as pd
import pytest

from segkit.exceptions import MissingExtraError, SegkitError
from segkit.typing_tool import TypingTool, golden_questions
from segkit.typing_tool.export.fitted_tool import FittedTool

onnx = pytest.importorskip("onnx", reason="onnx is not installed")

from segkit.typing_tool.export.onnx_graph import onnx_file  # noqa: E402


def properties_of(path):
    return {p.key: p.value for p in onnx.load(path).metadata_props}


def test_everybody_is_typed_as_the_tool_does_to_the_bit(case, same):
    assert len(case.rows) == 2000
    same(case.tool, case.rows)


def test_one_row_and_a_batch_at_a_time_have_the_same_answers(case, run, tmp_path):
    path = case.tool.to_onnx(tmp_path / "tool.onnx")
    tag, probabilities = run(path, case.rows)
    for part in (slice(0, 1), slice(7, 8), slice(100, 1100)):
        found = run(path, case.rows.iloc[part])
        np.testing.assert_array_equal(found[0], tag[part])
        np.testing.assert_array_equal(found[1], probabilities[part])


def test_another_engine_says_the_same(case, inputs, run, tmp_path):
    reference = pytest.importorskip("onnx.reference")
    path = case.tool.to_onnx(tmp_path / "tool.onnx")
    rows = case.rows.iloc[:60]
    tag, probabilities = reference.ReferenceEvaluator(onnx.load(path)).run(None, inputs(path, rows))
    np.testing.assert_array_equal(tag, run(path, rows)[0])
    np.testing.assert_array_equal(probabilities, run(path, rows)[1])


def test_no_rows_have_no_answers(case, run, tmp_path):
    tag, probabilities = run(case.tool.to_onnx(tmp_path / "tool.onnx"), case.rows.iloc[:0])
    assert tag.shape == (0,)
    assert probabilities.shape == (0, len(case.tool.classes_))


@pytest.mark.parametrize("model", ["forest", "scorecard"])
def test_memberships_weights_and_other_sizes_come_along(model, people, edge_rows, same):
    made = people(400)
    frame = pd.DataFrame(made.columns)
    rng = np.random.default_rng(1)
    membership = rng.dirichlet([0.4] * 3, 400) * 0.5 + np.eye(3)[made.segments] * 0.5
    tool = TypingTool(model=model, n_trees=15, abstain_below=0.55, n_folds=2)
    tool.fit(frame, membership, sample_weight=rng.lognormal(0, 0.6, 400))
    rows = edge_rows(tool, frame, 500, 3)
    same(tool, rows)
    same(tool.reweighted([0.6, 0.3, 0.1]), rows)


@pytest.mark.parametrize("labels", [[3, 10, -7], ["b", "a", "Ärger \"'<"]])
def test_whole_numbers_are_their_own_tags_and_names_go_by_place(labels, people, same, tmp_path):
    made = people(300)
    frame = pd.DataFrame(made.columns)
    kind = object if isinstance(labels[0], str) else int
    tool = TypingTool(n_trees=4, n_folds=2).fit(frame, np.array(labels, dtype=kind)[made.segments])
    same(tool, frame)
    found = properties_of(tool.to_onnx(tmp_path / "tool.onnx"))
    ordered = sorted(labels)
    assert json.loads(found["segments"]) == ordered
    tags = ordered if kind is int else [0, 1, 2]
    assert json.loads(found["segment_of_tag"]) == dict(zip(map(str, tags), ordered, strict=True))


def test_golden_questions_are_exported_too(same):
    rng = np.random.default_rng(0)
    segments = rng.integers(0, 3, 300)
    items = pd.DataFrame({f"q{i}": (segments == i) + rng.integers(1, 4, 300) for i in range(3)})
    tool = golden_questions(items.astype(float), segments, max_items=2).tool(2)
    rows = pd.DataFrame(rng.choice([1.0, 2.0, 3.0, 4.0, np.nan], (200, 3)), columns=items.columns)
    same(tool, rows)


ODD = ["", " ", 'a "b"', "a'b", "a/b:0", "漢 字", "a\nb", "<b>", "=1+1", "typing_0", "typing_x_"]


def test_any_name_stays_as_it_is(same, tmp_path):
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({name: rng.integers(0, 9, 200) / 4 for name in ODD[1:]})
    tool = TypingTool(model="scorecard", n_folds=2)
    tool.fit(frame, (frame["a\nb"] > frame["<b>"]).astype(int))
    same(tool, frame)
    graph = onnx.load(tool.to_onnx(tmp_path / "tool.onnx")).graph
    assert [value.name for value in graph.input] == ODD[1:]
    own = [name for node in graph.node for name in node.output] + [
        c.name for c in graph.initializer
    ]
    assert not set(own) & set(ODD)
    assert len(set(own)) == len(own)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("", "A field has an empty name"),
        ("tag", "A field is called `tag`, and so is an output of the model"),
        ("probabilities", "Rename the field and fit again"),
    ],
)
def test_a_name_that_no_input_can_have_is_refused(name, message, tmp_path):
    frame = pd.DataFrame({name: [0.0, 1.0] * 20, "x": [0.0, 0.0, 1.0, 1.0] * 10})
    tool = TypingTool(n_trees=2, n_folds=2).fit(frame, [0, 1] * 20)
    with pytest.raises(SegkitError, match=message):
        tool.to_onnx(tmp_path / "tool.onnx")
    assert list(tmp_path.iterdir()) == []


def test_the_model_tells_what_it_is(cases, tmp_path):
    tool = cases["shy forest"].tool
    proto = onnx.load(tool.to_onnx(tmp_path / "tool.onnx"))
    found = properties_of(tmp_path / "tool.onnx")
    assert proto.producer_name == "segkit"
    assert found["written_by"] == f"segkit {proto.producer_version}"
    assert found["format"] == "segkit typing document"
    assert json.loads(found["fields"]) == {f.name: f.kind for f in tool.model_.codes.fields}
    assert float(found["tagged_from_probability"]) == 0.5
    document = tool.to_json(tmp_path / "tool.json").read_bytes()
    assert found["document_sha256"] == hashlib.sha256(document).hexdigest()
    assert "empty where it is not known" in proto.doc_string
    hints = {value.name: value.doc_string for value in proto.graph.input}
    assert hints["online"] == "1 for yes, 0 for no; NaN where it is not known"
    assert "place of the segment" in proto.graph.output[0].doc_string


def test_the_graph_holds_to_the_standard_and_repeats_to_the_byte(case, tmp_path):
    path = case.tool.to_onnx(tmp_path / "tool.onnx")
    onnx.checker.check_model(onnx.load(path), full_check=True)
    again = case.tool.to_onnx(tmp_path / "again.onnx")
    assert path.read_bytes() == again.read_bytes()


def test_a_loaded_tool_writes_the_same_model(cases, tmp_path):
    from segkit.typing_tool import load

    tool = cases["shy scorecard"].tool
    again = load(tool.save(tmp_path / "tool.segkit"))
    first, second = tool.to_onnx(tmp_path / "a.onnx"), again.to_onnx(tmp_path / "b.onnx")
    assert first.read_bytes() == second.read_bytes()


def test_a_forest_beyond_two_gigabytes_is_refused(cases, monkeypatch, tmp_path):
    monkeypatch.setattr(onnx_file, "MOST_BYTES", 20_000)
    with pytest.raises(SegkitError, match=r"holds 2 GB\. Fit fewer than 12 trees"):
        cases["forest"].tool.to_onnx(tmp_path / "tool.onnx")


@pytest.mark.parametrize("name", ["forest", "two segments"])
def test_the_estimate_of_the_size_is_above_it(cases, name):
    tool = cases[name].tool
    proto = onnx_file.onnx_model(FittedTool(tool.model_, tool.classes_.tolist(), 0))
    trees = [node for node in proto.graph.node if node.op_type == "TreeEnsembleRegressor"]
    size = sum(node.ByteSize() for node in trees)
    assert size < onnx_file.tree_bytes(tool.model_.forest) < 2.5 * size


def test_a_plugged_in_classifier_is_refused(cases, tmp_path):
    class Plugged:
        def summary(self):
            return "nearest neighbour"

    tool = cases["forest"].tool
    other = dataclasses.replace(tool.model_, voter=Plugged())
    with pytest.raises(SegkitError, match="nearest neighbour: it cannot be written down"):
        onnx_file.onnx_model(FittedTool(other, tool.classes_.tolist(), 0))


def test_a_folder_that_is_not_there_is_named(cases, tmp_path):
    with pytest.raises(SegkitError, match="nowhere"):
        cases["scorecard"].tool.to_onnx(tmp_path / "nowhere" / "tool.onnx")


def test_without_onnx_the_remedy_is_named(cases, monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "onnx", None)
    with pytest.raises(MissingExtraError, match=r'pip install "segkit\[onnx\]"'):
        cases["scorecard"].tool.to_onnx(tmp_path / "tool.onnx")


@pytest.mark.real_data
@pytest.mark.parametrize("model", ["forest", "scorecard"])
def test_all_fields_of_real_surveys_are_typed_alike(model, real_people, edge_rows, same):
    fields, labels = real_people
    tool = TypingTool(model=model, n_trees=60, abstain_below=0.5, n_folds=2).fit(fields, labels)
    rows = edge_rows(tool, fields, 2000, 0)
    assert set(tool.tag(rows)["reason"].dropna()) >= {"low confidence", "unseen level"}
    same(tool, rows)
