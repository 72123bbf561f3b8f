import numpy as np
import pytest

from segkit.exceptions import SegkitError
from segkit.typing_tool.export.distilled import distil


def test_a_tool_is_distilled_for_the_people_of_a_base(cases):
    case = cases["forest"]
    own, people = case.tool._fitted(), case.rows.iloc[1:]
    found = own.distilled(people)
    assert found.from_base
    codes = own.model.codes.encode(people)
    assert found.agreement == distil(own.model, own.cut, codes).agreement
    drawn = own.distilled()
    assert not drawn.from_base
    np.testing.assert_array_equal(drawn.tree.feature, distil(own.model, own.cut).tree.feature)


def test_a_base_without_a_field_is_named(cases):
    with pytest.raises(SegkitError, match="base lacks `age`"):
        cases["forest"].tool._fitted().distilled(cases["forest"].rows.drop(columns="age"))


def test_segments_are_plain_values_in_order(cases):
    for name in ("forest", "shy forest"):
        tool = cases[name].tool
        assert tool._fitted().segments == tool.classes_.tolist()
        assert not [s for s in tool._fitted().segments if isinstance(s, np.generic)]
