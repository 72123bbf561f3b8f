import numpy as np
from matplotlib.figure import Figure

from segkit.plots.response_style import response_style_plot


def table(frame_kind, midpoint=0.2):
    share = np.linspace(0, 1, 11)
    return frame_kind.make(
        {
            "acquiescence": share.tolist(),
            "disacquiescence": (1 - share).tolist(),
            "extreme": (share / 2).tolist(),
            "midpoint": [midpoint] * 11,
        }
    )


def test_bars_reach_from_the_tenth_to_the_ninetieth_percentile(frame_kind):
    ax = response_style_plot(table(frame_kind))
    np.testing.assert_allclose(ax.lines[0].get_xdata(), [10, 90])
    np.testing.assert_allclose(ax.lines[1].get_xdata(), [50])
    assert ax.get_yticklabels()[0].get_text() == "above the middle"
    assert ax.get_title(loc="left").startswith("Answers at either end: 5 % to 45 %")


def test_a_style_that_no_scale_allows_is_left_out(frame_kind):
    ax = Figure().add_subplot()
    assert response_style_plot(table(frame_kind, midpoint=float("nan")), ax=ax) is ax
    assert len(ax.get_yticks()) == 3
