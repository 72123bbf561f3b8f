import numpy as np

from segkit.datasets.made.maxdiff import MAXDIFF_ITEMS


def test_every_task_has_a_best_and_a_worst(small):
    import narwhals as nw

    tasks = nw.from_native(small.maxdiff_tasks).to_pandas()
    assert len(tasks) == 400 * 9 * 4
    counts = tasks.groupby(["respondent", "task"])["choice"].value_counts().unstack()
    assert (counts[["best", "worst", "none"]] == [1, 1, 2]).all().all()
    shown = tasks.groupby(["respondent", "item"]).size()
    assert (shown == 3).all()
    assert tasks["item"].nunique() == len(MAXDIFF_ITEMS)
    assert not tasks.duplicated(["respondent", "task", "item"]).any()


def test_segments_choose_what_they_need(made):
    tasks = made.maxdiff_tasks
    segment = made.truth.respondents[tasks["respondent"] - 1]
    score = (tasks["choice"] == "best").astype(int) - (tasks["choice"] == "worst").astype(int)
    block = tasks["item"].map({i.item: i.block for i in made.codebook})
    means = score.groupby([segment, block]).mean().unstack()
    assert means.idxmax(axis=1).tolist()[:3] == ["simplicity", "control", "security"]


def test_careless_respondents_choose_at_random(made):
    tasks = made.maxdiff_tasks
    careless = made.truth.careless[tasks["respondent"] - 1] != ""
    best = tasks.loc[careless & (tasks["choice"] == "best"), "item"].value_counts(normalize=True)
    assert np.abs(best - 1 / 12).max() < 0.03
