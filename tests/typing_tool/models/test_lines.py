import numpy as np

from segkit.typing_tool.models.joint_tables import joint_tables
from segkit.typing_tool.models.lines import LANES, LINE, cell_steps, side_by_side


def test_trees_stand_side_by_side_and_lines_begin_where_the_cache_does():
    cells = np.random.default_rng(0).integers(1, 2**60, (11, 5), dtype=np.uint64)
    lines = side_by_side(cells)
    assert lines.shape == (2, 5, LANES)
    assert lines.ctypes.data % LINE == 0
    by_tree = lines.transpose(0, 2, 1).reshape(16, 5)
    np.testing.assert_array_equal(by_tree[:11], cells)
    assert (by_tree[11:] == 1).all()  # no tree: always the first leaf


def test_steps_lead_to_the_cell_that_the_joint_tables_name():
    rng = np.random.default_rng(1)
    # masks change up to the last code that a field is split at
    masks = np.full((3, 5, 64), 2**64 - 1, np.uint64)
    for field, last in enumerate((2, 50, 7, 63, 1)):
        masks[:, field, : last + 1] = rng.integers(1, 2**60, (3, last + 1), dtype=np.uint64)
        masks[:, field, last + 1 :] = masks[:, field, last, None]
    joint = joint_tables(masks, (512,))
    assert 1 < len(joint.groups) < 5
    codes = rng.integers(0, 64, (500, 5))
    steps, group = cell_steps(joint)
    starts = np.cumsum([0, *(table.shape[1] for table in joint.tables)])
    for g, at in enumerate(joint.index(codes)):
        members = np.flatnonzero(group == g)
        np.testing.assert_array_equal(steps[members, codes[:, members]].sum(axis=1), at + starts[g])
