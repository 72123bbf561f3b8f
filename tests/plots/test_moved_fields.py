import matplotlib.pyplot as plt
import numpy as np
import pytest

from segkit.plots._canvas import MUTED
from segkit.plots.moved_fields import TOGETHER, plot_moved_fields

NAN = float("nan")


def made(frame_kind, **other):
    columns = {
        "from": ["all"] * 3 + ["0"], "to": ["all"] * 3 + ["1"], "n": [80.0] * 3 + [20.0],
        "field": ["age", "$income", TOGETHER, "age"], "effect": [0.3, 0.1, 0.5, 0.9],
        "low": [0.25, -0.05, 0.4, 0.8], "high": [0.35, 0.2, 0.6, 1.0],
        "share": [0.6, 0.2, 0.2, 1.0], "changed": [1.0, 0.5, NAN, 1.0],
    }  # fmt: skip
    return frame_kind.make(columns | other)


def test_only_the_rows_of_all_changes_are_drawn(frame_kind):
    ax = plot_moved_fields(made(frame_kind))
    assert [t.get_text() for t in ax.get_yticklabels()] == ["age", r"\$income", "only together"]
    spans, dots = ax.lines[0:6:2], ax.lines[1:6:2]
    np.testing.assert_allclose(
        [s.get_xdata() for s in spans], [[0.25, 0.35], [-0.05, 0.2], [0.4, 0.6]]
    )
    assert [d.get_xdata()[0] for d in dots] == [0.3, 0.1, 0.5]
    assert dots[2].get_color() == MUTED != dots[0].get_color()


def test_shares_and_how_many_have_another_value_stand_beside_the_dots(frame_kind):
    texts = [t.get_text() for t in plot_moved_fields(made(frame_kind)).texts]
    assert texts == ["60 %; changed for 100 %", "20 %; changed for 50 %", "20 %"]


def test_the_title_names_a_field_and_never_what_only_several_do(frame_kind):
    title = "age accounts for 60 % of what moved 80 tags"
    assert plot_moved_fields(made(frame_kind)).get_title(loc="left") == title
    other = made(frame_kind, effect=[0.1, 0.3, 0.5, 0.9])
    assert plot_moved_fields(other).get_title(loc="left").startswith(r"\$income accounts for 20 %")


@pytest.mark.parametrize("low", [0.25, -0.4])
def test_zero_and_every_interval_are_inside_the_axis(frame_kind, low):
    ax = plot_moved_fields(made(frame_kind, low=[low, 0.1, 0.4, 0.8]))
    left, right = ax.get_xlim()
    assert left < min(low, 0.0)
    assert right > 0.6


def test_axes_given_are_used(frame_kind):
    ax = plt.subplots()[1]
    assert plot_moved_fields(made(frame_kind), ax) is ax
