from segkit.plots.likelihood_ratio import plot_likelihood_ratio


def made(kind, ratios):
    n = len(ratios)
    return kind.make({"sample": list(range(n)), "n_segments": [3] * n, "ratio": ratios})


def test_every_sample_is_a_dot_and_the_answers_a_line(frame_kind):
    ax = plot_likelihood_ratio(made(frame_kind, [11.0, 8.0, 8.0, 12.0, 10.0]))
    dots, line = ax.lines
    assert dots.get_xdata().tolist() == [8.0, 8.0, 12.0, 10.0]
    assert dots.get_ydata().tolist() == [1.0, 2.0, 1.0, 1.0]
    assert line.get_xdata()[0] == 11.0
    assert ax.texts[0].get_text() == "observed 11.0"
    title = ax.get_title(loc="left")
    assert title == "3 against 2 segments: 1 of 4 samples of 2 segments gain as much"


def test_a_ratio_beyond_all_samples_is_said_to_be(frame_kind):
    ax = plot_likelihood_ratio(made(frame_kind, [40.0, 8.0]))
    assert "exceeds that of all 1 samples of 2 segments" in ax.get_title(loc="left")
