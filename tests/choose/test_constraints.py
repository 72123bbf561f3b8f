import pytest

from segkit.choose.constraints import Constraints, read_constraints
from segkit.exceptions import SegkitError


def test_nothing_given_asks_for_five_in_a_hundred():
    limits = read_constraints(None)
    assert limits.breach(4, 0.05, 0.9) == ""
    assert limits.breach(4, 0.049, 0.5).startswith("smallest segment")
    assert limits.summary() == "no segment below 5 %"


def test_every_limit_is_told():
    limits = read_constraints(
        {"smallest": 0.1, "largest": 0.5, "excluded_numbers": [7], "excluded_fields": ["age"]}
    )
    assert limits.breach(7, 0.2, 0.3) == "7 segments are excluded"
    assert limits.breach(4, 0.2, 0.6) == "largest segment 60 % > 50 %"
    assert limits.summary() == (
        "no segment below 10 %, none above 50 %, not 7 segments, no use of `age`"
    )
    assert read_constraints(limits) is limits


def test_limits_can_be_lifted():
    assert read_constraints({"smallest": 0, "largest": 1}) == Constraints(0.0, 1.0)


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ({"small": 0.1}, "constraints holds `small`; expected a dict with some of the keys"),
        (0.1, "constraints holds 0.1"),
        ({"smallest": 5}, "smallest.*expected a share"),
        ({"smallest": 0.5, "largest": 0.4}, "expected the smallest below the largest"),
        ({"excluded_numbers": [1]}, "excluded_numbers.*at least 2"),
    ],
)
def test_what_is_no_constraint_is_refused(given, text):
    with pytest.raises(SegkitError, match=text):
        read_constraints(given)
