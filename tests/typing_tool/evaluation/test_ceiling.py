import numpy as np
import pytest

from segkit.exceptions import SegkitError
from segkit.typing_tool.evaluation.ceiling import ceiling_of


def test_the_ceiling_is_the_mean_certainty(small_tool):
    certainty = np.random.default_rng(0).uniform(0.6, 1, 600)
    evaluation = small_tool.evaluation_.with_ceiling(certainty)
    assert evaluation.value("ceiling") == pytest.approx(certainty.mean())
    row = evaluation.frame().query("metric == 'ceiling'").iloc[0]
    assert row["high"] - row["low"] == pytest.approx(3.92 * certainty.std() / 600**0.5)
    # the rest is as it was, and so is the evaluation it came from
    assert evaluation.accuracy == small_tool.evaluation_.accuracy
    assert evaluation.value("macro_recall") == small_tool.evaluation_.value("macro_recall")
    assert "ceiling" not in small_tool.evaluation_.table["metric"]
    with pytest.raises(SegkitError, match="The evaluation has a ceiling already"):
        evaluation.with_ceiling(certainty)


def test_weights_count_and_their_unit_does_not():
    rng = np.random.default_rng(0)
    certainty, w = rng.uniform(0.5, 1, 80), rng.uniform(0.2, 3, 80)
    one, other = (ceiling_of(certainty, unit * w, 80) for unit in (1, 7))
    assert one == pytest.approx(other)
    assert one[0] == pytest.approx(np.average(certainty, weights=w))
    # who has no weight is left out, even without a certainty
    longer = ceiling_of(np.r_[certainty, np.nan], np.r_[w, 0], 80)
    assert longer == pytest.approx(one)


@pytest.mark.parametrize(
    ("certainty", "text"),
    [
        (np.ones((4, 2)), r"label_certainty has shape \(4, 2\); expected one number a row"),
        ([0.5, 1.2, 0.4, 0.3], r"label_certainty holds 1.2 in row 1 \(1 such rows\)"),
        ([0.5, np.nan, 0.4, np.nan], r"label_certainty holds nan in row 1 \(2 such rows\)"),
        ([0.5, 0.6, 0.7], "label_certainty has 3 respondents of positive weight, the evaluation 4"),
    ],
)
def test_certainties_that_are_none(certainty, text):
    with pytest.raises(SegkitError, match=text):
        ceiling_of(certainty, None, 4)
