import numpy as np
import pytest

from segkit.diagnostics import learn_bins
from segkit.exceptions import SegkitError

N = 120


@pytest.fixture
def table(frame_kind):
    return frame_kind.make(
        {
            "age": np.arange(N, dtype=float),
            "rating": [1, 2, 3] * 40,
            "plan": ["a", "b"] * 58 + ["Ann's", "Bob's", "Ann's", None],
            "autopay": [True, False] * 60,
            "customer_id": [f"c{i:03}" for i in range(N)],
            "tag": ["x", "y"] * 60,
            "w": [1.0, 2.0] * 60,
        }
    )


def test_every_column_but_ids_tags_and_weights_is_a_field(table):
    bins = learn_bins(table, sample_weight="w", segments="tag")
    assert bins.names == ("age", "rating", "plan", "autopay")
    assert [f.kind for f in bins.fields] == ["number", "value", "level", "level"]
    assert bins.left_out == ("`customer_id` (an id)",)


def test_a_text_that_few_respondents_hold_has_no_bin_and_no_name(table):
    plan = learn_bins(table, ["plan"]).fields[0]
    assert plan.names() == ["a", "b", "other levels", "missing", "never seen"]
    assert plan.pooled == 2
    everyone = learn_bins(table, ["plan"], min_respondents=1).fields[0]
    assert everyone.names() == ["Ann's", "Bob's", "a", "b", "missing", "never seen"]


def test_few_of_thousands_of_levels_are_kept_the_most_frequent(frame_kind):
    texts = [f"shop {i:04}" for i in range(2000) for _ in range(5 + (i < 3))]
    bins = learn_bins(frame_kind.make({"shop": texts}), ["shop"], max_levels=4).fields[0]
    assert bins.values == ("shop 0000", "shop 0001", "shop 0002", "shop 0003")
    assert bins.pooled == 1996


def test_the_largest_value_alone_can_fill_every_decile(frame_kind):
    heaped = frame_kind.make({"limit": [float(i) for i in range(12)] + [50.0] * 988})
    bins = learn_bins(heaped).fields[0]
    assert bins.edges == (11.0,)
    assert bins.names()[:2] == ["up to 11", "above 11"]


def test_a_reference_must_hold_somebody(frame_kind):
    with pytest.raises(SegkitError, match="the reference has 0 rows"):
        learn_bins(frame_kind.make({"age": []}))
    with pytest.raises(SegkitError, match="zero everywhere"):
        learn_bins(frame_kind.make({"age": [1.0], "w": [0.0]}), ["age"], "w")


def test_arguments_are_checked_wherever_the_table_lies(tmp_path, table):
    for given in (table, tmp_path / "absent.parquet"):
        with pytest.raises(SegkitError, match="max_levels"):
            learn_bins(given, max_levels=0)
        with pytest.raises(SegkitError, match="min_respondents"):
            learn_bins(given, min_respondents="five")
