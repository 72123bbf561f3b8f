import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from scipy.stats import binomtest

from segkit.diagnostics import Migration, migration
from segkit.exceptions import SegkitError
from segkit.typing_tool import TypingTool

BEFORE = pd.DataFrame({
    "id": range(12),
    "segment": ["a"] * 6 + ["b"] * 4 + [None] * 2,
})  # fmt: skip
AFTER = pd.DataFrame({
    "id": [*range(1, 12), 20, 21],
    "segment": ["a", "a", "b", "b", None, "b", "b", "b", "a", "a", None, "a", "b"],
})  # fmt: skip


@pytest.fixture(scope="module")
def found():
    return migration(BEFORE, AFTER, ids="id")


def cells(result):
    table = result.frame()
    return {(r[1], r.to): r for r in table.itertuples()}


def test_the_matrix_counts_everybody_once(found):
    matrix = found.matrix.set_index("from")
    assert matrix.columns.tolist() == ["a", "b", "untagged", "leavers"]
    assert matrix.loc["a"].tolist() == [2, 2, 1, 1]
    assert matrix.loc["b"].tolist() == [1, 3, 0, 0]
    assert matrix.loc["untagged"].tolist() == [1, 0, 1, 0]
    assert matrix.loc["entrants"].tolist() == [1, 1, 0, 0]


def test_the_table_holds_the_matrix_with_score_intervals(found):
    table = cells(found)
    for (was, now), row in table.items():
        assert row.n == found.matrix.set_index("from").loc[was, now]
        people = int(sum(r.n for (a, _), r in table.items() if a == was))
        interval = binomtest(int(row.n), people).proportion_ci(method="wilson")
        assert (row.share, row.low, row.high) == pytest.approx(
            (row.n / people, interval.low, interval.high)
        )
    assert ("entrants", "leavers") not in table


def test_only_tags_that_occur_have_rows():
    tagged = BEFORE.dropna()
    stay = migration(tagged, tagged, ids="id")
    assert set(cells(stay)) == {(a, b) for a in "ab" for b in "ab"}
    assert stay.moved == 0.0


def test_moved_is_the_share_of_those_with_a_segment_twice(found):
    assert found.moved == pytest.approx(3 / 8)
    interval = binomtest(3, 8).proportion_ci(method="wilson")
    said = f"37.5 % [{100 * interval.low:.1f} %, {100 * interval.high:.1f} %] have another one"
    assert said in found.summary()


def test_the_summary_counts_who_came_went_and_lost_a_tag(found):
    for part in (
        "11 customers in both tables, joined by `id`; 2 entrants, 1 leaver.",
        "Of 8 with a segment in both",
        "1 lost their tag, 1 got one.",
        "Moves were not told from typing noise: a table has no columns of probabilities",
    ):
        assert part in found.summary()


def test_weights_count_by_kish_and_their_unit_has_no_say():
    w, v = (np.random.default_rng(s).uniform(0.5, 2, n) for s, n in ((0, 12), (1, 13)))
    found = migration(BEFORE, AFTER, ids="id", sample_weight=(w, v))
    both = w[1:]  # all but the first are in both tables, and weigh what they did before
    assert f"(effective n {both.sum() ** 2 / (both**2).sum():,.0f})" in found.summary()
    scaled = migration(BEFORE, AFTER, ids="id", sample_weight=(7 * w, 7 * v))
    columns = ["share", "low", "high"]
    assert np.allclose(found.frame()[columns], scaled.frame()[columns])


def test_it_draws_its_own_table_and_shows_itself(found):
    axes = found.plot()
    assert isinstance(axes, mpl.axes.Axes)
    assert axes.get_title(loc="left")
    assert "<table" in found._repr_html_()
    assert "Migration" in repr(found)


def test_half_lives_are_those_of_the_counted_stay(found):
    table = found.half_life().set_index("segment")
    assert table["n"].tolist() == [4, 4]
    assert table["stay"].tolist() == [0.5, 0.75]
    assert table["half_life"].tolist() == pytest.approx([1.0, np.log(0.5) / np.log(0.75)])
    assert (table["half_life_low"] < table["half_life"]).all()
    assert table["true_half_life"].isna().all()


def test_periods_of_the_same_flows_are_alike_whatever_order_segments_have(found):
    assert found.homogeneity(found, found).g == pytest.approx(0.0, abs=1e-12)
    assert found.homogeneity().df == 1
    more = {"probability_b": 0.4, "probability_a": 0.6}
    other = migration(BEFORE.assign(**more), AFTER.assign(**more), ids="id")
    assert other.segments == ("b", "a")
    assert other.homogeneity(found).g == pytest.approx(0.0, abs=1e-12)


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda f: f.homogeneity(3), "A int was given whose segments are not"),
        (lambda f: f.hysteresis(), "Waiting for a margin cannot be priced: a table has no colum"),
        (lambda f: f.customers("gone"), "kind='gone' is not known"),
        (lambda f: f.movers(None, BEFORE, AFTER, only_real=True), "no move is known to be real: a"),
        (lambda f: f.movers(None, BEFORE, AFTER, n_each=0), "n_each=0"),
    ],
)
def test_what_cannot_be_asked_is_named(found, call, says):
    with pytest.raises(SegkitError, match=says):
        call(found)


def test_where_nobody_changed_there_is_nothing_to_explain():
    stay = migration(BEFORE, BEFORE, ids="id")
    with pytest.raises(SegkitError, match="Nobody changed from one segment to another; there"):
        stay.movers(None, BEFORE, BEFORE)


def test_movers_have_changed_by_the_field_that_changed(frame_kind):
    rng = np.random.default_rng(0)
    fields = {"age": rng.integers(18, 80, 300), "plan": rng.choice(["a", "b"], 300).tolist()}
    tool = TypingTool(n_trees=20).fit(
        frame_kind.make(fields), (fields["age"] > 47).astype(int), sample_weight=None
    )
    later = fields | {"age": fields["age"] + 8}
    before, after = (frame_kind.make(t) for t in (fields, later))
    moves = migration(tool.tag(before), tool.tag(after))
    assert isinstance(moves, Migration)
    table = moves.movers(tool, before, after).frame()
    assert type(table) is type(before)
    assert next(iter(table["field"])) == "age"
