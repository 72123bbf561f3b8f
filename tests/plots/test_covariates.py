from segkit.plots.covariates import plot_covariates


def test_odds_ratios_stand_on_a_log_axis_without_the_intercept(frame_kind):
    table = frame_kind.make(
        {
            "segment": [1, 1, 1, 2, 2, 2],
            "reference": [0] * 6,
            "covariate": ["intercept", "age", "app"] * 2,
            "level": [None, None, "True"] * 2,
            "against": [None, None, "False"] * 2,
            "coefficient": [0.1, 0.1, -0.7, 0.2, -0.05, -20.0],
            "se": [0.1, 0.02, 0.2, 0.1, 0.05, None],
            "odds_ratio": [1.1, 1.11, 0.5, 1.2, 0.95, 2e-9],
            "odds_low": [0.9, 1.06, 0.33, 1.0, 0.86, None],
            "odds_high": [1.3, 1.15, 0.74, 1.5, 1.05, None],
        }
    )
    ax = plot_covariates(table)
    assert ax.get_xscale() == "log"
    assert [t.get_text() for t in ax.get_yticklabels()] == ["age", "app: True\n(against False)"]
    dots = [line.get_xdata()[0] for line in ax.lines[1:]]
    assert dots == [1.11, 0.5, 0.95, 1e-3]  # what runs to infinity stands at the edge
    assert [t.get_text() for t in ax.get_legend().get_texts()] == ["Segment 1", "Segment 2"]
    title = ax.get_title(loc="left")
    assert title == "age: a unit more multiplies the odds of segment 1 against segment 0 by 1.11"
