import numpy as np
import pytest

from segkit.plots.crosstab import column_name
from segkit.segments import crosstab

N = 400
LABELS = np.arange(N) % 2
REGION = np.repeat(["north", "south", "west"], [200, 180, 20])


@pytest.fixture
def found(frame_kind):
    rng = np.random.default_rng(0)
    columns = {
        "app": [bool(v) for v in rng.random(N) < np.where(REGION == "north", 0.7, 0.2)],
        "age": rng.normal(40 + 2 * LABELS, 10),
        "bank": rng.choice(["a", "b"], N).tolist(),
        "region": REGION.tolist(),
    }
    banner = {"segment": LABELS, "region": "region"}
    return crosstab(frame_kind.make(columns), ["app", "age", "bank"], banner)


def test_cells_hold_values_and_letters(found):
    ax = found.plot()
    assert [t.get_text() for t in ax.get_yticklabels()] == ["app", "age", "bank = a", "bank = b"]
    heads = [t.get_text() for t in ax.get_xticklabels()]
    assert heads[1] == "A\nsegment 0\nn = 200"
    assert heads[3] == "C\nnorth\nn = 200"
    assert len(ax.texts) == 4 * 6
    cells = dict(zip(["total", *"ABCDE"], [t.get_text() for t in ax.texts[:6]], strict=True))
    assert cells["C"].endswith(" % DE")
    assert ax.get_title(loc="left").startswith("app differs most, by region (V 0.")


def test_colours_say_what_the_letters_found(found):
    ax = found.plot()
    shades = [bar.get_facecolor() for bar in ax.patches[:6]]
    white = (1.0, 1.0, 1.0, 1.0)
    assert shades[0] == white
    # the north is larger than the others: orange, redder than blue; the south smaller: purple
    assert shades[3][0] > shades[3][2]
    assert shades[4][2] > shades[4][0]


def test_small_bases_are_grey(found):
    styles = [t.get_style() for t in found.plot().texts[:6]]
    assert styles == ["normal"] * 5 + ["italic"]


def test_lines_of_weaker_items_give_way_and_the_figure_says_so(found):
    ax = found.plot(most=2)
    assert [t.get_text() for t in ax.get_yticklabels()] == ["app", "age"]
    assert "2 lines of items with weaker associations are not shown" in ax.get_xlabel()


def test_nothing_to_find_is_said():
    import pandas as pd

    made = pd.DataFrame({"same": ["x"] * N})
    ax = crosstab(made, "same", LABELS).plot()
    assert ax.get_title(loc="left") == "No column differs from another"


@pytest.mark.parametrize(
    ("banner", "column", "name"),
    [("wave", "2", "wave 2"), ("app", "False", "app no"), ("r", "north", "north")],
)
def test_bare_numbers_say_what_they_count(banner, column, name):
    assert column_name(banner, column) == name
