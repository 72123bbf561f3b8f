import numpy as np
import pytest
from numpy.testing import assert_array_equal

from segkit.diagnostics.waves.two_waves import read_waves
from segkit.exceptions import SegkitError

N = 200


def answers(seed, **changed):
    rng = np.random.default_rng(seed)
    plain = {f"q{j}": rng.integers(1, 6, N).astype(float) for j in (1, 2, 3)}
    plain["amount"] = rng.exponential(100, N)
    return plain | changed


def test_items_are_put_in_the_order_of_the_old_wave(frame_kind):
    old, new = answers(0), answers(1)
    moved = {name: new[name] for name in reversed(new)}
    found = read_waves(frame_kind.make(old), frame_kind.make(moved), None, None)
    assert found.items == tuple(old)
    assert_array_equal(found.new.values, np.column_stack(list(new.values())))


def test_the_column_of_ids_is_no_item(frame_kind):
    old, new = ({"who": np.arange(N) + s, **answers(s)} for s in (0, 1))
    found = read_waves(frame_kind.make(old), frame_kind.make(new), "who", None)
    assert found.items == tuple(answers(0))
    assert found.people.n_panel == N - 1


def refused(frame_kind, old, new, says, **given):
    with pytest.raises(SegkitError, match=says):
        read_waves(
            frame_kind.make(old),
            frame_kind.make(new),
            given.get("ids"),
            given.get("sample_weight"),
        )


def test_renamed_items_are_named_on_both_sides(frame_kind):
    new = {name.replace("q2", "q_02"): v for name, v in answers(1).items()}
    refused(frame_kind, answers(0), new,
            "X_new lacks `q2`; X_new has `q_02`, which X_old does not.*Rename")  # fmt: skip


def test_items_that_only_one_wave_asked_are_named(frame_kind):
    new = {name: v for name, v in answers(1).items() if name != "q3"}
    refused(frame_kind, answers(0), new, "X_new lacks `q3`; expected the same items")
    refused(frame_kind, new, answers(0), "X_new has `q3`, which X_old does not; expected the same")


def test_text_in_place_of_codes_is_named(frame_kind):
    new = answers(1, q2=np.array(["agree", "disagree"] * (N // 2)))
    refused(frame_kind, answers(0), new, "`q2` in X_new holds 'agree' in row 0; expected numbers")


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        (lambda q: q * 2 - 1, r"`q2` runs from 1 to 5 in X_old and from 1 to 9 in X_new"),
        (lambda q: q - 1, r"`q2` runs from 1 to 5 in X_old and from 0 to 4 in X_new"),
        (lambda q: np.minimum(q, 3), r"`q2` runs from 1 to 5 in X_old and from 1 to 3 in X_new"),
        (lambda q: q / 5, r"`q2` holds 0.\d in X_new, but whole numbers from 1 to 5 in X_old"),
    ],
)
def test_another_scale_is_named(frame_kind, changed, says):
    new = answers(1)
    refused(frame_kind, answers(0), new | {"q2": changed(new["q2"])}, says)


def test_amounts_in_another_unit_are_named(frame_kind):
    new = answers(1)
    refused(frame_kind, answers(0), new | {"amount": 1000 * new["amount"]}, "`amount` runs from")


def test_a_rare_category_that_one_wave_lacks_is_no_other_scale():
    old, new = answers(0), answers(1)
    new["q1"][new["q1"] == 5] = 4
    new["q1"][:3] = 5
    old["q1"][old["q1"] == 5] = 4
    found = read_waves(*(np.column_stack(list(t.values())) for t in (old, new)), None, None)
    assert found.items[0] == "x1"


def test_few_people_may_lack_a_category_by_chance():
    old, new = (np.column_stack(list(answers(s).values()))[:20] for s in (0, 1))
    old[:, 0], new[:, 0] = np.tile([1, 2, 3, 4, 5], 4), np.tile([1, 2, 3, 4], 5)
    new[:, 3] = old[:, 3]
    assert read_waves(old, new, None, None).items[0] == "x1"


def test_a_yes_or_no_that_nobody_says_any_more_is_no_other_scale():
    old = np.random.default_rng(0).integers(0, 2, (N, 2)).astype(float)
    new = old.copy()
    new[:, 1] = 0.0
    assert read_waves(old, new, None, None).items == ("x1", "x2")


@pytest.mark.parametrize("weight", [np.ones(N), (np.ones(N),)])
def test_weights_come_as_a_pair(frame_kind, weight):
    refused(frame_kind, answers(0), answers(1), "expected a pair", sample_weight=weight)


def test_weights_may_be_a_column_of_both_which_is_no_item(frame_kind):
    w, v = (np.random.default_rng(s).integers(1, 4, N).astype(float) for s in (5, 6))
    old, new = (frame_kind.make(answers(s) | {"w": x}) for s, x in ((0, w), (1, v)))
    found = read_waves(old, new, None, "w")
    assert found.weighted
    assert "w" not in found.items
    assert_array_equal(found.old.w, w)
    assert_array_equal(found.new.w, v)
    other = read_waves(frame_kind.make(answers(0)), new, None, (w, "w"))
    assert_array_equal(other.new.w, v)
    refused(frame_kind, answers(0), answers(1), "X_old lacks `w`; it has", sample_weight="w")
    with pytest.raises(SegkitError, match="names a column, but X_old is an array"):
        read_waves(np.eye(3), np.eye(3), None, "w")


def test_wrong_weights_are_those_of_a_wave(frame_kind):
    bad = np.ones(N), np.ones(N - 1)
    refused(frame_kind, answers(0), answers(1), "Of X_new: sample_weight has", sample_weight=bad)


def test_one_wave_may_be_unweighted(frame_kind):
    old, new = frame_kind.make(answers(0)), frame_kind.make(answers(1))
    found = read_waves(old, new, None, (None, np.full(N, 2.0)))
    assert found.weighted
    assert_array_equal(found.old.w, 1.0)
    assert_array_equal(found.new.w, 2.0)


def test_waves_that_are_not_in_memory_are_refused_by_name():
    polars = pytest.importorskip("polars")
    here = polars.DataFrame({"a": [1, 2], "b": [2, 1]})
    for tables, what in (((here.lazy(), here), "X_old"), ((here, here.lazy()), "X_new")):
        with pytest.raises(SegkitError, match=rf"{what} is a LazyFrame of polars.*collect\(\)"):
            read_waves(*tables, None, None)


def test_a_frame_and_an_array_are_refused(frame_kind):
    with pytest.raises(SegkitError, match="expected two frames, or two arrays"):
        read_waves(frame_kind.make(answers(0)), np.ones((N, 4)), None, None)


def test_arrays_of_other_widths_are_refused():
    with pytest.raises(SegkitError, match="X_old has 3 items and X_new 2"):
        read_waves(np.eye(3), np.ones((3, 2)), None, None)
