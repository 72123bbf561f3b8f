import numpy as np
import pandas as pd
import pytest

from segkit.exceptions import SegkitError
from segkit.segments import profile

RNG = np.random.default_rng(0)
LABELS = np.repeat([0, 1], [150, 40])
FLAT = RNG.permutation(190).astype(float)


@pytest.fixture
def found(frame_kind):
    columns = {
        "amount": 2000.0 * LABELS + FLAT + 1000,
        "flat": FLAT,
        "app": [bool(v) for v in (LABELS + (FLAT % 7 == 0)) > 0],
        "region": ["north" if v % 2 else "south" for v in FLAT],
    }
    return profile(frame_kind.make(columns), LABELS)


def cells(ax):
    return [t.get_text() for t in ax.texts]


def test_cells_hold_the_values_and_rows_their_items(found):
    ax = found.plot()
    rows = [t.get_text() for t in ax.get_yticklabels()]
    assert set(rows) == {"amount", "flat", "app", "region = north", "region = south"}
    assert "100 %" in cells(ax)
    assert any(c.startswith("3,") for c in cells(ax))
    assert len(cells(ax)) == 5 * 2
    assert [t.get_text() for t in ax.get_xticklabels()] == [
        "Segment 0\nn = 150",
        "Segment 1\nn = 40",
    ]
    assert ax.get_title(loc="left").startswith("amount differs most: Segment")


def test_colours_show_what_is_asked_for(found):
    effect, index = found.plot(), found.plot(measure="index")
    assert "effect against everybody else" in effect.get_xlabel()
    assert "index, 100 = all" in index.get_xlabel()
    assert np.abs(effect.images[0].get_array()).max() <= 0.8
    with pytest.raises(SegkitError, match="measure='value' is not known"):
        found.plot(measure="value")


def test_rows_with_small_effects_give_way_and_the_figure_says_so(found):
    ax = found.plot(most=2)
    assert len(ax.get_yticklabels()) == 2
    assert "3 rows with smaller effects are not shown" in ax.get_xlabel()


def test_scores_are_written_with_two_digits_and_a_zero_without_sign():
    scores = np.repeat([1.0, -1.0], 60) + np.tile([0.1, -0.1], 60)
    table = profile(scores[:, None] - scores.mean(), np.repeat([0, 1], 60))
    ax = table.plot()
    assert cells(ax) == ["1.00", "-1.00"]
    assert ax.get_title(loc="left").endswith("all 0.00")


def test_figures_that_mark_a_segment_are_bold(found):
    ax = found.plot()
    bold = [t.get_text() for t in ax.texts if t.get_weight() == "bold"]
    assert "100 %" in bold
    assert len(bold) == np.sum(np.array(found.frame()["marker"]))
    assert "bold where it marks the segment" in ax.get_xlabel()


def test_few_rows_with_a_long_title_leave_room_to_draw():
    named = pd.DataFrame({"a question that is asked in many, many words": FLAT})
    ax = profile(named, LABELS).plot()
    assert "\n" in ax.get_title(loc="left")
    ax.figure.draw_without_rendering()  # a collapsed layout would warn


def test_small_bases_are_grey():
    few = np.repeat([0, 1], [180, 10])
    ax = profile(FLAT[:, None], few).plot()
    assert [t.get_style() for t in ax.texts] == ["normal", "italic"]


def test_an_item_that_separates_perfectly_can_be_drawn():
    ax = profile(np.column_stack([LABELS, FLAT]), LABELS).plot()
    assert np.isfinite(ax.images[0].get_array()).all()
