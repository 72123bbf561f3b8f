import numpy as np
import pytest
from sklearn.cluster import KMeans

from segkit import choose
from segkit.choose.suggesting import CONSTRUCTION
from segkit.exceptions import SegkitError

FAST = {"n_segments": [2, 3, 4], "n_boot": 5, "n_init": 2}


def test_a_world_without_segments_yields_the_plain_sentence(world_of):
    X = world_of("one factor", 300, 0)
    found = choose.compare(X, KMeans(n_init=2), structure=19, **FAST)
    assert found.construction
    assert found.why.startswith(f"{CONSTRUCTION}: none of 3 candidates")
    assert set(found.frame()["structure"]) == {"constructive"}
    assert (found.frame()["structure_p"] > 0.05).all()
    assert not found.frame()["borderline"].any()
    assert "borderline" not in found.why


def test_segments_that_are_there_are_beyond_it(world_of):
    X = world_of("four segments", 400, 0)
    found = choose.compare({"a": X, "b": X[:, :8]}, KMeans(n_init=2), structure=19, **FAST)
    table = found.frame().set_index(["input", "n_segments"])
    assert table.loc[("a", 4), "structure"] == "natural"
    assert table.loc[("a", 4), "structure_p"] == 1 / 80
    assert found.suggested.n_segments == 4
    assert not found.construction


def test_worlds_do_not_depend_on_the_order_of_rows(world_of):
    X = world_of("one factor", 150, 2)
    turned = np.random.default_rng(0).permutation(150)
    one, two = (choose.compare(t, KMeans(n_init=2), structure=19, **FAST) for t in (X, X[turned]))
    assert one.frame()["structure_p"].tolist() == two.frame()["structure_p"].tolist()


def false_alarms(world_of, n_runs):
    return sum(
        not choose.compare(
            world_of("five factors", 200, seed), KMeans(n_init=1), [2, 3, 4], n_boot=2, n_init=1,
            structure=19, random_state=seed,
        ).construction
        for seed in range(n_runs)
    )  # fmt: skip


def test_a_world_without_segments_seldom_passes(world_of, simulated):
    found = false_alarms(world_of, 12)
    simulated("some candidate beyond the null, five factors", found, 12, 0.05, at_most=True)


@pytest.mark.slow
def test_a_world_without_segments_seldom_passes_in_400_runs(world_of, simulated):
    found = false_alarms(world_of, 400)
    simulated("some candidate beyond the null, five factors", found, 400, 0.05, at_most=True)


def test_too_few_worlds_are_refused(world_of):
    with pytest.raises(SegkitError, match=r"structure=5 was given; expected False \(do not ask\)"):
        choose.compare(world_of("uniform", 50, 0), KMeans(), structure=5, **FAST)
