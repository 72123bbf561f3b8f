import matplotlib.pyplot as plt

from segkit.plots.tag_counts import plot_tag_counts

TABLE = {
    "segment": ["0", "Planners", "untagged"],
    "n": [6000, 3000, 1000],
    "share": [0.6, 0.3, 0.1],
}


def test_bars_are_the_table(frame_kind):
    ax = plot_tag_counts(frame_kind.make(TABLE))
    assert [bar.get_width() for bar in ax.patches] == TABLE["n"]
    names = [t.get_text() for t in ax.get_yticklabels()]
    assert names == ["Segment 0", "Planners", "untagged"]
    assert "6,000 (60 %)" in {t.get_text() for t in ax.texts}


def test_the_title_counts(frame_kind):
    ax = plot_tag_counts(frame_kind.make(TABLE))
    assert ax.get_title(loc="left") == "10,000 customers: 10 % left untagged"
    nobody = TABLE | {"n": [6000, 4000, 0], "share": [0.6, 0.4, 0.0]}
    assert plot_tag_counts(frame_kind.make(nobody)).get_title(loc="left").endswith("all tagged")


def test_axes_given_are_used(frame_kind):
    ax = plt.subplots()[1]
    assert plot_tag_counts(frame_kind.make(TABLE), ax) is ax
