"""The reference: counts and sums, the same after the store, and no row of it."""

import numpy as np
import pytest

from segkit.diagnostics.watch.reference import Reference
from segkit.diagnostics.watch.versions import Version, saved_tool, segments_of


@pytest.fixture
def version(tool):
    data = saved_tool(tool)
    return Version(1, data, segments_of(data))


def test_a_table_is_tagged_and_counted(version, tool, days):
    base = days["2026-11-01"]
    found = Reference.of_frame(base, np.ones(len(base)), version.tagger)
    tags = tool.tag(base)
    counted = tags["segment"].value_counts()
    assert found.tags.tolist() == [
        *(counted[s] for s in version.segments),
        tags["segment"].isna().sum(),
    ]
    assert found.mean == pytest.approx(tool.predict_proba(base).mean(axis=0))
    tagged = tags["segment"].notna()
    assert found.sureness == pytest.approx(tags["probability"][tagged].mean())
    assert (found.n, found.n_tagged) == (pytest.approx(400), pytest.approx(tagged.sum()))
    plan = found.by_segment(version.segments)["plan"]
    assert plan.cells.sum() == 400
    assert plan.cells.sum(axis=1).tolist() == found.tags.tolist()


def test_whole_weights_are_repeated_rows(version, days):
    base = days["2026-11-01"]
    w = np.random.default_rng(0).integers(1, 4, len(base)).astype(float)
    one = Reference.of_frame(base, w, version.tagger)
    two = Reference.of_frame(
        base.loc[np.repeat(base.index, w.astype(int))], np.ones(int(w.sum())), version.tagger
    )
    assert one.tags == pytest.approx(two.tags)
    assert one.mean == pytest.approx(two.mean)
    assert one.sureness == pytest.approx(two.sureness)
    assert one.n < w.sum()
    assert [f.edges for f in one.bins.fields] == [f.edges for f in two.bins.fields]


def test_it_is_the_same_after_the_store_and_holds_no_row(version, days):
    base = days["2026-11-01"].copy()
    base.loc[3, "age"] = 61.123456
    found = Reference.of_frame(base, np.full(len(base), 1.5), version.tagger)
    text = found.to_json()
    again = Reference.from_json(text)
    assert again.to_json() == text
    assert again.bins == found.bins
    assert "61.123456" not in text


def test_of_a_base_the_tool_is_as_sure_as_of_any_other(tool, days):
    from segkit.diagnostics.watch.daily import yardstick_of
    from segkit.diagnostics.watch.settings import Settings

    data = saved_tool(tool)
    version = Version(1, data, segments_of(data))
    base = days["2026-11-01"]
    for table, is_base in ((tool.tag(base), True), (base, False)):
        found = Reference.of_frame(table, np.ones(len(base)), version.tagger)
        assert found.is_base is is_base
        assert Reference.from_json(found.to_json()).is_base is is_base
        assert (yardstick_of(version, found, Settings()).validated is None) is is_base
