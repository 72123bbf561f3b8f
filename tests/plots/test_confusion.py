import matplotlib.pyplot as plt
import pandas as pd
import pytest

from segkit.plots.confusion import plot_confusion

TABLE = {
    "segment": ["0", "0", "0", "1", "1", "1"],
    "tagged": ["0", "1", "untagged"] * 2,
    "n": [80.0, 15, 5, 20, 28, 2],
    "share": [0.8, 0.15, 0.05, 0.4, 0.56, 0.04],
    "low": [0.7, 0.1, 0.0, 0.3, 0.4, 0.0],
    "high": [0.9, 0.2, 0.1, 0.5, 0.7, 0.1],
}


def test_cells_are_the_table(frame_kind):
    ax = plot_confusion(frame_kind.make(TABLE))
    assert ax.images[0].get_array().ravel().tolist() == TABLE["share"]
    cells = [text.get_text() for text in ax.texts]
    assert cells[0] == "80 %\n70-90"
    assert len(cells) == 6


def test_rows_and_columns_are_named_with_their_sizes(frame_kind):
    ax = plot_confusion(frame_kind.make(TABLE))
    assert [t.get_text() for t in ax.get_yticklabels()] == [
        "Segment 0  (n = 100)",
        "Segment 1  (n = 50)",
    ]
    columns = [t.get_text() for t in ax.get_xticklabels()]
    assert columns == ["Segment 0", "Segment 1", "untagged"]


def test_right_tags_stand_out_and_make_the_title(frame_kind):
    ax = plot_confusion(frame_kind.make(TABLE))
    bold = [t.get_text() for t in ax.texts if t.get_fontweight() == "bold"]
    assert bold == ["80 %\n70-90", "56 %\n40-70"]
    assert ax.get_title(loc="left") == "Found again: 56 % to 80 % of each segment"


@pytest.mark.parametrize("names", [["Planners", "Avoiders"]])
def test_names_stay_names_and_axes_given_are_used(frame_kind, names):
    ax = plt.subplots()[1]
    table = {
        "segment": [names[0], names[0], names[1], names[1]],
        "tagged": names * 2,
        "n": [1, 1, 1, 1],
        "share": [0.5] * 4,
        "low": [0.1] * 4,
        "high": [0.9] * 4,
    }
    assert plot_confusion(frame_kind.make(table), ax) is ax
    assert [t.get_text() for t in ax.get_xticklabels()] == names


def test_long_names_are_broken_and_no_formulas():
    names = {"0": "careful savers who plan", "1": "$x_{$ spenders"}
    table = {**TABLE, "segment": [names[s] for s in TABLE["segment"]]}
    table["tagged"] = [names.get(t, t) for t in TABLE["tagged"]]
    ax = plot_confusion(pd.DataFrame(table))
    ax.figure.canvas.draw()
    columns = [t.get_text() for t in ax.get_xticklabels()]
    assert columns[:2] == ["careful savers\nwho plan", "\\$x_{\\$ spenders"]
