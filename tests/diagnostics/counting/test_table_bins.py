import numpy as np
import pytest

from segkit.diagnostics import TableBins, learn_bins
from segkit.diagnostics.counting.field_bins import FieldBins
from segkit.diagnostics.counting.table_bins import table_weights
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


def test_bins_come_back_from_plain_values(table):
    import json

    bins = learn_bins(table, sample_weight="w")
    again = TableBins.from_dict(json.loads(json.dumps(bins.to_dict())))
    assert again == bins
    assert again.version == bins.version
    assert again.left_out == bins.left_out


def test_bins_are_shown_by_their_fields_and_version(frame_kind):
    bins = learn_bins(frame_kind.make({f"f{i}": [1.0, 2.0] for i in range(300)}))
    shown = "`f0`, `f1`, `f2`, `f3`, `f4`, `f5` and 294 more"
    assert repr(bins) == f"TableBins({shown}; version='{bins.version}')"


def test_the_version_changes_with_any_bin():
    def of(edge):
        return TableBins((FieldBins("age", "number", "number", (edge,), centres=(-1.0, 1.0)),))

    assert of(1.0).version == of(1.0).version != of(2.0).version


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda d: d["fields"][0].update(edges=[2.0]), "announce .*: they were changed"),
        (lambda d: d["fields"][0].update(edges=[2.0, 1.0]), "`age` do not fit together"),
        (lambda d: d["fields"][0].update(edges="1"), "`age` hold `edges` that is not theirs"),
        (lambda d: d["fields"][0].update(kind="level"), "`age` do not fit together"),
        (lambda d: d["fields"][0].pop("kind"), "expected a field with its bins"),
        (lambda d: d.update(fields=3), "without a list of fields"),
    ],
)
def test_other_plain_values_are_refused(change, message):
    bins = TableBins((FieldBins("age", "number", "number", (1.0,), centres=(-1.0, 1.0)),))
    plain = bins.to_dict()
    change(plain)
    with pytest.raises(SegkitError, match=message):
        TableBins.from_dict(plain)


def test_a_reference_must_hold_somebody(frame_kind):
    with pytest.raises(SegkitError, match="the reference has 0 rows"):
        learn_bins(frame_kind.make({"age": []}))
    with pytest.raises(SegkitError, match="zero everywhere"):
        learn_bins(frame_kind.make({"age": [1.0], "w": [0.0]}), ["age"], "w")


def test_a_part_may_hold_nobody_of_weight(frame_kind):
    assert table_weights(frame_kind.make({"w": [0.0, 0.0]}), "w").tolist() == [0, 0]
    assert table_weights(frame_kind.make({"w": []}), "w").size == 0
    with pytest.raises(SegkitError, match=r"sample_weight is -1.0 in row 1"):
        table_weights(frame_kind.make({"w": [1.0, -1.0]}), "w")
