import matplotlib.pyplot as plt
import numpy as np
import pytest

from segkit.plots.invariance import LIMIT, invariance_plot

NAN = float("nan")
TABLE = {
    "step": ["configural", "metric", "scalar"],
    "n": [1200.0, 1200.0, 1200.0],
    "cfi": [0.96, 0.958, 0.93],
    "rmsea": [0.04, 0.041, 0.06],
    "rmsea_low": [0.03, 0.03, 0.05],
    "rmsea_high": [0.05, 0.05, 0.07],
    "delta_cfi": [NAN, -0.002, -0.028],
    "difference_p": [NAN, 0.31, 1e-9],
    "holds": [True, True, False],
}


def test_dots_are_the_changes_and_the_limit_is_drawn(frame_kind):
    ax = invariance_plot(frame_kind.make(TABLE))
    assert ax.collections[1].get_offsets()[:, 0].tolist() == TABLE["delta_cfi"][1:]
    assert -LIMIT in [line.get_xdata()[0] for line in ax.lines]
    assert "n = 1,200" in ax.get_xlabel()


def test_fit_and_test_stand_beside_each_step(frame_kind):
    ax = invariance_plot(frame_kind.make(TABLE))
    texts = [t.get_text() for t in ax.texts]
    assert "holds\nCFI 0.960, RMSEA 0.040 [0.030, 0.050]" in texts
    assert "holds, p = 0.310\nCFI 0.958, RMSEA 0.041 [0.030, 0.050]" in texts
    assert "does not hold, p < .001\nCFI 0.930, RMSEA 0.060 [0.050, 0.070]" in texts


@pytest.mark.parametrize(
    ("holds", "title"),
    [
        ([True, True, True], "Every step holds: configural, metric, scalar"),
        ([True, True, False], "Configural, metric hold; scalar does not"),
        ([True, False, True], "Configural holds; metric does not"),
        ([False, True, True], "The configural step does not hold"),
    ],
)
def test_the_title_says_the_finding(frame_kind, holds, title):
    ax = invariance_plot(frame_kind.make({**TABLE, "holds": holds}))
    assert ax.get_title(loc="left") == title


def test_axes_given_are_used(frame_kind):
    ax = plt.subplots()[1]
    assert invariance_plot(frame_kind.make(TABLE), ax) is ax


def test_equal_fit_is_drawn(frame_kind):
    ax = invariance_plot(frame_kind.make({**TABLE, "delta_cfi": [NAN, 0.0, 0.0]}))
    assert np.isfinite(ax.get_xlim()).all()
