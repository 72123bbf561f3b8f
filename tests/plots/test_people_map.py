import numpy as np
import pytest
from matplotlib.colors import to_hex

from segkit.plots.palette import segment_color
from segkit.plots.people_map import NOISE, plot_people_map

PLACES = {
    "x": [0.0, 0.1, 0.2, 5.0, 5.1, 6.0],
    "y": [0.0, 0.2, 0.1, 4.0, 4.1, 6.0],
    "segment": [0, 0, 0, 1, 1, None],
    "same": [0.9, 0.8, 0.7, 0.6, 0.4, None],
}


def test_spots_names_and_title_are_those_of_the_frame(frame_kind):
    ax = plot_people_map(frame_kind.make(PLACES), (0, 1))
    spots = ax.collections[0]
    np.testing.assert_allclose(spots.get_offsets()[:, 0], PLACES["x"])
    colors = [to_hex(c).upper() for c in spots.get_facecolors()]
    assert colors == [segment_color(0)] * 3 + [segment_color(1)] * 2 + [NOISE.upper()]
    assert [t.get_text() for t in ax.texts] == ["Segment 0\nn = 3", "Segment 1\nn = 2"]
    title = ax.get_title(loc="left")
    assert title == "Segment 0 keeps together most (80 % of its neighbours), Segment 1 least (50 %)"
    assert "grey: 1 people of no segment" in ax.get_xlabel()


@pytest.mark.parametrize(
    ("segment", "words"),
    [
        (["Planners"] * 6, "Planners keeps together most"),
        ([None] * 6, "Nobody on this map belongs to a segment"),
    ],
)
def test_one_segment_or_none(frame_kind, segment, words):
    columns = {**PLACES, "segment": segment, "same": [0.5] * 6}
    ax = plot_people_map(frame_kind.make(columns), ("Planners",))
    assert ax.get_title(loc="left").startswith(words)


def test_few_who_lie_far_out_are_brought_to_the_edge(frame_kind):
    x = [*np.linspace(0, 1, 199), 500.0]
    columns = {"x": x, "y": x[::-1], "segment": [0] * 200, "same": [1.0] * 200}
    ax = plot_people_map(frame_kind.make(columns), (0,))
    assert ax.collections[0].get_offsets().max() < 1.5
    assert "at the edge: 2 people far from all others" in ax.get_xlabel()
