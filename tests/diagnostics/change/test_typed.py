from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from segkit.diagnostics.change.typed import tool_fields, typed_by
from segkit.exceptions import SegkitError
from segkit.typing_tool import TypingTool


def tool(**more):
    return SimpleNamespace(
        feature_names_in_=np.array(["age"], dtype=object),
        classes_=np.array(["young", "old"], dtype=object),
        predict_proba=lambda t: np.column_stack([t["age"] < 50, t["age"] >= 50]) * 0.6 + 0.2,
        **more,
    )


def test_both_tables_are_typed_by_the_tools_own_fields():
    tables = (pd.DataFrame({"id": [1, 2], "age": [30, 70]}), pd.DataFrame({"age": [60]}))
    typed = typed_by(tool(), *tables)
    assert typed.names == ["age"]
    assert typed.before.round(1).tolist() == [[0.8, 0.2], [0.2, 0.8]]
    assert typed.tags.segments == ("young", "old")
    assert (typed.tags.before.tolist(), typed.tags.after.tolist()) == ([0, 1], [1])
    assert typed_by(tool(abstain_below=0.9), *tables).tags.after.tolist() == [2]


def test_an_unfitted_tool_and_an_absent_field_are_named():
    with pytest.raises(SegkitError, match="is not fitted"):
        tool_fields(TypingTool())
    table = pd.DataFrame({"age": [1]})
    with pytest.raises(SegkitError, match="current lacks `age`"):
        typed_by(tool(), table, table.rename(columns={"age": "years"}))


@pytest.mark.parametrize(("at", "what"), [(0, "reference"), (1, "current")])
def test_the_table_that_the_tool_cannot_read_is_named(at, what):
    age = np.random.default_rng(0).integers(20, 70, 200)
    fields = pd.DataFrame({"age": age})
    fitted = TypingTool(n_trees=5, n_folds=2).fit(fields, (age > 45).astype(int))
    tables = [fields, fields]
    tables[at] = pd.DataFrame({"age": ["a year", "unknown"] * 100})
    words = rf"The tool cannot type {what}: `age` holds text .* in fields, but number .* in the sur"
    with pytest.raises(SegkitError, match=words):
        typed_by(fitted, *tables)
