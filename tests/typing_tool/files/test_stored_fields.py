import copy
import json

import numpy as np
import pytest

from segkit.exceptions import SegkitError
from segkit.typing_tool.files.stored_fields import read_codes, write_codes


@pytest.fixture(scope="module")
def codes(small_tool):
    return small_tool.model_.codes


@pytest.fixture
def stored(codes):
    """The entries as they come back from JSON, and the arrays."""
    entries, arrays = write_codes(codes)
    return json.loads(json.dumps(entries)), {n: a.copy() for n, a in arrays.items()}


def same(first, second):
    for a, b in zip(first.fields, second.fields, strict=True):
        for name in a.__dataclass_fields__:
            np.testing.assert_array_equal(getattr(a, name), getattr(b, name))


def test_a_codebook_that_is_written_is_read_again(codes, stored):
    entries, arrays = stored
    same(read_codes(entries, **arrays), codes)


def test_a_file_from_before_shares_were_kept_is_read(codes, stored):
    entries, arrays = stored
    for entry in entries:
        del entry["shares"]
    assert [f.shares for f in read_codes(entries, **arrays).fields] == [()] * len(entries)


def field(kind, entries):
    return next(e for e in entries if e["kind"] == kind)


CHANGES = {
    "no fields": (lambda e: e.clear(), "the fields are"),
    "a name twice": (lambda e: e[1].update(name=e[0]["name"]), "the names of fields are"),
    "a kind unknown": (lambda e: field("text", e).update(kind="date"), "is out of range"),
    "edges of another field": (
        lambda e: field("number", e).update(n_edges=63),
        "the codes of a field are",
    ),
    "a level twice": (
        lambda e: field("text", e)["levels"].__setitem__(0, field("text", e)["levels"][1]),
        "the levels are",
    ),
    "a level that is no text": (
        lambda e: field("text", e)["levels"].__setitem__(0, 1),
        "a text is",
    ),
    "a number with an unheard level": (lambda e: field("number", e).update(unseen=0), "is out of"),
    "a text without": (lambda e: field("text", e).update(unseen=-1), "is out of range"),
    "more codes than there are": (lambda e: e[0].update(n_codes=e[0]["n_codes"] + 1), "out of"),
    "too many codes": (lambda e: e[0].update(n_codes=65), "a whole number is"),
    "half a code": (lambda e: e[0].update(missing=0.5), "a whole number is"),
    "shares that do not sum": (lambda e: e[0]["shares"].__setitem__(0, 2.0), "a share is"),
    "shares of others": (lambda e: e[0].update(shares=[1.0]), "the shares are"),
}  # fmt: skip


@pytest.mark.parametrize("name", CHANGES)
def test_an_entry_that_means_nothing_is_refused(name, stored):
    change, message = CHANGES[name]
    entries, arrays = stored
    changed = copy.deepcopy(entries)
    change(changed)
    with pytest.raises(SegkitError, match=message):
        read_codes(changed, **arrays)


@pytest.mark.parametrize("entries", [None, {}, "fields", [{}] * 10_001])
def test_what_is_no_list_of_fields_is_refused(entries, stored):
    with pytest.raises(SegkitError, match="the fields are out of range"):
        read_codes(entries, **stored[1])


@pytest.mark.parametrize(
    ("name", "change", "message"),
    [
        ("edges", lambda a: a[::-1].copy(), "the edges are"),
        ("edges", lambda a: a.astype(np.float32), "the edges are"),
        ("edges", lambda a: a[:, None], "the edges are"),
        ("edges", lambda a: np.append(a, 9.0), "the fields are"),
        ("edges", lambda a: a[:-1], "is out of range"),
        ("edges", lambda a: np.where(np.arange(a.size) == 0, np.nan, a), "the edges are"),
        ("codes", lambda a: a.astype(np.int32), "the codes are"),
        ("codes", lambda a: np.append(a, 0), "the fields are"),
        ("codes", lambda a: np.zeros_like(a), "the codes of a field are"),
        ("codes", lambda a: a + 1, "the codes of a field are"),
    ],
)
def test_arrays_that_do_not_fit_are_refused(name, change, message, stored):
    entries, arrays = stored
    with pytest.raises(SegkitError, match=message):
        read_codes(entries, **(arrays | {name: change(arrays[name])}))
