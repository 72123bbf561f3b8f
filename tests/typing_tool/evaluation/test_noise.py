"""Fields that say nothing: no agreement beyond chance, whatever was chosen inside."""

import numpy as np
import pytest

from segkit.typing_tool import TypingTool

CHOOSING = {"tune": True, "max_fields": "auto"}


def kappas(people, n_runs, options):
    """Kappa on fields of pure noise, and its standard error, for each seed."""
    pandas = pytest.importorskip("pandas")
    rows = []
    for seed in range(n_runs):
        made = people(240, seed=seed, signal=0.0)
        tool = TypingTool(n_trees=20, n_folds=3, random_state=seed, **options)
        table = tool.fit(pandas.DataFrame(made.columns), made.segments).evaluation_.frame()
        row = table[table["metric"] == "kappa"].iloc[0]
        rows.append((row["value"], (row["high"] - row["low"]) / 3.92))
    return np.array(rows)


def check_noise(found, least):
    kappa, error = found.T
    assert abs(kappa.mean()) < 2.6 * kappa.std(ddof=1) / np.sqrt(kappa.size)
    assert (np.abs(kappa) < 2 * error).mean() >= least


@pytest.mark.parametrize("options", [{}, CHOOSING], ids=["plain", "choosing"])
def test_noise_is_noise(people, options):
    check_noise(kappas(people, 6, options), 0.6)


@pytest.mark.slow
@pytest.mark.parametrize("options", [{}, CHOOSING], ids=["plain", "choosing"])
def test_noise_is_noise_over_many_seeds(people, options):
    check_noise(kappas(people, 100, options), 0.9)
