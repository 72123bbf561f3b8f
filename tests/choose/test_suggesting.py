from dataclasses import replace

import numpy as np
import pytest

from segkit.choose.suggesting import CONSTRUCTION, Figures, suggest

FIGURES = Figures(
    names=("3 by A", "3 by B", "4 by A", "4 by B", "5 by A", "5 by B"),
    n_segments=np.array([3, 3, 4, 4, 5, 5]),
    stability=np.array([0.95, 0.95, 0.90, 0.92, 0.7, 0.7]),
    weakest=np.array([0.95, 0.94, 0.85, 0.9, 0.5, 0.6]),
    separation=np.array([0.4, 0.4, 0.38, 0.3, 0.3, 0.3]),
    typability=np.full(6, np.nan),
    allowed=np.ones(6, dtype=bool),
    structure=("",) * 6,
    borderline=np.zeros(6, dtype=bool),
)


def chosen(**changes):
    return suggest(replace(FIGURES, **changes))


def test_the_most_segments_that_all_come_back_then_the_most_stable():
    found = chosen()
    assert FIGURES.names[found.position] == "4 by B"
    assert found.why == (
        "4 by B: the most segments of which every one comes back (weakest mean Jaccard 0.90). "
        "With more segments at least one is lost (weakest at most 0.60). Of 2 such candidates, "
        "the most stable."
    )
    assert not found.construction


def test_fields_decide_where_they_were_given():
    found = chosen(typability=np.array([0.3, 0.3, 0.4, 0.2, 0.5, 0.5]))
    assert FIGURES.names[found.position] == "4 by A"
    assert found.why.endswith("Of 2 such candidates, the fields tell it best (kappa 0.40).")


def test_equally_stable_candidates_are_told_apart_by_separation_then_by_order():
    same = np.full(6, 0.9)
    assert chosen(stability=same).position == 2
    assert chosen(stability=same, separation=same).position == 2


def test_constraints_come_first():
    found = chosen(allowed=np.array([True, True, False, False, False, False]))
    assert FIGURES.names[found.position] == "3 by A"
    assert "More than 3 were not tried or not allowed." in found.why
    none = chosen(allowed=np.zeros(6, dtype=bool))
    assert none.why.startswith("No candidate meets the constraints.")


def test_where_nothing_comes_back_the_least_doubtful_is_named_as_such():
    found = chosen(weakest=np.array([0.7, 0.6, 0.5, 0.4, 0.3, 0.2]))
    assert found.position == 0
    assert found.why.startswith("No candidate brings all its segments back")


def test_only_candidates_beyond_the_null_are_suggested():
    found = chosen(structure=("natural", *["constructive"] * 5))
    assert FIGURES.names[found.position] == "3 by A"
    assert "With more segments none is beyond a world without segments." in found.why


def test_a_world_without_segments_is_told_in_a_plain_sentence():
    found = chosen(structure=("constructive",) * 6)
    assert found.construction
    assert found.why.startswith(f"{CONSTRUCTION}: none of 6 candidates is more stable than in")
    assert FIGURES.names[found.position] == "4 by B"


@pytest.mark.parametrize("seed", [0, 1])
def test_order_of_candidates_changes_ties_only(seed):
    turned = np.random.default_rng(seed).permutation(6)
    arrays = {
        name: getattr(FIGURES, name)[turned]
        for name in ("n_segments", "stability", "weakest", "separation", "typability", "allowed")
    }
    names = tuple(FIGURES.names[i] for i in turned)
    assert names[suggest(replace(FIGURES, names=names, **arrays)).position] == "4 by B"


def test_a_verdict_that_hangs_on_the_seed_is_told():
    said = "Against worlds without segments this is a borderline case"
    natural = {"structure": ("natural",) * 6}
    assert said in chosen(**natural, borderline=np.arange(6) == 3).why
    assert said not in chosen(**natural, borderline=np.arange(6) == 2).why
    none = {"structure": ("constructive",) * 6}
    assert said in chosen(**none, borderline=np.arange(6) == 2).why
