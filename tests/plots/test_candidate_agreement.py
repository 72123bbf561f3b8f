import matplotlib.pyplot as plt
import numpy as np

from segkit.plots.candidate_agreement import plot_candidate_agreement


def table_of(n, model="KMeans"):
    a, b = (i.ravel() for i in np.indices((n, n)))
    return {
        "input_a": ["x"] * n * n,
        "model_a": [model] * n * n,
        "n_segments_a": (a + 2).tolist(),
        "input_b": ["x"] * n * n,
        "model_b": [model] * n * n,
        "n_segments_b": (b + 2).tolist(),
        "ari": (1.0 / (1 + np.abs(a - b))).tolist(),
    }


def test_cells_are_the_table_and_say_their_figure(frame_kind):
    ax = plot_candidate_agreement(frame_kind.make(table_of(3)))
    assert ax.images[0].get_array()[0].tolist() == [1.0, 0.5, 1 / 3]
    assert [t.get_text() for t in ax.texts][:3] == ["1.00", ".50", ".33"]
    assert ax.get_title(loc="left").endswith("adjusted Rand index 0.33 to 0.50")


def test_candidates_are_named_by_what_tells_them_apart(frame_kind):
    ax = plot_candidate_agreement(frame_kind.make(table_of(3)), plt.subplots()[1])
    assert [t.get_text() for t in ax.get_yticklabels()] == ["2", "3", "4"]
    two = table_of(2)
    two["model_b"] = ["KMeans", "Latent$Class"] * 2
    names = plot_candidate_agreement(frame_kind.make(two)).get_xticklabels()
    assert [t.get_text() for t in names] == ["KMeans 2", r"Latent\$Class 3"]


def test_many_candidates_get_a_scale_instead_of_figures(frame_kind):
    ax = plot_candidate_agreement(frame_kind.make(table_of(20)))
    assert not ax.texts
    assert len(ax.figure.axes) == 2
