import matplotlib.pyplot as plt

from segkit.plots.golden_questions import plot_golden_questions

TABLE = {
    "n_questions": [1, 3, 4],
    "added": ["q3", "b1, b2", "costs $5 " * 5],
    "accuracy": [0.5, 0.66, 0.7],
    "low": [0.46, 0.62, 0.66],
    "high": [0.54, 0.7, 0.74],
    "majority": [0.3] * 3,
    "ceiling": [0.9] * 3,
    "n": [1200] * 3,
}


def test_the_line_is_the_table(frame_kind):
    ax = plot_golden_questions(frame_kind.make(TABLE), 3)
    assert ax.lines[0].get_xdata().tolist() == TABLE["n_questions"]
    assert ax.lines[0].get_ydata().tolist() == TABLE["accuracy"]
    bars = [s[:, 1].tolist() for s in ax.collections[0].get_segments()]
    assert [round(v, 9) for bar in bars for v in bar] == [0.46, 0.54, 0.62, 0.7, 0.66, 0.74]
    assert {t.get_text() for t in ax.texts} == {"all items 90 %", "the largest segment 30 %"}
    assert ax.get_ylabel().endswith("n = 1,200")


def test_the_title_tells_the_suggested_list(frame_kind):
    table = frame_kind.make(TABLE)
    title = "3 questions place 66 % of people, all items 90 %"
    assert plot_golden_questions(table, 3).get_title(loc="left") == title
    assert plot_golden_questions(table).get_title(loc="left").startswith("4 questions place 70 %")
    assert plot_golden_questions(table, 1).get_title(loc="left").startswith("1 question places")


def test_names_are_shortened_and_no_formulas(frame_kind):
    ax = plot_golden_questions(frame_kind.make(TABLE), 3)
    labels = [t.get_text() for t in ax.get_xticklabels()]
    assert labels[1] == "3  b1, b2"
    assert labels[2].endswith("…")
    assert r"\$5" in labels[2]


def test_axes_given_are_used(frame_kind):
    ax = plt.subplots()[1]
    assert plot_golden_questions(frame_kind.make(TABLE), ax=ax) is ax
