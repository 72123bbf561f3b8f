import pandas as pd

from segkit.plots.hysteresis import plot_hysteresis


def test_one_point_a_threshold_and_the_price_of_half_in_the_title():
    table = pd.DataFrame(
        {"threshold": [0.0, 0.1, 0.2], "retags": [100.0, 45.0, 20.0], "avoided": [0.0, 0.55, 0.8],
         "accuracy": [0.7, 0.69, 0.68], "lost": [0.0, 0.01, 0.02]}
    )  # fmt: skip
    ax = plot_hysteresis(table)
    assert ax.get_title(loc="left") == (
        "Waiting for a lead of 0.1 avoids 55 % of re-tags and costs 1.00 points of accuracy"
    )
    assert [t.get_text() for t in ax.texts] == [
        "0  (100 re-tags left)",
        "0.1  (45 re-tags left)",
        "0.2  (20 re-tags left)",
    ]


def test_nothing_lost_is_drawn_too():
    table = pd.DataFrame({"threshold": [0.0], "retags": [0.0], "avoided": [0.0], "lost": [0.0]})
    assert plot_hysteresis(table).get_title(loc="left").startswith("Waiting for a lead of 0 ")
