"""Respondents of a small survey in which three of eight items tell segments apart."""

from dataclasses import dataclass

import numpy as np
import pytest

from segkit.typing_tool.fitting import Respondents, read_respondents
from segkit.typing_tool.golden.candidates import Candidates, Rules, read_candidates
from segkit.typing_tool.golden.part import Part, prepare

TELLING = {0, 2, 5}


@dataclass(frozen=True)
class Small:
    """What the modules of the search are given."""

    people: Respondents
    part: Part

    def candidates(self, max_items: int = 8, **rules: object) -> Candidates:
        names = [c.name for c in self.people.columns]
        return read_candidates(names, self.part.codes, Rules(max_items, **rules))


@pytest.fixture(scope="session")
def small() -> Small:
    """Items a to h of five steps; a, c and f (`TELLING`) tell three segments apart."""
    pandas = pytest.importorskip("pandas")
    rng = np.random.default_rng(0)
    items = rng.integers(1, 6, (400, 8)).astype(float)
    pull = items[:, sorted(TELLING)] + rng.gumbel(size=(400, 3))
    frame = pandas.DataFrame(items, columns=list("abcdefgh"))
    people = read_respondents(frame, pull.argmax(axis=1), None, 2)
    return Small(people, prepare(people.columns, people.truth, people.w, 0))
