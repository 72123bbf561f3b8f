import json

import numpy as np
import pytest

from segkit.diagnostics import TableBins, learn_bins
from segkit.diagnostics.counting.field_bins import FieldBins
from segkit.diagnostics.counting.table_bins import table_weights
from segkit.exceptions import SegkitError


def test_bins_come_back_from_plain_values(frame_kind):
    table = frame_kind.make(
        {"age": np.arange(120.0), "id": np.arange(120), "plan": ["a", "b"] * 60}
    )
    bins = learn_bins(table)
    assert bins.left_out == ("`id` (an id)",)
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


def test_a_part_may_hold_nobody_of_weight(frame_kind):
    assert table_weights(frame_kind.make({"w": [0.0, 0.0]}), "w").tolist() == [0, 0]
    assert table_weights(frame_kind.make({"w": []}), "w").size == 0
    with pytest.raises(SegkitError, match=r"sample_weight is -1.0 in row 1"):
        table_weights(frame_kind.make({"w": [1.0, -1.0]}), "w")
