"""The picture of sizes over days draws its table."""

import pandas as pd
import pytest

from segkit.plots.palette import segment_color
from segkit.plots.segment_history import plot_segment_history


def table(versions=(1, 1, 1)):
    days = pd.to_datetime(["2026-11-01", "2026-11-02", "2026-11-03"])
    rows = [
        (day, v, s, n, share, share - 0.02, share + 0.02)
        for day, v, shift in zip(days, versions, (0, 0.05, 0.1), strict=True)
        for s, n, share in (("b $", 60, 0.6 - shift), ("a", 40, 0.4 + shift))
    ]
    names = ["day", "version", "segment", "n", "share", "low", "high"]
    return pd.DataFrame(rows, columns=names)


def test_lines_are_the_shares_in_the_colours_of_their_size():
    ax = plot_segment_history(table())
    lines = {line.get_color(): line.get_ydata().tolist() for line in ax.lines}
    assert lines[segment_color(0)] == pytest.approx([0.6, 0.55, 0.5])
    assert lines[segment_color(1)] == pytest.approx([0.4, 0.45, 0.5])
    assert ax.get_title(loc="left").startswith(r"b \$: 60.0 % on 2026-11-01, 50.0 % on 2026-11-03")
    assert [t.get_text() for t in ax.texts] == [r"b \$ 50.0 %", "a 50.0 %"]
    heights = [t.xy[1] for t in ax.texts]
    assert abs(heights[0] - heights[1]) > 0.01  # not on each other


def test_another_version_is_a_dashed_line_and_lines_of_its_own():
    ax = plot_segment_history(table((1, 2, 2)))
    assert len(ax.lines) == 5
    assert [line.get_linestyle() for line in ax.lines].count("--") == 1


def test_one_day_is_a_picture_too():
    one = table().head(2)
    assert plot_segment_history(one).get_title(loc="left") == (
        "The sizes of 2 segments on 2026-11-01"
    )
