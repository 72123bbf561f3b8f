import matplotlib as mpl
import matplotlib.pyplot as plt

from segkit.plots._canvas import axes_or_new, finish


def test_axes_given_are_used():
    ax = plt.subplots()[1]
    assert axes_or_new(ax) is ax
    assert len(plt.get_fignums()) == 1


def test_a_new_figure_has_the_size_asked_for():
    ax = axes_or_new(width=5, height=3)
    assert ax.figure.get_size_inches().tolist() == [5, 3]


def test_words_stand_where_they_belong():
    ax = finish(axes_or_new(), title="Two fields changed", x="index", y="share")
    assert ax.get_title(loc="left") == "Two fields changed"
    assert ax.get_title() == ""
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("index", "share")


def test_what_carries_no_information_goes():
    ax = finish(axes_or_new(), title="t")
    shown = {side for side, spine in ax.spines.items() if spine.get_visible()}
    assert shown == {"left", "bottom"}


def test_a_grid_is_drawn_on_request_and_behind_the_marks():
    ax = finish(axes_or_new(), title="t", grid="x")
    assert ax.xaxis.get_gridlines()[0].get_visible()
    assert not ax.yaxis.get_gridlines()[0].get_visible()
    assert ax.get_axisbelow() is True


def test_no_global_setting_is_touched():
    before = dict(mpl.rcParams)
    finish(axes_or_new(), title="t", grid="both")
    assert dict(mpl.rcParams) == before
