import numpy as np
import pandas as pd

from segkit.segments import rules

RNG = np.random.default_rng(0)
N = 400
AGE = RNG.integers(18, 80, N)
LABELS = np.where(AGE > 50, 1, 0)
LABELS = np.where(RNG.random(N) < 0.1, 1 - LABELS, LABELS)
TABLE = pd.DataFrame({"age": AGE, "noise": RNG.normal(size=N)})


def test_bars_hold_the_mix_of_everybody_and_of_each_rule():
    found = rules(TABLE, LABELS)
    ax = found.plot()
    t = found.frame()
    widths = np.array([bar.get_width() for bar in ax.patches]).reshape(2, -1) / 100
    np.testing.assert_allclose(widths[:, 0], t["overall"][:2])
    np.testing.assert_allclose(widths[:, 1:].T.ravel(), t["share"])
    names = [label.get_text() for label in ax.get_yticklabels()]
    assert names[0] == "everybody (n 400)"
    assert names[1].startswith("age at most 50\n")
    assert f"n {(AGE <= 50).sum()}" in names[1]
    assert [x.get_text() for x in ax.get_legend().get_texts()] == ["Segment 0", "Segment 1"]
    assert ax.get_title(loc="left").startswith("Segment 0: 88 % where age at most 50")


def test_the_segment_of_a_rule_is_framed():
    ax = rules(TABLE, LABELS).plot()
    framed = [bar.get_linewidth() > 1.5 for bar in ax.patches]
    assert sum(framed) == 2
    assert not framed[0]


def test_small_rules_are_pale():
    few = TABLE.iloc[:60]
    ax = rules(few, LABELS[:60], depth=2, prune=False, min_share=0.1).plot()
    assert {bar.get_alpha() for bar in ax.patches} == {None, 0.5}


def test_without_rules_everybody_is_drawn_once():
    ax = rules(TABLE[["noise"]], LABELS).plot()
    assert len(ax.patches) == 2
    assert ax.get_title(loc="left").startswith("No question tells the segments apart: Segment 1")
