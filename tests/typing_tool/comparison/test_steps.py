import numpy as np
import pytest

from segkit.typing_tool import TypingTool
from segkit.typing_tool.comparison.steps import Steps, codebook_changes


@pytest.fixture(scope="module")
def fitted(people):
    pandas = pytest.importorskip("pandas")
    made = people(300)
    fields = pandas.DataFrame(made.columns)

    def fit(change=lambda f: f, segments=made.segments, **options):
        return TypingTool(n_trees=5, n_folds=2, **options).fit(change(fields), segments)

    return fit


def book(tool):
    return tool.model_.codes


def test_codebook_changes_are_told_by_field(fitted):
    plain = fitted()
    assert {kind for _, kind, _ in codebook_changes(book(plain), book(plain))} == {"same"}

    def change(fields):
        out = fields.drop(columns="region").assign(channel=fields["plan"])
        out["age"] = np.minimum(fields["age"], 60)
        out["plan"] = fields["plan"].replace({"basic": "start", "plus": "more"})
        out["online"] = fields["online"].astype(int)
        return out

    found = {
        f: (kind, what) for f, kind, what in codebook_changes(book(plain), book(fitted(change)))
    }
    assert found["income"] == ("same", "")
    assert found["region"] == ("dropped", "the second tool does not ask for it")
    assert found["channel"] == ("added", "the first tool does not ask for it")
    assert found["age"][0] == "bins"
    assert found["plan"] == ("levels", "more, start new; basic, plus gone")
    assert found["online"] == ("kind", "boolean became number")


def test_levels_in_another_order_are_another_codebook(fitted):
    plain, other = fitted(), fitted(segments=np.arange(300) % 3)
    kinds = {
        f: what for f, kind, what in codebook_changes(book(plain), book(other)) if kind != "same"
    }
    assert set(kinds) <= {"region", "plan", "online"}
    assert set(kinds.values()) == {"the same values, coded otherwise"}


def parts(first, second):
    return Steps(first._tagger(), second._tagger()).parts


def test_parts_are_named_by_what_can_be_exchanged(fitted):
    plain = fitted()
    rest = ("calibration", "abstention cut")
    assert parts(plain, fitted(random_state=1)) == ("votes", *rest)
    fewer = fitted(lambda f: f.drop(columns="region"))
    assert parts(plain, fewer) == ("different fields", *rest)
    capped = fitted(lambda f: f.assign(age=np.minimum(f["age"], 60)))
    assert parts(plain, capped) == ("codebook and votes", *rest)
    named = fitted(segments=np.array(["a", "b", "c"])[np.arange(300) % 3])
    assert parts(plain, named)[1:] == ("abstention cut",)
    assert parts(plain, named)[0].endswith("votes and calibration")
