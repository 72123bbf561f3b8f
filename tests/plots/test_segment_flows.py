import pandas as pd
import pytest

from segkit.plots.segment_flows import plot_segment_flows


def table(weights):
    """Two segments before, three after; `weights` has two rows of three."""
    rows = [
        {
            "from_number": 2, "from_segment": i, "from_n": int(sum(weights[i])), "to_number": 3,
            "to_segment": j, "to_n": int(weights[0][j] + weights[1][j]), "weight": weights[i][j],
            "share": weights[i][j] / (weights[0][j] + weights[1][j]),
        }
        for i in range(2) for j in range(3)
    ]  # fmt: skip
    return pd.DataFrame(rows)


def test_a_node_a_segment_and_a_line_where_people_are_shared():
    ax = plot_segment_flows(table([[40.0, 0, 20], [0, 35, 5]]))
    assert len(ax.collections) == 5
    assert len(ax.lines) == 4
    texts = [t.get_text() for t in ax.texts]
    assert texts.count("0") == 2
    assert "25" in texts
    assert "n = 100" in ax.get_xlabel()


@pytest.mark.parametrize(
    ("weights", "title"),
    [
        ([[40.0, 0, 20], [0, 35, 0]], "All 3 segments come whole from one segment before"),
        ([[40.0, 5, 20], [5, 35, 0]], "1 of 3 segments come whole (90 % or more) from one"),
    ],
)
def test_the_title_says_how_many_come_whole(weights, title):
    assert plot_segment_flows(table(weights)).get_title(loc="left").startswith(title)


def test_segments_stand_near_those_they_share_people_with():
    # segment 2 splits off segment 0, hence stands beside it and away from segment 1
    ax = plot_segment_flows(table([[40.0, 0, 20], [0, 35, 0]]))
    y = {t.get_text(): t.xy[1] for t in ax.texts[4:] if t.get_text() in "012"}
    assert y["0"] > y["2"] > y["1"]
