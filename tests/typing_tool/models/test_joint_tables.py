import numpy as np
import pytest

from segkit.typing_tool.models import joint_tables as module
from segkit.typing_tool.models.joint_tables import joint_tables, single_tables


@pytest.fixture
def masks():
    """Four trees, five fields, of which 3, 5, 60, 60 and 8 codes are told apart."""
    rng = np.random.default_rng(0)
    out = np.full((4, 5, 64), ~np.uint64(0))
    for field, size in enumerate((3, 5, 60, 60, 8)):
        out[:, field, :size] = rng.integers(0, 2**63, (4, size), dtype=np.uint64)
        out[:, field, size:] = out[:, field, size - 1 : size]
    return out


def joined(tables, codes, tree):
    at = tables.index(codes)
    parts = [t[tree, i] for t, i in zip(tables.tables, at, strict=True)]
    return np.bitwise_and.reduce(parts, axis=0)


@pytest.mark.parametrize("cells", [(64,), (512,), (4096,)])
def test_joint_and_single_tables_leave_the_same_leaves_open(masks, cells):
    codes = np.random.default_rng(1).integers(0, 64, (500, 5)).astype(np.uint8)
    single, joint = single_tables(masks), joint_tables(masks, cells)
    assert all(table.shape[1] <= cells[0] for table in joint.tables)
    for tree in range(4):
        expected = joined(single, codes, tree)
        np.testing.assert_array_equal(joined(joint, codes, tree), expected)


def test_fields_share_a_table_while_combinations_are_few(masks):
    joint = joint_tables(masks, (4096, 64))
    assert joint.sizes == (3, 5, 60, 60, 8)
    assert sorted(f for group in joint.groups for f in group) == [0, 1, 2, 3, 4]
    assert len(joint.groups) < 5


def test_tables_stay_within_their_bytes(masks, monkeypatch):
    monkeypatch.setattr(module, "TABLE_BYTES", 10_000)
    assert max(table.shape[1] for table in joint_tables(masks, (4096, 64)).tables) <= 64
