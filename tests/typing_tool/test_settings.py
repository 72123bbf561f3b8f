import pytest

from segkit.exceptions import SegkitError
from segkit.typing_tool import TypingTool
from segkit.typing_tool.settings import check_settings


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"n_trees": 0}, "n_trees=0 was given; expected a whole number from 1 to 5000"),
        ({"max_leaves": 65}, "max_leaves=65 was given; expected a whole number from 2 to 64"),
        ({"min_leaf": 0}, "min_leaf=0 was given; expected a number of at least 1"),
        ({"abstain_below": 1.5}, "abstain_below=1.5 was given; expected a share"),
        ({"n_folds": 1}, "n_folds=1 was given; expected a whole number at least 2"),
        ({"n_repeats": 0}, "n_repeats=0 was given"),
        ({"model": "tree"}, "model='tree' is not known; expected one of 'forest', 'scorecard'"),
        ({"max_fields": 0}, "max_fields=0 was given; expected a whole number of fields of at l"),
        ({"max_fields": "few"}, "max_fields='few' was given"),
        ({"n_jobs": 0}, "n_jobs=0 was given; expected a whole number of processes or threads"),
        (
            {"abstain_below": 0.4, "target_accuracy": 0.7},
            "abstain_below=0.4 and target_accuracy=0.7 were both given",
        ),
        ({"tune": True, "model": "scorecard"}, "tune=True was given with model='scorecard'"),
    ],
)
def test_settings_out_of_range(options, text):
    with pytest.raises(SegkitError, match=text):
        check_settings(TypingTool(**options))


def test_fit_refuses_what_the_check_refuses():
    with pytest.raises(SegkitError, match="n_trees=0"):
        TypingTool(n_trees=0).fit([[1.0], [2.0]], [0, 1])


def test_the_settings_of_a_new_tool_are_fine():
    assert check_settings(TypingTool()) is None
