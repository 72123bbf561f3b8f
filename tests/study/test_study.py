"""A study from its folder to its results: run, run again, changed, interrupted."""

import os
import re

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import polars as pl
import pytest

from segkit import datasets
from segkit.exceptions import SegkitError
from segkit.study import Study, new_study, outputs
from segkit.typing_tool import load
from segkit.typing_tool.base.tagging import Tagger

COSTLY = ("tool.segkit", "tagged.parquet", "stability.npz")


def run(folder):
    """Run and return the study and which costly steps it kept."""
    told = []
    study = Study.open(folder).run(tell=told.append)
    steps_told = [line for line in told if line.startswith("    ")][3:6]
    return study, tuple("kept from the last run" in line for line in steps_told)


def contents(folder):
    return {p.name: p.read_bytes() for p in (folder / "results").glob("*") if p.is_file()}


def test_a_run_gives_everything_it_found(whole_run):
    study, told = whole_run
    assert study.needs.scores.shape == (len(study.answers.table), study.needs.model.n_factors)
    assert len(study.segments.labels) == len(study.answers.table)
    assert study.tool.predict(study.answers.part(study.answers.fields)).max() == 3
    assert study.mix.n_customers == 3000
    assert study.mix.n_customers == 3000
    assert study.trust.stability.samples.shape == (10, 4)
    assert study.trust.drift is not None
    assert [line[:3] for line in told if not line.startswith(" ")] == [
        f"{n}/7" for n in range(1, 8)
    ]


def test_the_tagged_base_is_the_base_with_tags(whole_run):
    study = whole_run[0]
    base = pd.read_parquet(study.folder / "data" / "base.parquet")
    tagged = pd.read_parquet(study.tagged)
    pd.testing.assert_frame_equal(tagged[list(base.columns)], base, check_dtype=False)
    new = ["segment", "probability", "second", *(f"probability_{k}" for k in range(4)), "reason"]
    assert list(tagged.columns) == [*base.columns, *new]
    assert (study.tool.predict(base[study.answers.fields]) == tagged["segment"]).all()


def test_a_folder_without_study_is_refused(tmp_path):
    with pytest.raises(SegkitError, match=r"holds no study.toml.*segkit new"):
        Study.open(tmp_path)


def test_a_second_run_keeps_what_is_costly(ran_folder, without_report):
    before = {name: (ran_folder / "results" / name).stat().st_mtime_ns for name in COSTLY}
    study, kept = run(ran_folder)
    assert kept == (True, True, True)
    after = {name: (ran_folder / "results" / name).stat().st_mtime_ns for name in COSTLY}
    assert after == before
    assert study.tool.evaluation_.accuracy > 0


def test_a_kept_step_gives_the_same_results(whole_run, ran_folder, same_segments, without_report):
    study, _ = run(ran_folder)
    pd.testing.assert_frame_equal(study.sizes, whole_run[0].sizes)
    found, again = whole_run[0].trust.stability, study.trust.stability
    pd.testing.assert_frame_equal(again.frame(), found.frame())
    assert again.summary() == found.summary()
    assert study.tool.evaluation_.summary() == whole_run[0].tool.evaluation_.summary()


@pytest.mark.filterwarnings("ignore:Counted and corrected sizes differ")
@pytest.mark.parametrize(
    ("before", "after", "kept"),
    [
        ("n_segments = 4", "n_segments = 3\nmodel = 'latent_class'  #", (False, False, False)),
        ("# abstain_below = 0.4", "abstain_below = 0.4", (False, False, True)),
        ("n_boot = 10", "n_boot = 11", (True, True, False)),
        ('names = ["Alba"', 'names = ["Zoe"', (True, True, True)),
        ('base_id = "customer_id"', "", (True, False, True)),
    ],
)
def test_a_changed_setting_changes_what_depends_on_it(
    ran_folder, same_needs, without_report, change, before, after, kept
):
    if "latent_class" in after:
        change(ran_folder, 'model = "kmeans"', "")
        change(ran_folder, "names = [", "# [")
    change(ran_folder, before, after)
    study, found = run(ran_folder)
    assert found == kept
    assert len(study.sizes) == study.config.n_segments
    assert list(study.segments.scheme.names) == list(study.sizes["name"])
    if "Zoe" in after:
        assert study.sizes["name"][0] == "Zoe"
    if "abstain" in after:
        assert pd.read_parquet(study.tagged)["segment"].isna().any()


@pytest.mark.parametrize("name", COSTLY)
@pytest.mark.parametrize("damage", [os.unlink, lambda path: path.write_bytes(b"edited")])
def test_a_lost_or_edited_result_is_made_again(
    ran_folder, same_segments, without_report, name, damage
):
    before = contents(ran_folder)
    damage(ran_folder / "results" / name)
    _, kept = run(ran_folder)
    assert kept == tuple(one != name for one in COSTLY)
    assert contents(ran_folder) == before


def test_another_base_is_tagged_with_the_same_tool(ran_folder, same_segments, without_report):
    path = ran_folder / "data" / "base.parquet"
    pd.read_parquet(path).head(700).to_parquet(path)
    study, kept = run(ran_folder)
    assert kept == (True, False, True)
    assert study.mix.n_customers == len(pd.read_parquet(study.tagged)) == 700


@pytest.mark.parametrize("kind", ["csv", "polars"])
def test_a_base_may_come_from_elsewhere(
    whole_run, ran_folder, same_segments, without_report, change, kind
):
    data = ran_folder / "data"
    base = pl.read_parquet(data / "base.parquet")
    (data / "base.parquet").unlink()
    if kind == "csv":
        base.write_csv(data / "base.csv")
        change(ran_folder, "data/base.parquet", "data/base.csv")
    else:
        base.write_parquet(data / "base.parquet")
    study, kept = run(ran_folder)
    assert kept == (True, False, True)
    tagged, before = pd.read_parquet(study.tagged), pd.read_parquet(whole_run[0].tagged)
    assert (tagged["customer_id"] == before["customer_id"]).all()
    assert (tagged["segment"] == before["segment"]).all()
    pd.testing.assert_frame_equal(study.sizes, whole_run[0].sizes)


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda path: path.unlink(), r"The base `.*base.parquet` is not a file"),
        (
            lambda path: path.write_bytes(b"PAR1"),
            r"The base `base.parquet` cannot be read as parquet",
        ),
        (
            lambda path: pd.concat([pd.read_parquet(path)] * 2).to_parquet(path),
            r"`customer_id` of the base holds 100001 more than once \(rows 0 and 3000\)",
        ),
        (
            lambda path: pd.read_parquet(path).drop(columns="age").to_parquet(path),
            r"The base lacks `age`",
        ),
    ],
)
def test_a_base_that_cannot_be_tagged_leaves_the_tags_of_the_last_run(
    ran_folder, same_segments, without_report, spoil, message
):
    before = contents(ran_folder)
    spoil(ran_folder / "data" / "base.parquet")
    with pytest.raises(SegkitError, match=message):
        run(ran_folder)
    assert contents(ran_folder) == before


def test_an_interruption_while_tagging_leaves_earlier_results_whole(
    ran_folder, same_segments, without_report, monkeypatch
):
    before = contents(ran_folder)
    path = ran_folder / "data" / "base.parquet"
    pd.read_parquet(path).head(900).to_parquet(path)

    def interrupt(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Tagger, "columns", interrupt)
        with pytest.raises(KeyboardInterrupt):
            run(ran_folder)
    assert contents(ran_folder) == before
    study, kept = run(ran_folder)
    assert kept == (True, False, True)
    assert study.mix.n_customers == 900


def test_an_error_while_reporting_leaves_earlier_deliverables_whole(
    ran_folder, same_segments, monkeypatch
):
    booklet = ran_folder / "results" / "booklet.html"
    booklet.write_text("of the last run")
    before = contents(ran_folder)

    def fail(*_):
        raise RuntimeError("no more ink")

    monkeypatch.setattr(outputs, "write_figures", fail)
    with pytest.raises(RuntimeError, match="no more ink"):
        run(ran_folder)
    assert contents(ran_folder) == before
    assert not plt.get_fignums()


def test_a_survey_of_its_own_with_little_in_it_runs_to_its_booklet(tmp_path, monkeypatch, change):
    """No weights, satisfaction, comments, seconds, wordings or base; a title to escape."""
    made = datasets.make_payments_study(n_respondents=300, n_customers=300)
    table = pd.concat([made.answers[made.codebook.names(role="importance")], made.fields], axis=1)
    table.to_csv(tmp_path / "Wants & <needs>.csv", index=False)
    folder = new_study(
        tmp_path / "acme", tmp_path / "Wants & <needs>.csv", fields="age,region,autopay"
    )
    change(folder, "n_boot = 50", "n_boot = 10")
    monkeypatch.setattr(outputs, "write_figures", lambda figures, path: path)
    study, _ = run(folder)
    assert study.mix is None
    assert study.trust.drift is None
    assert study.sizes["n"].sum() == len(study.answers.table) == len(pd.read_parquet(study.tagged))
    page = study.files["booklet"].read_text("utf-8")
    assert "Wants &amp; &lt;needs&gt;" in page
    assert "<needs>" not in page
    assert all(f"Segment {k}" in page for k in range(4))


@pytest.mark.real_data
def test_the_financial_well_being_survey_runs_to_a_tagged_table(
    data_folder, tmp_path, change, without_report
):
    folder = new_study(tmp_path / "cfpb", "financial_wellbeing")
    path = folder / "data" / "answers.parquet"
    pd.read_parquet(path).head(900).to_parquet(path)
    change(folder, "n_boot = 50", "n_boot = 10")
    study, _ = run(folder)
    tagged = pd.read_parquet(study.tagged)
    assert len(tagged) == len(study.answers.table) > 800
    assert tagged["segment"].notna().all()
    assert tagged["PUF_ID"].is_unique
    # the weights make the shares, not the rows
    labels = study.segments.labels
    shares = np.bincount(labels, weights=tagged["finalwt"]) / tagged["finalwt"].sum()
    np.testing.assert_allclose(study.sizes["share"], shares)


def test_the_tool_of_a_study_can_be_loaded_and_used_elsewhere(whole_run):
    study = whole_run[0]
    tool = load(study.files["tool"])
    customer = dict.fromkeys(study.answers.fields) | {"age": 30}
    assert tool.score_one(customer)["segment"] in range(4)


def test_a_run_without_listener_tells_nothing(ran_folder, same_segments, without_report, capsys):
    Study.open(ran_folder).run()
    assert capsys.readouterr().out == ""
    assert re.search("stability", (ran_folder / "results" / "steps.json").read_text())
