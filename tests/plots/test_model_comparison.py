import matplotlib.pyplot as plt
import pytest

from segkit.plots.model_comparison import plot_model_comparison

TABLE = {
    "model": ["forest", "scorecard", "A$B"],
    "accuracy": [0.5, 0.52, 0.4],
    "low": [0.47, 0.49, 0.37],
    "high": [0.53, 0.55, 0.43],
    "difference": [0.0, 0.02, -0.1],
    "difference_low": [0.0, -0.01, -0.13],
    "difference_high": [0.0, 0.05, -0.07],
    "loss_difference": [0.0, -0.02, 0.2],
    "loss_low": [0.0, -0.03, 0.1],
    "loss_high": [0.0, 0.01, 0.3],
}


def test_points_and_differences_are_the_table(frame_kind):
    ax = plot_model_comparison(frame_kind.make(TABLE))
    assert ax.lines[0].get_xdata().tolist() == TABLE["accuracy"]
    texts = [t.get_text() for t in ax.texts]
    assert "+2.0 points [-1.0, +5.0]\nlog loss -0.020 [-0.030, +0.010]" in texts
    assert "-10.0 points [-13.0, -7.0]\nlog loss +0.200 [+0.100, +0.300]" in texts
    assert [t.get_text() for t in ax.get_yticklabels()] == ["forest", "scorecard", r"A\$B"]


@pytest.mark.parametrize("first", [True, False])
def test_the_title_names_the_lowest_loss(frame_kind, first):
    table = TABLE | ({"loss_difference": [0.0, 0.01, 0.2]} if first else {})
    own = plt.subplots()[1]
    ax = plot_model_comparison(frame_kind.make(table), own)
    assert ax is own
    assert ax.get_title(loc="left") == (
        "No other model has a lower log loss than forest"
        if first
        else "scorecard has the lowest log loss: -0.020 against forest"
    )
