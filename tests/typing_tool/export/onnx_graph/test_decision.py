import dataclasses

import numpy as np
import pytest

from segkit.typing_tool.export.fitted_tool import FittedTool

onnx = pytest.importorskip("onnx", reason="onnx is not installed")

from segkit.typing_tool.export.onnx_graph.decision import tag_values  # noqa: E402
from segkit.typing_tool.export.onnx_graph.onnx_file import onnx_model  # noqa: E402


def of_model(case, model, cut, run):
    proto = onnx_model(FittedTool(model, case.tool.classes_.tolist(), cut))
    tag, probabilities = run(proto.SerializeToString(), case.rows)
    return tag, probabilities, model.decide(model.codes.encode(case.rows), cut)


def test_ties_go_to_the_first_segment(cases, run):
    case = cases["scorecard"]
    card = case.tool.model_.scorecard
    level = dataclasses.replace(card, points=card.points * 0, everyone=np.array([1, 5, 5]))
    model = dataclasses.replace(case.tool.model_, voter=level)
    tag, _, decision = of_model(case, model, 0, run)
    assert set(tag.tolist()) == {1}
    assert set(decision.tag.tolist()) == {1}


@pytest.mark.parametrize("name", ["forest", "scorecard", "two segments"])
def test_the_cut_compares_whole_numbers(cases, name, run):
    case = cases[name]
    weights = case.tool.predict_proba(case.rows).max(axis=1)
    # cuts at, just above and just below what is really reached
    for value in (float(np.median(weights)), float(weights.min()), float(weights.max())):
        for cut in (int(value * 2**20) + step for step in (-1, 0, 1)):
            tag, _, decision = of_model(case, case.tool.model_, cut, run)
            assert tag.tolist() == decision.tag.tolist()


def test_nobody_reaches_a_cut_of_all(cases, run):
    tag, _, decision = of_model(cases["forest"], cases["forest"].tool.model_, 1 << 20, run)
    assert tag.tolist() == decision.tag.tolist()
    assert set(tag.tolist()) == {-1}


@pytest.mark.parametrize("multipliers", [[1, 65535, 1], [65535, 65535, 65535]])
def test_the_largest_multipliers_stay_exact(cases, multipliers, run):
    case = cases["forest"]
    calibration = case.tool.model_.calibration
    own = dataclasses.replace(calibration, multipliers=np.array(multipliers))
    model = dataclasses.replace(case.tool.model_, calibration=own)
    tag, probabilities, decision = of_model(case, model, 1 << 19, run)
    assert tag.tolist() == decision.tag.tolist()
    np.testing.assert_array_equal(probabilities, decision.probabilities)


def test_tags_are_labels_or_places():
    assert tag_values([4, 7]) == [4, 7]
    assert tag_values(["4", "7"]) == [0, 1]
