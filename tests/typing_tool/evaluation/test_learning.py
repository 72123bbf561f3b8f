import numpy as np
import pytest

from segkit.exceptions import SegkitError
from segkit.typing_tool.evaluation.learning import curve_of

SIZES = np.array([100, 200, 400, 800])


def made_curve(noise=0.0, slope=2.0):
    rng = np.random.default_rng(0)
    shape = slope * SIZES**-0.5
    measured = {
        "accuracy": 0.6 - shape + noise * rng.normal(size=(101, 4)),
        "kappa": 0.4 - shape + noise * rng.normal(size=(101, 4)),
        "log_loss": 1.0 + shape + noise * rng.normal(size=(101, 4)),
    }
    measured = {metric: np.r_[v[1:2] * 0 + v.mean(axis=0), v[1:]] for metric, v in measured.items()}
    return curve_of(SIZES, measured, n_respondents=1000, effective_n=900.0, n_folds=5, n_repeats=2)


def test_the_table_holds_what_was_measured_and_what_was_fitted():
    table = made_curve().frame()
    assert list(table.columns) == ["metric", "kind", "n", "value", "low", "high"]
    seen = table[(table["metric"] == "accuracy") & (table["kind"] == "measured")]
    assert seen["n"].tolist() == SIZES.tolist()
    np.testing.assert_allclose(seen["value"], 0.6 - 2 * SIZES**-0.5)
    fitted = table[(table["metric"] == "log_loss") & (table["kind"] == "fitted")]
    assert {100, 1000, 3000} <= set(fitted["n"])
    np.testing.assert_allclose(fitted["value"], 1 + 2 * fitted["n"].to_numpy() ** -0.5)


def test_more_respondents_are_worth_what_the_curve_says():
    curve = made_curve()
    gain = curve.gain(500).set_index("metric")
    expected = 2 * (1000**-0.5 - 1500**-0.5)
    assert gain.loc["accuracy", "value"] == pytest.approx(expected)
    assert gain.loc["log_loss", "value"] == pytest.approx(-expected)
    assert curve.at(1500)["value"].tolist() == pytest.approx(
        [v + s * 2 * 1500**-0.5 for v, s in ((0.6, -1), (0.4, -1), (1.0, 1))]
    )
    assert f"500 more respondents would bring about +{100 * expected:.1f} points" in curve.summary()


def test_what_cannot_be_told_is_said():
    text = made_curve(noise=0.02, slope=0.0).summary()
    assert "Whether 500 more respondents would make more tags right cannot be told" in text
    assert "sharper" not in text
    row = made_curve(noise=0.02, slope=0.0).gain(500).iloc[0]
    assert row["low"] < 0 < row["high"]


def test_the_curve_does_not_reach_everywhere():
    curve = made_curve()
    for ask in (lambda: curve.at(99), lambda: curve.at(3001), lambda: curve.gain(2001)):
        with pytest.raises(SegkitError, match="outside of what the curve can say; expected 100 "):
            ask()
    with pytest.raises(SegkitError, match="n=0 was given; expected a whole number"):
        curve.at(0)


def test_the_figure_tells_now_and_then():
    ax = made_curve(noise=0.003).plot()
    assert ax.get_title(loc="left").startswith("From 54 % with 1,000 respondents to 5")
    assert "metric" in made_curve()._repr_html_()
