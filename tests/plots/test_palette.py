import itertools

import matplotlib.colors as colors
import numpy as np
import pytest

from segkit.plots.palette import SEGMENT_COLORS, color_of, segment_color, segment_name

# what people without red, green or blue cones see (Machado, Oliveira and Fernandes, 2009)
SIGHT = {
    "all cones": np.eye(3),
    "protanopia": [[0.152, 1.053, -0.205], [0.115, 0.786, 0.099], [-0.004, -0.048, 1.052]],
    "deuteranopia": [[0.367, 0.861, -0.228], [0.280, 0.673, 0.047], [-0.012, 0.043, 0.969]],
    "tritanopia": [[1.256, -0.077, -0.179], [-0.078, 0.931, 0.148], [0.005, 0.691, 0.304]],
}


def linear(color):
    rgb = np.array(colors.to_rgb(color))
    return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)


def lab(rgb):
    """CIE Lab of linear RGB."""
    to_xyz = [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
    xyz = np.clip(to_xyz @ rgb, 0, None) / [0.9505, 1.0, 1.089]
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("sight", SIGHT)
def test_the_first_segments_can_be_told_apart_by_everybody(sight):
    seen = [lab(np.array(SIGHT[sight]) @ linear(c)) for c in SEGMENT_COLORS[:6]]
    distances = [np.linalg.norm(a - b) for a, b in itertools.combinations(seen, 2)]
    assert min(distances) > 10


def test_colours_are_all_different_and_none_is_white_or_black():
    assert len(set(SEGMENT_COLORS)) == len(SEGMENT_COLORS) == 8
    lightness = [lab(linear(c))[0] for c in SEGMENT_COLORS]
    assert 30 < min(lightness) < max(lightness) < 80


def test_a_segment_keeps_its_colour():
    assert segment_color(2) == SEGMENT_COLORS[2]
    assert segment_color(10) == SEGMENT_COLORS[2]
    assert segment_color(np.int64(1)) == SEGMENT_COLORS[1]


@pytest.mark.parametrize(
    ("segment", "name"),
    [(0, "Segment 0"), (np.int64(3), "Segment 3"), (2.0, "Segment 2"), ("Planners", "Planners")],
)
def test_numbers_get_a_word_and_names_stay(segment, name):
    assert segment_name(segment) == name


def test_numbers_keep_their_colour_wherever_they_stand_and_names_take_that_of_their_place():
    assert color_of(3, 0) == segment_color(3)
    assert color_of("Planners", 1) == segment_color(1)
