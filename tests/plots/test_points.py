import matplotlib.pyplot as plt
import numpy as np

from segkit.plots.points import plot_points

TABLE = {
    "field": ["everyone", "plan", "plan", "age", "age"],
    "meaning": ["", "basic", "save $5 or $6", "up to 30", "above 30"],
    "points_0": [0, 5, 0, 0, 1],
    "points_1": [1, 0, 3, 2, 0],
}


def test_cells_are_the_table(frame_kind):
    ax = plot_points(frame_kind.make(TABLE))
    expected = np.stack([TABLE["points_0"], TABLE["points_1"]], axis=1)
    np.testing.assert_array_equal(ax.images[0].get_array(), expected)
    assert [t.get_text() for t in ax.texts] == [str(v) for v in expected.ravel()]
    bold = [t.get_text() for t in ax.texts if t.get_fontweight() == "bold"]
    assert bold == ["1", "5", "3", "2", "1"]


def test_rows_name_field_and_answer_and_the_title_says_what_moves_most(frame_kind):
    ax = plot_points(frame_kind.make(TABLE))
    rows = [t.get_text() for t in ax.get_yticklabels()]
    assert rows == ["everyone   ", "plan   basic", r"save \$5 or \$6", "age   up to 30", "above 30"]
    assert [t.get_text() for t in ax.get_xticklabels()] == ["Segment 0", "Segment 1"]
    assert ax.get_title(loc="left") == "plan moves most: up to 5 points for Segment 0"


def test_fields_of_small_points_give_way(frame_kind):
    own = plt.subplots()[1]
    ax = plot_points(frame_kind.make(TABLE), own, most=3)
    assert ax is own
    assert [t.get_text() for t in ax.get_yticklabels()][1] == "plan   basic"
    assert len(ax.get_yticklabels()) == 3
    assert "(1 fields of smaller points are not shown)" in ax.get_xlabel()
