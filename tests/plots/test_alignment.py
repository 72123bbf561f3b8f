import matplotlib.pyplot as plt
import pytest

from segkit.plots.alignment import EQUAL, FAIR, alignment_plot

TABLE = {
    "factor": ["factor_1", "factor_2", "factor_3"],
    "congruence": [0.98, 0.9, 0.6],
    "was": ["factor_2", "factor_1", "factor_3"],
    "turned": [False, True, False],
}


def test_dots_are_the_table_and_limits_are_drawn(frame_kind):
    ax = alignment_plot(frame_kind.make(TABLE))
    assert ax.collections[-1].get_offsets()[:, 0].tolist() == TABLE["congruence"]
    assert {line.get_xdata()[0] for line in ax.lines} >= {FAIR, EQUAL}


def test_what_became_of_a_factor_stands_beside_it(frame_kind):
    texts = [t.get_text() for t in alignment_plot(frame_kind.make(TABLE)).texts]
    assert "0.980 (was factor 2)" in texts
    assert "0.900 (was factor 1, turned round)" in texts
    assert "0.600" in texts


@pytest.mark.parametrize(
    ("values", "title"),
    [
        ([0.98, 0.9, 0.6], "2 of 3 factors are found again (congruence 0.85 and more)"),
        ([0.98, 0.3, 0.6], "1 of 3 factors is found again (congruence 0.85 and more)"),
    ],
)
def test_the_title_says_the_finding(frame_kind, values, title):
    ax = alignment_plot(frame_kind.make({**TABLE, "congruence": values}))
    assert ax.get_title(loc="left") == title


def test_axes_given_are_used(frame_kind):
    ax = plt.subplots()[1]
    assert alignment_plot(frame_kind.make(TABLE), ax) is ax
