from dataclasses import replace

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest

from segkit.diagnostics import Drift, drift


@pytest.fixture(scope="module")
def found():
    rng = np.random.default_rng(0)
    before, after = (
        pd.DataFrame({"age": rng.normal(45 + shift, 12, 800), "plan": rng.choice(["a", "b"], 800)})
        for shift in (0, 6)
    )
    return drift(before, after)


def test_the_table_has_a_row_a_change_and_tells_details_of_changes_only(found):
    table = found.frame()
    assert table["field"].tolist() == [c.field for c in found.changes] == ["age", "plan"]
    assert table["kind"].tolist() == ["shift", "stable"]
    assert table["detail"][0]
    assert table["detail"][1] == ""
    assert found.changes[1].detail  # it is known, and of no interest without a change
    assert table["psi"].tolist() == [c.psi for c in found.changes]
    assert np.isnan(table["ks"][1])


def test_the_summary_has_verdict_reasons_rows_and_level(found):
    said = found.summary()
    assert said.startswith(f"Verdict: recalibrate (changed: fields). {found.reasons[0]}")
    for part in (
        "2 fields of 800 rows (effective n 800) were compared with 800 (effective n 800)",
        "1 of 2 fields changed beyond chance and by a size that matters (at 0.05, adjusted for all "
        "fields and segments).",
        "Typing accuracy was not judged (no tool).",
    ):
        assert part in said
    assert "Left out" not in said
    left = replace(found, left_out=("`id` (an id)",), kinds=(), notes=("Counts hold no rows.",))
    assert left.summary().startswith("Verdict: recalibrate. ")
    assert left.summary().endswith("segments). Counts hold no rows. Left out: `id` (an id).")


ACCURACY = pd.DataFrame({
    "period": ["before", "after"],
    "accuracy": [0.8, 0.71],
    "low": [0.77, 0.68],
    "high": [0.83, 0.74],
    "source": ["validated", "estimated"],
})  # fmt: skip


def test_accuracy_is_told_with_its_interval_and_its_doubts(found):
    judged = replace(found, accuracy=ACCURACY)
    note = "Typing accuracy without labels: 0.71 [0.68, 0.74], if people with the same fields still"
    assert note in judged.summary()
    doubted = replace(judged, doubts=("The two tables hardly overlap.",)).summary()
    assert "0.71 [0.68, 0.74], not to be relied on: The two tables hardly overlap." in doubted
    assert "if people with the same" not in doubted


def test_figure_and_summary_count_alike_and_segments_apart(found):
    age, plan = found.changes
    small = replace(age, effect=0.06, moved=0.0)
    inside = replace(plan, segment="0", kind="shift", effect=0.2)
    changed = replace(found, changes=(small, plan, replace(age, segment="0"), inside))
    assert changed.frame()["matters"].tolist() == [False, False, True, True]
    words = "1 of 2 fields changed beyond chance, none by a size that matters"
    assert changed.plot().get_title(loc="left") == words
    told = f"{words}; single segments included, it is 2 and 2 (at 0.05"
    assert told in changed.summary()


def test_it_draws_its_table_and_shows_itself(found):
    assert isinstance(found, Drift)
    axes = found.plot()
    assert isinstance(axes, mpl.axes.Axes)
    assert axes.get_title(loc="left") == (
        "1 of 2 fields changed beyond chance and by a size that matters"
    )
    assert axes.get_title(loc="left") in found.summary()
    assert "<table" in found._repr_html_()
    assert "Drift" in repr(found)
