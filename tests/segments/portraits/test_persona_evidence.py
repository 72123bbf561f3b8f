"""The evidence: roles by codebook or by used items, small cells out, marks to know a group by."""

import numpy as np
import pandas as pd

from segkit.segments import profile
from segkit.segments.portraits.persona_evidence import read_evidence
from segkit.survey import Codebook, Item

LABELS = np.repeat([0, 1], 60)
TABLE = pd.DataFrame(
    {
        "imp": LABELS + np.tile([0.0, 1.0], 60),
        "sat": LABELS * 2 + np.tile([0.0, 1.0], 60),
        "app": np.arange(120) % 3 == 0,
        "way": np.where(np.arange(120) < 4, "cheque", "card"),
    }
)
BOOK = Codebook(
    [
        Item("imp", role="importance", scale=(0, 9)),
        Item("sat", role="satisfaction", scale=(0, 9)),
        Item("app", role="field"),
        Item("way", role="field"),
    ]
)


def evidence(book=BOOK, used=(), smallest=10):
    return read_evidence(profile(TABLE, LABELS, used), None, book, None, smallest)


def items(rows):
    return [r["item"] for r in rows]


def test_rows_have_the_role_of_the_codebook():
    found = evidence()
    assert items(found.part(0, "want")) == ["imp"]
    assert items(found.part(0, "satisfaction")) == ["sat"]
    assert set(items(found.part(0, "field"))) == {"app", "way"}


def test_used_items_are_wants_and_everything_else_fields_without_a_codebook():
    found = evidence(Codebook([]), used=["sat"])
    assert items(found.part(1, "want")) == ["sat"]
    assert "imp" in items(found.part(1, "field"))


def test_other_rated_items_stand_beside_those_that_made_the_groups():
    assert items(evidence(used=["sat"]).part(0, "want")) == ["sat"]
    assert items(evidence(used=["sat"]).part(0, "beside")) == ["imp"]


def test_shares_that_few_gave_are_left_out_and_counted():
    found = evidence()
    assert [r["level"] for r in found.part(0, "field")] == ["True", "card"]
    assert found.n_small == {"0": 1, "1": 0}
    assert evidence(smallest=4).n_small == {"0": 0, "1": 0}
    assert found.n == {"0": 60, "1": 60}


def test_fields_are_ordered_by_how_much_they_tell():
    assert evidence().order(0, ["app", "sat", "age"]) == ["sat", "app", "age"]


def test_marks_are_effects_by_item_and_answer():
    marks = evidence().marks(1)
    assert marks["sat"] > marks["imp"] > 0
    assert "way = card" in marks
