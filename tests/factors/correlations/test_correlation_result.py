import numpy as np

from segkit.factors import correlation


def test_the_summary_says_what_was_done(answers):
    text = correlation(answers, "polychoric").summary()
    for words in ["Polychoric correlations of 9 items from 300 respondents", "missing answers "
                  "pairwise", "nothing was added", "Nothing was repaired"]:  # fmt: skip
        assert words in text
    assert "9 items" in repr(correlation(answers))
    assert "<table" in correlation(answers)._repr_html_()


def test_the_plot_draws_every_pair(answers):
    ax = correlation(answers).plot()
    grid = ax.images[0].get_array()
    assert np.isfinite(np.ma.filled(grid, np.nan)).sum() == 36
