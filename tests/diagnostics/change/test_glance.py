import numpy as np
import pandas as pd
import pytest

from segkit.diagnostics.change.glance import glance
from segkit.typing_tool import TypingTool


@pytest.fixture(scope="module")
def world():
    rng = np.random.default_rng(0)
    fields = pd.DataFrame(
        {"age": rng.integers(18, 80, 800), "plan": rng.choice(["a", "b", "c"], 800)}
    )
    segments = (fields["age"] + rng.normal(0, 8, 800) > 48).astype(int).to_numpy()
    return TypingTool(n_trees=5, n_folds=2).fit(fields, segments), fields


def moved(tool, base, folder):
    base.to_parquet(folder / "base.parquet")
    report = tool.tag(folder / "base.parquet", folder / "out.parquet")
    return {name: (psi, chance) for name, psi, chance in glance(report, 800)}, report


def test_a_base_of_other_plans_has_moved_there_only(world, tmp_path):
    tool, fields = world
    rng = np.random.default_rng(1)
    base = fields.sample(5000, replace=True, random_state=1)
    base["plan"] = rng.choice(["a", "b", "c"], 5000, p=[0.6, 0.3, 0.1])
    found, report = moved(tool, base, tmp_path)
    assert list(found) == ["plan", "age"]  # the farthest beyond chance first
    assert found["plan"][0] > 10 * found["plan"][1]
    assert found["age"][0] < found["age"][1]
    # the formula, by hand
    table = report.shift()
    rows = table[(table["field"] == "plan") & (table["customers"] + table["respondents"] > 0)]
    p, q = rows["respondents"], rows["customers"]
    assert found["plan"][0] == pytest.approx(((q - p) * np.log(q / p)).sum())


def test_the_respondents_themselves_have_not_moved(world, tmp_path):
    tool, fields = world
    found, _ = moved(tool, fields, tmp_path)
    assert all(psi == pytest.approx(0, abs=1e-12) for psi, _ in found.values())


def test_weights_count_as_people(world, tmp_path):
    _, fields = world
    w = np.where(fields["plan"] == "a", 3.0, 1.0)
    segments = (fields["age"] > 48).astype(int)
    tool = TypingTool(n_trees=5, n_folds=2).fit(fields, segments, sample_weight=w)
    found, _ = moved(tool, fields.loc[np.repeat(fields.index, w.astype(int))], tmp_path)
    assert found["plan"][0] == pytest.approx(0, abs=1e-12)
