import numpy as np
import pandas as pd

from segkit.diagnostics.moves.flows import effective, flows_of, pair_people
from segkit.diagnostics.moves.tagged import read_tagged


def table(tags, weights=None):
    return read_tagged(
        pd.DataFrame({"segment": tags}),
        segment="segment",
        ids=None,
        sample_weight=weights,
        what="a",
    )


def test_nobody_is_dropped():
    pairs = pair_people(np.array([1, -1, 0]), 4)
    before, after = table([0, 1, 1], [2.0, 3.0, 5.0]), table([0, 1, 0, None], [1.0, 1.0, 7.0, 1.0])
    tags = np.array([0, 1, 1]), np.array([0, 1, 0, 2])
    flows = flows_of(pairs, tags, (before, after), 2)
    expected = np.zeros((4, 4))
    expected[0, 1] = 2  # the first, in row 1 later
    expected[1, 3] = 3  # left
    expected[1, 0] = 5
    expected[3, 0], expected[3, 2] = 7, 1  # came, with the weights of the second table
    assert flows.counts.tolist() == expected.tolist()
    assert flows.squares.tolist() == (expected**2).tolist()
    shares = flows.shares
    assert np.nansum(shares, axis=1).tolist() == [1.0, 1.0, 0.0, 1.0]
    assert np.isnan(shares[2]).all()


def test_the_effective_number_is_kishs():
    assert effective(np.array([4.0, 0.0]), np.array([6.0, 0.0])).tolist() == [16 / 6, 0.0]
