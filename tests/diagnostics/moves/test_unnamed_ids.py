import uuid
import warnings

import pandas as pd
import pytest

from segkit import SegkitWarning
from segkit.diagnostics import migration
from segkit.diagnostics.moves.unnamed_ids import warn_of_unnamed_ids


def tagged(frame_kind, ids, **columns):
    return frame_kind.make({"customer_id": ids, "segment": [0, 0, 1], **columns})


def test_rows_of_other_people_are_named_with_the_remedy(frame_kind):
    tables = (tagged(frame_kind, ids) for ids in (["a", "b", "c"], ["a", "c", "d"]))
    with pytest.warns(
        SegkitWarning, match=r"`customer_id` differs in 2 of 3 rows\. Give ids='customer_id'"
    ):
        warn_of_unnamed_ids(*tables)


def test_the_same_people_other_kinds_gaps_and_other_columns_pass(frame_kind):
    same = tagged(frame_kind, [1, 2, 3], amount=[1.0, 2.0, 3.0])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warn_of_unnamed_ids(same, tagged(frame_kind, [1, 2, 3], amount=[9.0, 9.0, 9.0]))
        warn_of_unnamed_ids(same, tagged(frame_kind, ["1", "2", "3"]))
        warn_of_unnamed_ids(same, tagged(frame_kind, [1, 2, None]))
        warn_of_unnamed_ids(same, frame_kind.make({"customer_id": [7], "segment": [0]}))
        warn_of_unnamed_ids(same, "tagged.parquet")


@pytest.mark.parametrize(
    "values",
    [[None] * 3, [[1], [2], [3]], [{"a": 1}] * 3, [1, "x", 2], [b"a", b"b", b"c"],
     [uuid.UUID(int=i) for i in range(3)], [True, False, True],
     pd.to_datetime(["2026-01-01"] * 3)],
)  # fmt: skip
def test_what_cannot_be_an_id_is_no_reason_to_stop(values):
    before = pd.DataFrame({"user_id": values, "segment": [0, 0, 1]})
    after = before.iloc[::-1].reset_index(drop=True)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warn_of_unnamed_ids(before, after)


def test_categories_are_compared_by_their_texts():
    before = pd.DataFrame({"user_id": pd.Categorical(["a", "b"])})
    with pytest.warns(SegkitWarning, match="differs in 2 of 2 rows"):
        warn_of_unnamed_ids(before, before.iloc[::-1].reset_index(drop=True))


def test_migration_warns_and_a_named_id_does_not():
    before = pd.DataFrame({"id": [1, 2, 3, 4], "segment": [0, 0, 1, 1]})
    after = before.iloc[[1, 0, 3, 2]].reset_index(drop=True)
    with pytest.warns(SegkitWarning, match="Row i of before is taken for row i of after"):
        found = migration(before, after)
    assert found.summary().startswith("4 customers")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        migration(before, after, ids="id")
