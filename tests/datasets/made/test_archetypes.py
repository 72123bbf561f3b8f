import pytest

from segkit.datasets.made.archetypes import CASTS, NEED_PATTERNS, SHARES
from segkit.datasets.made.fields import LEVELS


@pytest.mark.parametrize("k", [3, 4, 5, 6])
def test_every_cast_has_distinct_members_shares_and_patterns(k):
    assert len({a.name for a in CASTS[k]}) == k
    assert len({a.job for a in CASTS[k]}) == k
    assert len(SHARES[k]) == k
    assert [len(row) for row in NEED_PATTERNS[k]] == [5] * k


@pytest.mark.parametrize("archetype", CASTS[6], ids=lambda a: a.name)
def test_an_archetype_says_something_about_every_level(archetype):
    assert len(archetype.satisfaction) == 5
    assert len(archetype.stage) == 4
    assert len(archetype.region) == len(LEVELS["region"])
    assert len(archetype.household) == len(LEVELS["household"])
    assert len(archetype.method) == len(LEVELS["payment_method"])
