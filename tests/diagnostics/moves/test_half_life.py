import numpy as np
import pytest

from segkit._frames import Origin
from segkit.diagnostics.moves.flows import Flows
from segkit.diagnostics.moves.half_life import half_life, half_lives


def test_half_of_the_people_are_left_after_a_half_life():
    for stay in (0.3, 0.5, 0.97):
        assert stay ** half_life(np.array([stay]))[0] == pytest.approx(0.5)


def test_interval_ends_belong_to_those_of_the_share_that_stays():
    counts = np.zeros((4, 4))
    counts[:2, :2] = [[80, 20], [0, 50]]
    table = half_lives(Flows(counts, counts), None, ("0", "1"), Origin("pandas"))
    assert table["stay"].tolist() == [0.8, 1.0]
    assert table["half_life"].tolist() == [pytest.approx(np.log(0.5) / np.log(0.8)), np.inf]
    assert (table["half_life_low"] < table["half_life"]).all()
    assert table["true_half_life"].isna().all()
