import pytest

from segkit.plots.classification_error import plot_classification_error


def test_the_matrix_is_drawn_row_by_row(frame_kind):
    table = frame_kind.make(
        {
            "segment": [0, 0, 1, 1],
            "assigned": [0, 1, 0, 1],
            "probability": [0.9, 0.1, 0.25, 0.75],
            "low": [0.8, 0.05, 0.1, 0.6],
            "high": [0.95, 0.2, 0.4, 0.9],
        }
    )
    ax = plot_classification_error(table)
    assert [t.get_text() for t in ax.texts] == [
        "90 %\n80-95",
        "10 %\n5-20",
        "25 %\n10-40",
        "75 %\n60-90",
    ]
    assert ax.get_title(loc="left") == "Put where they belong: 75 % to 90 % of each segment"
    assert ax.images[0].get_array()[1, 0] == pytest.approx(0.25)
    assert [t.get_text() for t in ax.get_yticklabels()] == ["Segment 0", "Segment 1"]
