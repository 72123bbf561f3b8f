import numpy as np
import pytest

from segkit.typing_tool import TypingTool


@pytest.fixture(scope="module")
def evaluation():
    pandas = pytest.importorskip("pandas")
    rng = np.random.default_rng(0)
    fields = pandas.DataFrame({"age": rng.integers(18, 80, 200), "visits": rng.poisson(2, 200)})
    return TypingTool(n_trees=10, n_folds=2).fit(fields, fields["age"] // 40).evaluation_


def test_one_page_of_four_panels_for_print(evaluation):
    figure = evaluation.plot_card()
    assert [round(side, 1) for side in figure.get_size_inches()] == [11.7, 8.3]
    titles = [ax.get_title(loc="left") for ax in figure.axes]
    assert titles[0].startswith("Agreement beyond chance: kappa")
    assert titles[1].startswith("Found again:")
    assert titles[2].startswith("Stated probabilities are off by")
    assert titles[3].startswith("Calling the likeliest tenth reaches")
    assert "The tool agrees with the survey for" in figure.get_suptitle()
