import numpy as np

from segkit import choose, typing_tool


def test_it_is_the_typing_tools_curve(frame_kind):
    rng = np.random.default_rng(0)
    labels = np.arange(160) % 2
    fields = frame_kind.make({"age": 9.0 * labels + rng.normal(size=160), "n": rng.random(160)})
    tool = typing_tool.TypingTool(n_trees=5, n_folds=2)
    given = {"sizes": [20, 30, 40, 60], "n_repeats": 1}
    one = choose.learning_curve(tool, fields, labels, random_state=3, **given)
    two = typing_tool.learning_curve(fields, labels, tool=tool, random_state=3, **given)
    assert one.frame().equals(two.frame())
