"""What a typing tool reaches on real people: less than on made ones, and it says so."""

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.cluster import KMeans
from sklearn.model_selection import StratifiedKFold

from segkit import datasets
from segkit.typing_tool import TypingTool, load

FIELDS = [
    "agecat", "PPGENDER", "PPEDUC", "PPINCIMP", "PPMARIT", "PPHHSIZE", "PPREG4", "PPMSACAT",
    "EMPLOY", "HOUSING", "SAVINGSRANGES", *(f"PRODHAVE_{i}" for i in range(1, 10)),
]  # fmt: skip


@pytest.fixture(scope="module")
def wellbeing(data_folder):
    survey = datasets.fetch_financial_wellbeing()
    items = survey.codebook.clean(survey.answers)[survey.codebook.names("item")].astype(float)
    filled = items.fillna(items.median())
    spread = filled.std(ddof=0)
    z = ((filled - filled.mean()) / spread).loc[:, spread > 0]
    segments = KMeans(4, n_init=20, random_state=0).fit_predict(z)
    return survey, segments


@pytest.mark.real_data
def test_financial_wellbeing_is_typed_a_little_better_than_chance(wellbeing, tmp_path):
    survey, segments = wellbeing
    fields, w = survey.answers[FIELDS], np.asarray(survey.answers["finalwt"], dtype=float)
    tool = TypingTool(n_trees=100).fit(fields, segments, sample_weight=w)
    assert 0.15 < tool.evaluation_.kappa < 0.35
    assert tool.evaluation_.accuracy > tool.evaluation_.value("majority")
    assert "SAVINGSRANGES" in tool.importance_.frame()["field"].head(3).tolist()
    again = load(tool.save(tmp_path / "tool.segkit"))
    np.testing.assert_array_equal(again.predict_proba(fields), tool.predict_proba(fields))


def outer_accuracy(tool, fields, segments, w):
    """Return the accuracy of clones of a tool on the folds that they were not fitted on."""
    right = np.empty(len(segments))
    for train, test in StratifiedKFold(5, shuffle=True, random_state=9).split(fields, segments):
        # its own folds are for its figures only: fewer of them make the same tool
        own = clone(tool).set_params(n_folds=2).fit(fields.iloc[train], segments[train], w[train])
        right[test] = own.predict(fields.iloc[test]) == segments[test]
    return np.average(right, weights=w)


@pytest.mark.real_data
def test_an_outer_cross_validation_of_payers_agrees_with_the_tools_own(data_folder):
    survey = datasets.fetch_payment_choice(wave=2017)
    items = survey.codebook.names(role="item")
    clean = survey.codebook.clean(survey.answers)
    good = clean[items].notna().all(axis=1).to_numpy() & (clean["weight"] > 0).to_numpy()
    ratings = clean.loc[good, items].to_numpy(dtype=float)
    # an answer minus the person's mean: what somebody prefers, not how high they tick
    ratings -= ratings.mean(axis=1, keepdims=True)
    segments = KMeans(4, n_init=10, random_state=0).fit_predict(ratings)
    fields = survey.answers.loc[good, survey.codebook.names(role="field")]
    w = clean.loc[good, "weight"].to_numpy(dtype=float)
    tool = TypingTool(n_trees=40).fit(fields, segments, w)
    outer = outer_accuracy(tool, fields, segments, w)
    assert outer == pytest.approx(tool.evaluation_.accuracy, abs=0.03)


@pytest.mark.real_data
def test_an_outer_cross_validation_of_bank_customers_agrees_with_the_tools_own(data_folder):
    bank = datasets.fetch_bank_marketing().answers
    people = bank.iloc[np.random.default_rng(0).choice(len(bank), 2000, replace=False)]
    fields = people[["job", "marital", "education", "default", "housing", "loan"]]
    # stages of life, which work and marital state half tell
    segments = np.digitize(people["age"].to_numpy(), [33, 50])
    w = np.ones(2000)
    tool = TypingTool(n_trees=40, max_fields=4).fit(fields, segments, w)
    outer = outer_accuracy(tool, fields, segments, w)
    assert outer == pytest.approx(tool.evaluation_.accuracy, abs=0.03)


@pytest.mark.real_data
def test_bank_customers_are_typed_on_their_few_fields(data_folder):
    bank = datasets.fetch_bank_marketing()
    names = ["age", "job", "marital", "education", "default", "housing", "loan"]
    rows = np.random.default_rng(0).choice(len(bank.answers), 4000, replace=False)
    people = bank.answers.iloc[rows]
    # a stand-in for segments: stages of life, which age and marital state half tell
    age = people["age"].to_numpy()
    stage = np.where(age < 33, "starting", np.where(age < 50, "building", "settled"))
    blurred = np.random.default_rng(1).random(4000) < 0.3
    segments = np.where(blurred, np.random.default_rng(2).permutation(stage), stage)
    tool = TypingTool(n_trees=100, n_folds=3).fit(people[names], segments)
    assert 0.45 < tool.evaluation_.kappa < 0.75
    table = tool.importance_.frame()
    assert table["field"].iloc[0] == "age"
    assert (table[table["field"] == "loan"]["low"] < 0.005).all()
    tagged = tool.tag(bank.answers, id="contact_id")
    assert len(tagged) == 41_188
    assert set(tagged["segment"]) == {"starting", "building", "settled"}


def test_the_payments_study_is_typed_beyond_chance():
    made = datasets.make_payments_study(n_respondents=1500, n_customers=20_000, random_state=0)
    w = np.asarray(made.answers["weight"], dtype=float)
    tool = TypingTool(n_trees=100).fit(made.fields, made.truth.respondents, sample_weight=w)
    assert tool.evaluation_.kappa > 0.28
    right = (tool.predict(made.base) == made.truth.customers).mean()
    assert right > 0.5
    table = tool.evaluation_.frame()
    row = table[table["metric"] == "accuracy"].iloc[0]
    assert row["low"] - 0.02 < right < row["high"] + 0.02


def test_where_fields_add_up_a_scorecard_is_as_good_as_a_forest():
    made = datasets.make_payments_study(n_respondents=1500, n_customers=20_000, random_state=0)
    w = np.asarray(made.answers["weight"], dtype=float)
    loss = {}
    for model in ("forest", "scorecard"):
        tool = TypingTool(model=model, n_trees=100, n_folds=3)
        tool.fit(made.fields, made.truth.respondents, sample_weight=w)
        right = (tool.predict(made.base) == made.truth.customers).mean()
        assert right > 0.5
        loss[model] = tool.evaluation_.value("log_loss")
    assert loss["scorecard"] < loss["forest"] + 0.02


@pytest.mark.slow
def test_nested_accuracy_holds_on_customers_it_never_met():
    held = []
    for seed in range(20):
        made = datasets.make_payments_study(
            n_respondents=3000, n_customers=100_000, random_state=seed
        )
        w = np.asarray(made.answers["weight"], dtype=float)
        tool = TypingTool(random_state=seed).fit(made.fields, made.truth.respondents, w)
        right = (tool.predict(made.base) == made.truth.customers).mean()
        row = tool.evaluation_.frame().iloc[0]
        held.append(row["low"] <= right <= row["high"])
    assert sum(held) >= 17
