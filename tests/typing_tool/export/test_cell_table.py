"""Cells that a forest tells apart."""

import numpy as np

from segkit.typing_tool.export.cell_table import CellTable, count_cells, used_thresholds
from segkit.typing_tool.models.forest import Forest

# two trees: field 0 parted at 3 and at 5, field 2 at 1, field 1 not at all
FOREST = Forest(
    starts=np.array([0, 5, 8]),
    feature=np.array([0, -1, 2, -1, -1, 0, -1, -1]),
    threshold=np.array([3, 0, 1, 0, 0, 5, 0, 0]),
    left=np.array([1, -1, 3, -1, -1, 1, -1, -1]),
    right=np.array([2, -1, 4, -1, -1, 2, -1, -1]),
    votes=np.zeros((8, 2), dtype=np.int32),
    n_fields=3,
)


def test_cells_are_the_combinations_that_some_tree_tells_apart():
    assert [c.tolist() for c in used_thresholds(FOREST)] == [[3, 5], [], [1]]
    assert count_cells(FOREST) == 6


def test_parts_add_up_to_the_number_of_the_cell():
    table = CellTable.of(FOREST)
    assert table.sizes == [3, 1, 2]
    assert table.codes.tolist() == [
        [0, 0, 0],
        [0, 0, 2],
        [4, 0, 0],
        [4, 0, 2],
        [6, 0, 0],
        [6, 0, 2],
    ]
    for number, codes in enumerate(table.codes.tolist()):
        assert sum(table.part(f, c) for f, c in enumerate(codes)) == number
    assert [table.part(0, c) for c in (0, 3, 4, 5, 6, 63)] == [0, 0, 2, 2, 4, 4]


def test_every_row_of_codes_is_voted_on_as_the_code_of_its_cell(small_tool):
    forest = small_tool.model_.forest
    table = CellTable.of(forest)
    rng = np.random.default_rng(0)
    n_codes = small_tool.model_.codes.n_codes
    codes = np.stack([rng.integers(0, n, 200) for n in n_codes], axis=1).astype(np.uint8)
    firsts = [np.concatenate([[0], c + 1]) for c in table.cuts]
    runs = [np.searchsorted(c, codes[:, f]) for f, c in enumerate(table.cuts)]
    alike = np.stack([f[r] for f, r in zip(firsts, runs, strict=True)], axis=1).astype(np.uint8)
    np.testing.assert_array_equal(forest.score(codes), forest.score(alike))
