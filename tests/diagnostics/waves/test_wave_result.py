import matplotlib as mpl
import numpy as np
import pytest
from sklearn.cluster import KMeans

from segkit.diagnostics.wave import wave

SIZES = [150, 100, 50]


@pytest.fixture(scope="module")
def moved(three_segments):
    centres = three_segments.centres + np.array([[0, 0, 0], [0, 0, 0], [0, 0, 2.0]])
    new = three_segments.make([100, 100, 100], 1, centres)
    return wave(KMeans(3, n_init=5), three_segments.make(SIZES, 0), new, n_boot=20, random_state=7)


def test_the_summary_tells_kinds_people_method_and_seed(moved):
    told = moved.summary()
    assert told.startswith("Changed: size, profile.")
    for part in (
        "Measurement was not checked (fewer than 4 items).",
        "Sizes by the old model: 0 4",
        "segment 2 `x3` +",
        "300 (effective n 300) against 300 respondents",
        "the waves taken as different people",
        "20 samples of the people",
        "seed 7",
        "Holm within each of measurement, size, profile, fields",
        "3 points of a size, 0.3 sd of a need, 0.2 sd of an item, a congruence below 0.85",
    ):
        assert part in told


def test_figures_draw_the_table(moved):
    sizes = moved.plot()
    assert isinstance(sizes, mpl.axes.Axes)
    assert "Segment" in sizes.get_title(loc="left")
    assert moved.plot_profile().get_title(loc="left").startswith("Segment 2 needs more x3")


def test_it_shows_itself_as_a_table(moved):
    assert "<table" in moved._repr_html_()
    assert "WaveComparison" in repr(moved)


def test_measurement_is_told_before_sizes_and_takes_their_meaning(factor_answers):
    old, new = factor_answers(500, 0), factor_answers(500, 1)
    new[::2, 2] = np.minimum(new[::2, 2] + 1, 5)
    found = wave(KMeans(2, n_init=5), old, new, n_boot=20)
    told = found.summary()
    assert found.changed_kinds == ("measurement",)
    assert "leave them out" in told
    assert told.index("not interpretable") < told.index("`x3` +") < told.index("Sizes by the old")
    assert "Sizes by the old model (not interpretable)" in told
    assert "cannot be compared" in found.plot().get_title(loc="left")
