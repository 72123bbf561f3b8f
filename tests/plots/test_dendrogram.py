import numpy as np
import pandas as pd
from matplotlib.colors import to_hex

from segkit.plots.palette import segment_color
from segkit.segments import Scheme, profile

RNG = np.random.default_rng(0)
N = 600
LABELS = RNG.choice(4, N, p=[0.4, 0.3, 0.2, 0.1])
TABLE = pd.DataFrame(
    {
        "age": RNG.normal(np.array([30, 50, 52, 70])[LABELS], 5),
        "app": RNG.random(N) < np.array([0.9, 0.5, 0.45, 0.1])[LABELS],
    }
)


def test_leaves_are_the_segments_and_joins_stand_at_their_distance():
    found = profile(TABLE, LABELS)
    ax = found.dendrogram()
    names = [label.get_text() for label in ax.get_yticklabels()]
    assert sorted(names) == [f"Segment {k}  (n = {(k == LABELS).sum()})" for k in range(4)]
    # neighbours are those that join first
    assert abs(names.index(next(n for n in names if "nt 1" in n)) - names.index(
        next(n for n in names if "nt 2" in n)
    )) == 1  # fmt: skip
    distance = found.joins()["distance"].tolist()
    np.testing.assert_allclose([line.get_xdata()[1] for line in ax.lines], distance)
    assert [t.get_text() for t in ax.texts] == [f"{d:.2f}" for d in distance]
    assert ax.get_title(loc="left").startswith("Most alike: Segment 1 and Segment 2 (0.")


def test_segments_keep_their_colours_and_sizes():
    ax = profile(TABLE, Scheme(LABELS, names=list("dcba"), order=[0, 1, 2, 3])).dendrogram()
    marks = {
        label.get_text()[0]: (to_hex(mark.get_facecolor()[0]), mark.get_sizes()[0])
        for label, mark in zip(ax.get_yticklabels(), ax.collections, strict=True)
    }
    assert marks["d"][0].upper() == segment_color(0)
    assert marks["a"][0].upper() == segment_color(3)
    assert marks["d"][1] > marks["a"][1]
