import matplotlib.pyplot as plt

from segkit.plots.coverage_curve import plot_coverage_curve

TABLE = {
    "cut": [0.0, 0.3, 0.5, 0.7],
    "tagged": [1.0, 0.74, 0.48, 0.2],
    "accuracy": [0.5, 0.58, 0.66, 0.8],
    "low": [0.48, 0.55, 0.63, 0.75],
    "high": [0.52, 0.61, 0.69, 0.84],
}


def test_the_line_is_the_table(frame_kind):
    ax = plot_coverage_curve(frame_kind.make(TABLE))
    assert ax.lines[0].get_xdata().tolist() == TABLE["tagged"]
    assert ax.lines[0].get_ydata().tolist() == TABLE["accuracy"]
    band = ax.collections[0].get_paths()[0].vertices[:, 1]
    assert set(TABLE["low"]) | set(TABLE["high"]) <= set(band.tolist())


def test_cuts_stand_beside_their_dots(frame_kind):
    ax = plot_coverage_curve(frame_kind.make(TABLE))
    assert {t.get_text() for t in ax.texts} == {"from 0.30", "from 0.50", "from 0.70"}
    title = "Tagging the surest 48 % is right for 66 %, tagging everyone for 50 %"
    assert ax.get_title(loc="left") == title


def test_axes_given_are_used(frame_kind):
    ax = plt.subplots()[1]
    assert plot_coverage_curve(frame_kind.make(TABLE), ax) is ax
