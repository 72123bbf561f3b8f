import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

from segkit.plots.scree import scree_plot

TABLE = pd.DataFrame(
    {
        "factor": [1, 2, 3, 4],
        "eigenvalue": [2.1, 1.3, 0.4, 0.2],
        "null_mean": [1.1, 1.0, 0.9, 0.8],
        "null_high": [1.3, 1.1, 1.0, 0.9],
        "retained": [True, True, False, False],
    }
)


def test_the_line_is_the_eigenvalues_and_the_dashes_the_mean_of_chance():
    ax = scree_plot(TABLE)
    dashes, line, mark = ax.get_lines()
    assert_allclose(line.get_ydata(), TABLE["eigenvalue"])
    assert_allclose(dashes.get_ydata(), TABLE["null_mean"])
    assert_allclose(mark.get_xdata(), 2.5)


def test_retained_factors_are_full_marks_with_their_values():
    ax = scree_plot(TABLE)
    _, kept, dropped = ax.collections
    assert_allclose(kept.get_offsets()[:, 1], [2.1, 1.3])
    assert_allclose(dropped.get_offsets()[:, 1], [0.4, 0.2])
    assert [t.get_text() for t in ax.texts][:3] == ["2.10", "1.30", "suggested: 2"]


@pytest.mark.parametrize(("p", "n"), [(5, 0), (5, 1), (25, 5), (54, 9), (100, 20), (100, 1)])
def test_no_words_cover_each_other_however_many_the_items(p, n):
    rank = np.arange(p)
    eigenvalues = np.where(rank == 0, 0.2 * p, np.where(rank < n, 2.2 - 0.02 * rank, 0.6))
    chance = 1.3 - rank / p
    ax = scree_plot(
        pd.DataFrame(
            {
                "factor": rank + 1,
                "eigenvalue": eigenvalues,
                "null_mean": chance,
                "null_high": chance + 0.05,
                "retained": rank < n,
            }
        )
    )
    ax.figure.draw_without_rendering()
    words = [t for t in [*ax.texts, *ax.get_xticklabels()] if t.get_text()]
    boxes = [t.get_window_extent() for t in words]
    for k, box in enumerate(boxes):
        assert not any(box.overlaps(other) for other in boxes[:k]), words[k].get_text()
    assert f"suggested: {n}" in [t.get_text() for t in ax.texts]


@pytest.mark.parametrize(
    ("n", "title"),
    [
        (0, "No factor: the items hang together no more than shuffled answers"),
        (1, "1 factor holds more than shuffled answers do"),
        (2, "2 factors hold more than shuffled answers do"),
    ],
)
def test_the_title_says_the_finding(n, title):
    table = TABLE.assign(retained=[k < n for k in range(4)])
    assert scree_plot(table).get_title(loc="left") == title


def test_it_draws_on_the_axes_given(frame_kind):
    table = frame_kind.make({name: TABLE[name].to_list() for name in TABLE})
    ax = scree_plot(table)
    assert scree_plot(table, ax=ax) is ax
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("factor", "eigenvalue")
