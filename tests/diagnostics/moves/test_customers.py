import pandas as pd
import pytest

from segkit.diagnostics import migration
from segkit.exceptions import SegkitError

BEFORE = {"id": ["a", "b", "c", "d"], "segment": [0, 0, None, 1]}
AFTER = {"id": ["z", "d", "c", "a"], "segment": [1, None, 1, 0]}


def test_everybody_is_there_once_with_what_became_of_them(frame_kind):
    found = migration(frame_kind.make(BEFORE), frame_kind.make(AFTER), ids="id").customers()
    assert type(found) is type(frame_kind.make(BEFORE))
    rows = {
        r[0]: r[1:4] for r in zip(*(found[c] for c in ("id", "from", "to", "kind")), strict=True)
    }
    assert rows == {
        "a": ("0", "0", "same"),
        "b": ("0", "leavers", "leaver"),
        "c": ("untagged", "1", "tagged"),
        "d": ("1", "untagged", "untagged"),
        "z": ("entrants", "1", "entrant"),
    }


def test_some_are_asked_for_by_kind():
    found = migration(pd.DataFrame(BEFORE), pd.DataFrame(AFTER), ids="id")
    assert found.customers("entrant")["id"].tolist() == ["z"]
    with pytest.raises(SegkitError, match="kind='moved' is not known"):
        found.customers("moved")


def test_without_ids_rows_are_numbered():
    before, after = pd.DataFrame({"segment": [0, 1]}), pd.DataFrame({"segment": [0, 0]})
    found = migration(before, after).customers()
    assert found["row_before"].tolist() == found["row_after"].tolist() == [0, 1]
    # without probabilities, nobody knows what a changed tag is
    assert found["kind"].isna().tolist() == [False, True]


def test_no_other_result_names_anybody():
    found = migration(pd.DataFrame(BEFORE), pd.DataFrame(AFTER), ids="id")
    shown = repr(found) + found._repr_html_() + str(found.frame()) + str(found.matrix)
    assert "'z'" not in shown
    assert ">z<" not in shown
