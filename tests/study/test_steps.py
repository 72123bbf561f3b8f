"""Each step of a study by itself: what it takes, what it gives, what it refuses."""

import numpy as np
import pandas as pd
import pytest

from segkit.exceptions import SegkitError
from segkit.segments import match
from segkit.study import StudyConfig, read_config, steps
from segkit.study.answers import read_answers


@pytest.fixture(scope="module")
def study(whole_run):
    return whole_run[0]


@pytest.fixture
def base(study):
    return pd.read_parquet(study.folder / "data" / "base.parquet").head(50)


def test_needs_follow_the_settings(study):
    config = StudyConfig(n_factors=3, correlation="pearson", rotation="none")
    needs = steps.find_needs(study.answers, config)
    assert needs.model.n_factors == 3
    assert needs.correlation.method == "pearson"
    assert needs.model.rotation is None
    assert list(needs.scores.columns) == ["factor_1", "factor_2", "factor_3"]
    assert len(needs.scores) == len(study.answers.table)


def test_relative_ratings_make_needs_and_are_described(study, change, folder):
    change(folder, 'ratings = "given"', 'n_factors = 2\nratings = "relative"')
    config = read_config(folder)
    answers = read_answers(folder, config)
    blocks = {answers.codebook[name].block for name in answers.items}
    assert answers.ratings.shape[1] == len(answers.items) - len(blocks)
    needs = steps.find_needs(answers, config)
    assert needs.correlation.method == "pearson"
    found = steps.find_segments(answers, needs, config)
    assert set(found.items.frame()["item"]) == set(answers.ratings.columns)
    # what the needs are made from is never tested as if it came from outside
    assert not set(found.outside.frame()["item"]) & set(answers.items)


def test_the_level_share_tells_a_ranking_from_kinds(study):
    values = np.array([[1.0, 1.0], [2.0, 2.0], [1.0, 2.0], [2.0, 1.0]])
    ranking, kinds = np.array([0, 1, 0, 1]), np.array([0, 0, 1, 1])
    w = np.ones(4)
    assert steps._level_share(values[:2], ranking[:2], w[:2]) == pytest.approx(1.0)
    assert steps._level_share(values, kinds, w) == pytest.approx(0.0)
    assert 0 <= study.segments.level_share <= 1


def test_more_needs_than_the_items_can_tell_are_refused(study):
    with pytest.raises(SegkitError, match=r"n_factors=24"):
        steps.find_needs(study.answers, StudyConfig(n_factors=24))


@pytest.mark.parametrize("model", ["kmeans", "latent_class"])
def test_dividing_depends_neither_on_row_order_nor_on_call(study, model):
    scores, w = study.needs.scores.to_numpy(), study.answers.weight
    config = StudyConfig(n_segments=3)
    labels = steps.divide(model, scores, w, config)
    order = np.random.default_rng(0).permutation(len(w))
    assert (steps.divide(model, scores[order], w[order], config) == labels[order]).all()
    assert set(labels) == {0, 1, 2}


def test_segments_are_numbered_by_size_and_named(study):
    found = study.segments
    sizes = np.bincount(found.labels, weights=study.answers.weight)
    assert (np.diff(sizes) <= 0).all()
    assert found.scheme.names == ("Alba", "Bruno", "Célia", "Dag & Co")
    assert found.method.startswith("k-means on the needs, 4 segments")
    assert -0.1 < found.agreement <= 1


def test_the_other_model_is_what_the_agreement_is_with(study):
    config = StudyConfig(model="latent_class")
    other = steps.find_segments(study.answers, study.needs, config)
    assert other.method.startswith("Gaussian latent classes")
    same = match(other.labels, study.segments.labels, sample_weight=study.answers.weight)
    assert (
        other.agreement == pytest.approx(study.segments.agreement) == pytest.approx(same.agreement)
    )


def test_what_made_the_segments_is_not_tested_and_the_rest_is(study):
    found = study.segments
    assert found.needs.frame()["p_adjusted"].isna().all()
    assert found.items.frame()["p_adjusted"].isna().all()
    outside = found.outside.frame()
    assert set(study.answers.fields) <= set(outside["item"])
    assert not set(study.answers.items) & set(outside["item"])
    assert outside["p_adjusted"].notna().any()


def test_the_most_typical_respondents_are_nearest_to_their_mean(study):
    found, scores = study.segments, study.needs.scores.to_numpy()
    members = found.labels == 1
    mean = np.average(scores[members], axis=0, weights=study.answers.weight[members])
    distance = np.linalg.norm(scores[members] - mean, axis=1)
    np.testing.assert_allclose(found.closeness[members], -distance)


def test_opportunities_come_where_importance_and_satisfaction_were_asked(study):
    assert set(study.segments.opportunity.frame()["item"]) == set(study.answers.items)


def test_opportunities_are_left_out_where_only_importance_was_asked(study):
    book = study.answers.codebook
    kept = type(book)([item for item in book if item.role != "satisfaction"])
    answers = type(study.answers)(**{**vars(study.answers), "codebook": kept})
    found = steps.find_segments(answers, study.needs, study.config)
    assert found.opportunity is None
    assert not any(name.startswith("sat_") for name in found.outside.frame()["item"])


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_a_base_in_either_format_gets_the_same_tags(study, base, tmp_path, suffix):
    path = tmp_path / f"base{suffix}"
    if suffix == ".csv":
        base.to_csv(path, index=False, sep=";")
    else:
        base.to_parquet(path)
    steps.tag_base(path, study.tool, tmp_path / "out.parquet", id="customer_id")
    tagged = pd.read_parquet(tmp_path / "out.parquet")
    whole = pd.read_parquet(study.tagged).head(50)
    assert tagged["customer_id"].tolist() == whole["customer_id"].tolist()
    assert tagged["segment"].tolist() == whole["segment"].tolist()
    np.testing.assert_array_equal(tagged["probability"], whole["probability"])


def test_a_text_base_may_stay_text(study, base, tmp_path):
    base.to_csv(tmp_path / "base.csv", index=False)
    steps.tag_base(tmp_path / "base.csv", study.tool, tmp_path / "out.csv")
    assert len(pd.read_csv(tmp_path / "out.csv")) == 50


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            lambda t: pd.concat([t, t.iloc[[3]]]),
            r"`customer_id` of the base holds 100004 more than once \(rows 3 and 50\)",
        ),
        (lambda t: t.drop(columns="tenure"), r"lacks `tenure`"),
        (lambda t: t.drop(columns="customer_id"), r"lacks `customer_id`"),
        (lambda t: t.assign(segment=1), r"The base has `segment` already"),
        (lambda t: t.assign(age="old"), r"`age`.*text"),
    ],
)
def test_a_base_that_cannot_be_tagged_is_named(study, base, tmp_path, suffix, change, message):
    path = tmp_path / f"base{suffix}"
    table = change(base)
    if suffix == ".csv":
        table.to_csv(path, index=False)
    else:
        table.to_parquet(path)
    with pytest.raises(SegkitError, match=message):
        steps.tag_base(path, study.tool, tmp_path / "out.parquet", id="customer_id")
    assert not (tmp_path / "out.parquet").exists()


@pytest.mark.parametrize(
    ("base", "out", "message"),
    [
        (
            "base.parquet",
            "out.csv",
            r"`out.csv` was given.*expected a name that ends in .parquet, as",
        ),
        ("base.csv", "out.xlsx", r"`out.xlsx` was given.*ends in .parquet or .csv"),
        ("none.csv", "out.csv", r"The base `.*none.csv` is not a file"),
        ("none.parquet", "out.parquet", r"The base `.*none.parquet` is not a file"),
    ],
)
def test_files_that_do_not_fit_are_named(study, tmp_path, base, out, message):
    with pytest.raises(SegkitError, match=message):
        steps.tag_base(tmp_path / base, study.tool, tmp_path / out)


def test_a_base_that_weak_fields_cannot_size_has_the_sizes_of_the_survey(study, monkeypatch):
    monkeypatch.setattr("segkit.reports.honesty.WIDEST", 0.0)
    sizes = steps.segment_sizes(study.segments.scheme, study.mix)
    assert sizes["n"].sum() == len(study.segments.labels)


def test_sizes_are_of_the_base_corrected_or_of_the_respondents(study, monkeypatch):
    monkeypatch.setattr("segkit.reports.honesty.WIDEST", 1.0)
    of_base = steps.segment_sizes(study.segments.scheme, study.mix)
    of_respondents = steps.segment_sizes(study.segments.scheme, None)
    for sizes, n in ((of_base, 3000), (of_respondents, len(study.segments.labels))):
        assert list(sizes.columns) == list(steps.SIZE_COLUMNS)
        assert sizes["n"].sum() == n
        assert sizes["share"].sum() == pytest.approx(1)
        assert (sizes["low"] <= sizes["share"]).all()
        assert (sizes["share"] <= sizes["high"]).all()
        assert sizes["name"].tolist() == ["Alba", "Bruno", "Célia", "Dag & Co"]
    shares = np.bincount(study.segments.labels, weights=study.answers.weight)
    np.testing.assert_allclose(of_respondents["share"], shares / shares.sum())


def test_drift_compares_the_fields_of_base_and_survey(study):
    found = steps.base_drift(study.answers, study.tagged)
    assert set(found.frame()["field"]) == set(study.answers.fields)
