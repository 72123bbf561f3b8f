import pytest

from segkit.plots.prediction_strength import plot_prediction_strength


def table(strength):
    k = len(strength)
    return {
        "n_segments": list(range(2, 2 + k)),
        "strength": strength,
        "low": [s - 0.05 for s in strength],
        "high": [s + 0.02 for s in strength],
        "n": [1200] * k,
        "cutoff": [0.8] * k,
        "predicted": [s >= 0.8 for s in strength],
    }


def test_the_line_and_the_intervals_are_the_table(frame_kind):
    ax = plot_prediction_strength(frame_kind.make(table([0.9, 0.85, 0.4])))
    assert ax.lines[0].get_xydata().tolist() == [[2, 0.9], [3, 0.85], [4, 0.4]]
    spans = [s[:, 1].tolist() for c in ax.collections for s in c.get_segments()]
    assert spans[0] == pytest.approx([0.85, 0.92])
    assert "n = 1,200" in ax.get_xlabel()


@pytest.mark.parametrize(
    ("strength", "title"),
    [
        ([0.9, 0.85, 0.4], "Halves of the respondents predict up to 3 segments"),
        ([0.7, 0.5], "Halves of the respondents predict no number of segments"),
    ],
)
def test_the_title_says_the_finding(frame_kind, strength, title):
    ax = plot_prediction_strength(frame_kind.make(table(strength)))
    assert ax.get_title(loc="left") == title
