"""The table and the paragraph, from figures that are known."""

import dataclasses

import numpy as np
import pytest

from segkit._frames import Origin, column
from segkit.diagnostics.refits.end_to_end_result import ALL, EndToEnd

ROWS = (("needs", "tags"), ("segments", "tags"), (ALL, "tags"))
KEPT = np.array([[0.9, 0.7, 0.6], [1.0, 0.8, 0.7], [0.8, 0.9, 0.5]])
# by sample, row and segment: the second segment is the weaker but in the last row
JACCARD = np.tile(np.array([[0.9, 0.5], [0.8, 0.6], [0.3, 0.4]]), (3, 1, 1))


def found(kind="pandas", **other):
    plain = {
        "rows": ROWS, "kept": KEPT, "jaccard": JACCARD, "stages": ("needs: PCA", "segments: KMeans",
        "tags: forest"), "n": 1200, "effective_n": 1000.4, "seed": 7, "origin": Origin(kind),
    }  # fmt: skip
    return EndToEnd(**(plain | other))


@pytest.mark.parametrize("kind", ["pandas", "polars"])
def test_a_row_says_what_is_kept_and_what_is_lost(kind):
    table = found(kind).frame()
    assert type(table).__module__.startswith(kind)
    assert column(table, "redone").tolist() == ["needs", "segments", "all"]
    assert column(table, "kept").tolist() == pytest.approx([0.9, 0.8, 0.6])
    assert column(table, "lost").tolist() == pytest.approx([0.1, 0.2, 0.4])
    assert column(table, "jaccard").tolist() == pytest.approx([0.7, 0.7, 0.35])
    assert column(table, "weakest").tolist() == pytest.approx([0.5, 0.6, 0.3])
    assert column(table, "weakest_segment").tolist() == [1, 1, 0]
    assert column(table, "n").tolist() == [1200] * 3


def test_intervals_hold_the_mean_and_stay_shares():
    table = found().frame()
    assert ((table.low <= table.kept) & (table.kept <= table.high)).all()
    assert (table.low >= 0).all()
    assert (table.high <= 1).all()


def test_the_paragraph_names_the_stage_that_loses_most_alone():
    text = found().summary()
    assert text.startswith("needs: PCA -> segments: KMeans -> tags: forest; 3 bootstrap samples")
    assert "1,200 respondents (effective n 1,000), seed 7" in text
    assert "lost: needs 10.0 %, segments 20.0 %; most by segments" in text
    assert "at the end (tags)" in text
    other = found(kept=KEPT[:, [1, 0, 2]]).summary()
    assert "most by needs" in other


def test_only_the_answer_at_the_end_counts_in_the_paragraph():
    rows = (("needs", "segments"), (ALL, "segments"), *ROWS)
    kept = np.hstack([np.zeros((3, 2)), KEPT])
    jaccard = np.concatenate([np.zeros((3, 2, 2)), JACCARD], axis=1)
    assert found(rows=rows, kept=kept, jaccard=jaccard).summary() == found().summary()


def test_a_result_is_frozen_and_draws_its_table():
    result = found()
    with pytest.raises(dataclasses.FrozenInstanceError):
        result.n = 2
    assert result.plot().get_title(loc="left")
