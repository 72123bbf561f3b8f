import warnings

import numpy as np
import pandas as pd
import pytest
from sklearn.cluster import AgglomerativeClustering, KMeans
from sklearn.datasets import make_blobs

from segkit import choose, datasets, factors, segments
from segkit.exceptions import SegkitError, SegkitWarning

CENTRES = [[0, 0, 0], [6, 0, 0], [0, 6, 0], [0, 0, 6]]
X, TRUTH = make_blobs([90, 70, 50, 40], centers=CENTRES, random_state=1)
NAMES = ["a", "b", "c"]
FAST = {"n_segments": [3, 4, 5], "n_boot": 8, "n_init": 2}
REQUIRED = [
    "input",
    "model",
    "n_segments",
    "separation",
    "stability",
    "weakest",
    "smallest",
    "structure",
    "typability",
]


def models():
    return [KMeans(n_init=3), segments.LatentClass(items="gaussian", n_init=5)]


def fields(labels):
    rng = np.random.default_rng(0)
    return {
        "age": 10.0 * (labels % 2) + rng.normal(size=labels.size),
        "plan": np.where(labels > 1, "plus", "basic"),
    }


@pytest.fixture(scope="module")
def found():
    return choose.compare(
        pd.DataFrame(X, columns=NAMES),
        models(),
        fields=pd.DataFrame(fields(TRUTH)),
        questions=pd.DataFrame(X, columns=NAMES),
        outcomes=pd.DataFrame({"spend": TRUTH + 0.0, "channel": fields(TRUTH)["plan"]}),
        **FAST,
    )


def test_separated_segments_are_suggested_with_their_number(found):
    assert found.suggested.n_segments == 4
    assert segments.match(found.labels, TRUTH).agreement > 0.97
    assert np.bincount(found.labels).tolist() == sorted(np.bincount(found.labels))[::-1]
    assert "the most segments of which every one comes back" in found.why
    assert not found.construction


def test_the_table_has_a_row_a_candidate_and_the_promised_columns(found):
    table = found.frame()
    assert table["n_segments"].tolist() == [3, 4, 5] * 2
    assert set(REQUIRED) <= set(table.columns)
    assert table["suggested"].sum() == 1
    assert table.loc[table["model"] == "KMeans", "bic"].isna().all()
    assert table.loc[table["model"] == "LatentClass", "bic"].idxmin() == 4
    assert (table["space"] == "the answers").all()
    right = table[table["n_segments"] == 4]
    assert (right["typability"] > 0.9).all()
    assert (right["questions"] > 0.9).all()
    assert (right["effect_spend"] > 0.9).all()
    assert right["effect"].tolist() == pytest.approx(
        ((right["effect_spend"] + right["effect_channel"]) / 2).tolist()
    )
    assert (table["weakest_low"] <= table["weakest"]).all()


def test_both_ways_agree_and_every_segment_survives(found):
    pairs = found.agreement_frame()
    assert len(pairs) == 36
    same = (pairs["n_segments_a"] == 4) & (pairs["n_segments_b"] == 4)
    assert (pairs.loc[same, "ari"] > 0.95).all()
    survivors = found.survivors()
    assert survivors["found_by"].tolist() == [1] * 4
    assert survivors["n_others"].tolist() == [1] * 4
    assert survivors["share"].sum() == pytest.approx(1)


def test_labels_of_any_candidate_can_be_had(found):
    assert (found.labels_of(4, model=found.suggested.model) == found.labels).all()
    with pytest.raises(SegkitError, match=r"2 candidates have n_segments=4.*expected one"):
        found.labels_of(4)
    with pytest.raises(SegkitError, match="model='KMean' is not known"):
        found.labels_of(4, model="KMean")


def test_the_summary_says_what_was_done(found):
    text = found.summary()
    assert text.startswith(
        "6 candidates: KMeans, LatentClass on the answers, 3 to 5 segments; 250 resp"
    )
    assert "8 bootstrap samples shared by all candidates (2 starts each)" in text
    assert text.endswith(found.why)
    assert "<table" in found._repr_html_()


def test_neither_the_order_of_rows_nor_processes_matter():
    turned = np.random.default_rng(0).permutation(len(X))
    one = choose.compare(X, models(), fields=pd.DataFrame(fields(TRUTH)), **FAST)
    two = choose.compare(
        X[turned], models(), fields=pd.DataFrame(fields(TRUTH)).iloc[turned], n_jobs=2, **FAST
    )
    pd.testing.assert_frame_equal(one.frame(), two.frame())
    assert (one.all_labels[:, turned] == two.all_labels).all()
    assert (one.suggested, one.why) == (two.suggested, two.why)


def test_pandas_and_polars_agree(frame_kind):
    table = frame_kind.make(dict(zip(NAMES, X.T, strict=True)))
    one = choose.compare(table, models()[:1], fields=frame_kind.make(fields(TRUTH)), **FAST)
    two = choose.compare(X, models()[:1], fields=pd.DataFrame(fields(TRUTH)), **FAST)
    assert type(one.frame()) is type(table)
    assert one.frame()["typability"].to_list() == two.frame()["typability"].to_list()
    assert (one.labels == two.labels).all()


def test_inputs_are_put_side_by_side_in_one_space():
    noisy = np.column_stack([X, 9 * np.random.default_rng(0).normal(size=(len(X), 3))])
    inputs = {"items": noisy, "needs": X}
    found = choose.compare(inputs, models()[:1], **FAST)
    assert found.suggested.input == "needs"
    assert set(found.frame()["space"]) == {"items"}
    own = choose.compare(inputs, models()[:1], space="own", **FAST).frame()
    needs = own[(own["input"] == "needs") & (own["n_segments"] == 4)]["separation"].item()
    items = found.frame().query("input == 'needs' and n_segments == 4")["separation"].item()
    assert needs > items


def test_constraints_decide_what_is_suggested_and_say_why_not():
    found = choose.compare(X, models()[:1], constraints={"excluded_numbers": [4]}, **FAST)
    assert found.suggested.n_segments != 4
    assert found.frame()["breach"].tolist()[1] == "4 segments are excluded"
    assert not found.frame()["front"].tolist()[1]
    excluded = choose.compare(
        X,
        models()[:1],
        fields=pd.DataFrame(fields(TRUTH)),
        constraints={"excluded_fields": ["plan"]},
        **FAST,
    )
    assert (excluded.frame()["typability"] < 0.7).all()


def test_weights_count_and_their_unit_does_not():
    w = np.where(TRUTH == 3, 3.0, 1.0)
    one, two = (choose.compare(X, models(), sample_weight=c * w, **FAST) for c in (1, 10))
    pd.testing.assert_frame_equal(one.frame(), two.frame())
    assert one.labels[TRUTH == 3].max() == 0  # the smallest is the largest now
    left_out = choose.compare(X, models()[:1], sample_weight=(TRUTH != 3) * 1.0, **FAST)
    assert (left_out.labels[TRUTH == 3] == -1).all()
    assert left_out.suggested.n_segments == 3


def test_a_model_without_weights_is_used_and_warned_of():
    with pytest.warns(SegkitWarning, match="AgglomerativeClustering takes no sample_weight"):
        choose.compare(X, [AgglomerativeClustering()], sample_weight=np.ones(len(X)), **FAST)


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"models": []}, "models is empty"),
        ({"n_boot": 1}, "n_boot=1"),
        ({"n_segments": [1]}, "n_segments=1"),
        ({"constraints": {"least": 1}}, "constraints holds `least`"),
        ({"fields": X}, "fields is a ndarray; expected a pandas or polars frame"),
        ({"sample_weight": [1.0]}, "sample_weight has shape"),
        ({"X": {"a": X, "b": X[:9]}}, "the input `b` has 9 rows"),
    ],
)
def test_bad_input_is_refused(changes, text):
    given = {"X": X, "models": models()[:1], **FAST} | changes
    with pytest.raises(SegkitError, match=text):
        choose.compare(**given)


def needs_of(n_segments, seed, n_respondents):
    """Factor scores of the attentive respondents of a made study."""
    made = datasets.make_payments_study(
        n_respondents=n_respondents, n_customers=4000, n_segments=n_segments, random_state=seed
    )
    answers = made.codebook.clean(made.answers)[made.truth.careless == ""]
    items = answers[made.codebook.names(role="importance")]
    w = answers["weight"].to_numpy()
    return factors.FactorModel(5, random_state=0).fit(items, sample_weight=w).transform(items), w


def suggested_number(n_segments, seed, *, n_respondents=3000, n_boot=20):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SegkitWarning)  # of fits to samples
        needs, w = needs_of(n_segments, seed, n_respondents)
        both = [KMeans(n_init=10), segments.LatentClass(items="gaussian", n_init=10)]
        found = choose.compare(
            {"needs": needs}, both, sample_weight=w, n_boot=n_boot, n_init=3, random_state=seed
        )
    return found.suggested.n_segments


@pytest.mark.parametrize("n_segments", [3, 6])
def test_the_made_studys_number_of_segments_is_suggested(n_segments):
    found = suggested_number(n_segments, 0, n_respondents=1500, n_boot=10)
    assert found == n_segments


@pytest.mark.slow
@pytest.mark.parametrize("n_segments", [3, 4, 5, 6])
def test_the_made_studys_number_of_segments_is_suggested_in_eight_of_ten_seeds(n_segments):
    right = [suggested_number(n_segments, seed) == n_segments for seed in range(10)]
    assert sum(right) >= 8


@pytest.mark.real_data
def test_mcdonalds_is_cut_into_four_by_both_models(data_folder):
    raw = pd.read_csv(data_folder / "mcdonalds" / "mcdonalds.csv").iloc[:, :11]
    items = raw.eq("Yes").astype(float)
    both = [KMeans(n_init=5), segments.LatentClass(n_init=10)]
    found = choose.compare(items, both, n_segments=[2, 3, 4, 5, 6], n_boot=20)
    assert found.suggested.n_segments == 4
    assert (found.survivors()["lowest"] > 0.6).all()


@pytest.mark.parametrize("worlds", [0, 18, "many"])
def test_too_few_worlds_say_how_not_to_ask(worlds):
    with pytest.raises(SegkitError, match=r"expected False \(do not ask\), True \(39 worlds"):
        choose.compare(np.eye(40), [KMeans()], structure=worlds)
