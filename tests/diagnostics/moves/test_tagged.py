import numpy as np
import pandas as pd
import pytest

from segkit.diagnostics.moves.tagged import read_tagged, segments_of
from segkit.exceptions import SegkitError


def read(base, **given):
    options = {"segment": "segment", "ids": None, "sample_weight": None, "what": "before"}
    return read_tagged(base, **(options | given))


@pytest.mark.parametrize(
    "tags",
    [
        pd.array([1, None, 4], dtype="Int64"),
        np.array([1.0, np.nan, 4.0]),
        ["1", None, "4"],
        pd.Categorical(["1", None, "4"], categories=["4", "2", "1"]),
    ],
)
def test_tags_are_read_from_any_kind_of_column(tags):
    found = read(pd.DataFrame({"segment": tags}))
    assert found.segments == ("1", "4")
    assert found.tags.tolist() == [0, -1, 1]


def test_frames_of_both_kinds_and_files_say_the_same(frame_kind, tmp_path):
    columns = {"segment": [2, None, 0], "probability_0": [0.2, 0.3, 0.9], "id": ["a", "b", "c"]}
    made = frame_kind.make(columns)
    path = tmp_path / "tagged.parquet"
    pd.DataFrame(columns).to_parquet(path)
    for base in (made, path, [str(path)]):
        found = read(base, ids="id")
        assert found.tags.tolist() == [1, -1, 0]
        assert found.probabilities["0"].tolist() == pytest.approx([0.2, 0.3, 0.9])
        assert found.keys.values.size == found.n == 3


def test_segments_stand_in_order_of_number_or_of_probabilities():
    numbers = [read(pd.DataFrame({"segment": s})) for s in ([10, 9], [2, 11])]
    assert segments_of(numbers) == ("2", "9", "10", "11")
    named = {
        "segment": ["Zen", "Ace"],
        "probability_Zen": [0.9, 0.1],
        "probability_Ace": [0.1, 0.9],
    }
    assert segments_of([read(pd.DataFrame(named))]) == ("Zen", "Ace")


def test_a_column_without_any_tag_is_all_untagged():
    polars = pytest.importorskip("polars")
    nothing = [pd.DataFrame({"segment": [None, None]}), polars.DataFrame({"segment": [np.nan] * 2})]
    for frame in nothing:
        assert read(frame).tags.tolist() == [-1, -1]
    with_gap = polars.DataFrame({"segment": [3.0, np.nan, None]})
    assert read(with_gap).tags.tolist() == [0, -1, -1]


def test_weights_are_a_column_or_an_array():
    frame = pd.DataFrame({"segment": [0, 1], "w": [2.0, 3.0]})
    for given in ("w", [2.0, 3.0]):
        assert read(frame, sample_weight=given).weights.tolist() == [2.0, 3.0]
    with pytest.raises(SegkitError, match="Of before: sample_weight is -1"):
        read(frame, sample_weight=[-1, 2])


def test_absent_columns_are_named_with_the_remedy():
    with pytest.raises(SegkitError, match=r"before lacks `segment`, `id`; it has `tag`.*segment="):
        read(pd.DataFrame({"tag": [1]}), ids="id")


def test_what_is_no_segment_is_refused():
    for values, said in (
        ([0.5, 1.0], r"holds 0\.5; expected whole numbers"),
        ([True, False], "holds bool; expected segments"),
    ):
        with pytest.raises(SegkitError, match=said):
            read(pd.DataFrame({"segment": values}))
    with pytest.raises(SegkitError, match="mixes kinds"):
        read(pd.DataFrame({"segment": ["a", 1]}))
    with pytest.raises(SegkitError, match=r"`probability_0` of before holds .*string"):
        read(pd.DataFrame({"segment": [0, 1], "probability_0": ["a", "b"]}))
    with pytest.raises(SegkitError, match="called `leavers`"):
        segments_of([read(pd.DataFrame({"segment": ["leavers", "b"]}))])


@pytest.mark.parametrize("given", [{"ids": [1, 2]}, {"segment": ("a", "b")}])
def test_columns_are_given_by_name(given):
    table = pd.DataFrame({"customer_id": [1, 2], "segment": [0, 1]})
    told = {"segment": "segment", "ids": "customer_id", "sample_weight": None, "what": "before"}
    with pytest.raises(SegkitError, match="expected the names of columns that both tables have"):
        read_tagged(table, **(told | given))
