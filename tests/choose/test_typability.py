import numpy as np
import pytest

from segkit.choose.typability import typable_fields, typed_kappa
from segkit.exceptions import SegkitError

RNG = np.random.default_rng(0)
LABELS = np.repeat([0, 1, 2], [150, 100, 50])


def fields_of(frame_kind, labels):
    return frame_kind.make({"age": 20.0 * labels + RNG.normal(size=labels.size), "n": labels % 2})


def test_fields_that_tell_have_a_high_kappa_and_others_none(frame_kind):
    telling = fields_of(frame_kind, LABELS)
    assert typed_kappa(telling, LABELS, np.ones(300), 0) > 0.95
    assert abs(typed_kappa(telling, RNG.permutation(LABELS), np.ones(300), 0)) < 0.15


def test_rows_and_names_of_segments_do_not_matter(frame_kind):
    noisy = np.where(RNG.random(300) < 0.3, RNG.permutation(LABELS), LABELS)
    table = {"a": noisy.astype(float), "b": RNG.normal(size=300)}
    turned = RNG.permutation(300)
    one = typed_kappa(frame_kind.make(table), LABELS, np.ones(300), 0)
    shuffled = frame_kind.make({name: v[turned] for name, v in table.items()})
    assert typed_kappa(shuffled, LABELS[turned], np.ones(300), 0) == one


def test_noise_is_left_out_and_tiny_segments_give_no_figure(frame_kind):
    table = fields_of(frame_kind, LABELS)
    labels = np.where(np.arange(300) < 20, -1, LABELS)
    assert typed_kappa(table, labels, np.ones(300), 0) > 0.9
    labels = np.where(np.arange(300) < 2, 3, LABELS)
    assert np.isnan(typed_kappa(table, labels, np.ones(300), 0))


def test_excluded_fields_are_not_used(frame_kind):
    table = fields_of(frame_kind, LABELS)
    assert list(typable_fields(table, ["n"], 300).columns) == ["age"]
    with pytest.raises(SegkitError, match="fields lacks `income`"):
        typable_fields(table, ["income"], 300)
    with pytest.raises(SegkitError, match="excludes every field"):
        typable_fields(table, ["n", "age"], 300)
    with pytest.raises(SegkitError, match="fields has 300 rows but X has 10"):
        typable_fields(table, [], 10)
