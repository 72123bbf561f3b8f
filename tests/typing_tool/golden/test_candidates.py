"""Which lists are allowed, and what is refused."""

import numpy as np
import pytest

from segkit.exceptions import SegkitError
from segkit.typing_tool import golden_questions
from segkit.typing_tool.golden.candidates import Rules, read_candidates

pd = pytest.importorskip("pandas")
NAMES = list("abcdef")


def codes(n=60):
    return np.random.default_rng(0).integers(0, 5, (n, 6)).astype(np.uint8)


def read(**rules):
    return read_candidates(NAMES, codes(), Rules(**{"max_items": 6, **rules}))


def survey(n=300):
    rng = np.random.default_rng(0)
    items = pd.DataFrame(rng.integers(1, 6, (n, 6)), columns=NAMES)
    pull = np.column_stack([items["a"], items["c"], items["f"]]) + rng.gumbel(size=(n, 3))
    return items, pull.argmax(axis=1)


def test_a_whole_battery_is_one_unit():
    found = read(blocks={"x": ["a", "c"]})
    assert [u.items for u in found.units] == [(0, 2), (1,), (3,), (4,), (5,)]
    assert found.units[0].cost == 2
    assert not read(blocks={"x": ["a", "c"]}, max_items=1).allows([0])


def test_of_one_battery_only():
    found = read(blocks={"x": ["a", "b"], "y": ["c", "d"]}, battery="one")
    assert found.allows([0, 1, 4])
    assert not found.allows([0, 2])
    assert 2 not in found.next_units([0])


def test_seconds_and_a_budget():
    found = read(costs={"a": 4, "b": 2}, budget=6)
    assert [u.cost for u in found.units] == [4, 2, 3, 3, 3, 3]
    assert found.allows([0, 1])
    assert not found.allows([0, 2])


def test_must_haves_come_first_and_left_out_items_never():
    found = read(must_have=["d"], leave_out=["a", "b"])
    assert found.items_of(found.next_units([])) == (3,)
    assert found.items_of(found.next_units([1])) == (2, 4, 5)


def test_an_item_that_repeats_another_turned_round_is_left_aside():
    table = codes()
    table[:, 4] = 4 - table[:, 1]
    found = read_candidates(NAMES, table, Rules(6))
    assert found.repeated == ((4, 1),)
    cheap = read_candidates(NAMES, table, Rules(6, costs={"b": 9, "e": 1}))
    assert cheap.repeated == ((1, 4),)


@pytest.mark.parametrize(
    ("rules", "text"),
    [
        ({"must_have": ["z"]}, "must_have names `z`, which is not among the items `a`"),
        ({"must_have": "a", "leave_out": "a"}, "`a` is in must_have and in leave_out"),
        ({"battery": "half"}, "battery='half' is not known"),
        ({"blocks": ["a"]}, "blocks is a list; expected a mapping"),
        ({"blocks": {"x": ["a"], "y": ["a"]}}, "`a` is in two batteries"),
        ({"costs": [1]}, "costs is a list; expected a mapping of items to seconds"),
        ({"costs": {"a": 0}}, "costs holds no seconds, or zero"),
        ({"costs": {"a": "x"}}, r"costs\['a'\]='x' was given"),
        ({"budget": 0.5}, "No item fits max_items=6 and the budget of 0.5 seconds"),
        ({"must_have": ["a", "b"], "max_items": 1}, "must_have asks `a`, `b` .2 items"),
        ({"leave_out": NAMES}, "No item is left to ask"),
    ],
)
def test_rules_that_cannot_be_kept_are_refused(rules, text):
    with pytest.raises(SegkitError, match=text):
        read(**rules)


def test_lists_keep_to_the_rules():
    items, segments = survey()
    whole = golden_questions(items, segments, 4, blocks={"x": ["a", "b"]}, n_folds=3)
    for chosen in whole.lists.values():
        assert len({"a", "b"} & set(chosen)) in (0, 2)
    one = golden_questions(
        items, segments, 4, blocks={"x": ["a", "b"], "y": ["c", "d"]}, battery="one", n_folds=3
    )
    for chosen in one.lists.values():
        assert not ({"a", "b"} & set(chosen) and {"c", "d"} & set(chosen))
    first = golden_questions(items, segments, 3, must_have=["e"], leave_out=["a"], n_folds=3)
    assert first.items(1) == ("e",)
    assert all("e" in chosen and "a" not in chosen for chosen in first.lists.values())


def test_a_dear_item_is_asked_later_and_a_budget_is_kept():
    items, segments = survey()
    seconds = dict.fromkeys(NAMES, 5.0) | {"a": 60.0}
    found = golden_questions(items, segments, 4, costs=seconds, n_folds=3)
    assert found.items(1) != ("a",)
    tight = golden_questions(items, segments, 4, costs=seconds, budget=16, n_folds=3)
    assert max(tight.frame()["cost"]) <= 16
    assert all("a" not in chosen for chosen in tight.lists.values())
