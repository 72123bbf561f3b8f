import numpy as np
import pytest
from sklearn.base import clone
from sklearn.utils.estimator_checks import parametrize_with_checks

from segkit.exceptions import NotFittedError, SegkitError, SegkitWarning
from segkit.segments import Scheme
from segkit.typing_tool import TypingTool, load

QUICK = {"n_trees": 10, "n_folds": 2}


@pytest.fixture
def fields(frame_kind, people):
    return frame_kind.make(people(200).columns)


@pytest.fixture(scope="module")
def labels(people):
    return people(200).segments


def test_pandas_and_polars_give_the_same_tool(people):
    pandas, polars = pytest.importorskip("pandas"), pytest.importorskip("polars")
    made, fresh = people(300), people(500, seed=2)
    out = [
        TypingTool(**QUICK)
        .fit(library.DataFrame(made.columns), made.segments)
        .predict_proba(library.DataFrame(fresh.columns))
        for library in (pandas, polars)
    ]
    np.testing.assert_array_equal(*out)


def test_the_same_seed_gives_the_same_tool_for_any_order_of_rows(people):
    pandas = pytest.importorskip("pandas")
    made, fresh = people(300), pandas.DataFrame(people(500, seed=2).columns)
    w = np.random.default_rng(0).uniform(0.5, 2, 300)
    order = np.random.default_rng(3).permutation(300)
    turned = made.take(order)
    one = TypingTool(**QUICK).fit(pandas.DataFrame(made.columns), made.segments, w)
    two = TypingTool(**QUICK).fit(pandas.DataFrame(turned.columns), turned.segments, w[order])
    np.testing.assert_array_equal(one.predict_proba(fresh), two.predict_proba(fresh))
    assert one.evaluation_.frame().equals(two.evaluation_.frame())
    assert one.importance_.frame().equals(two.importance_.frame())
    np.testing.assert_array_equal(one.typing_error_.draws, two.typing_error_.draws)


def test_threads_do_not_matter(people):
    pandas = pytest.importorskip("pandas")
    made, fresh = people(300), pandas.DataFrame(people(20_000, seed=2).columns)
    fitted = [
        TypingTool(**QUICK, n_jobs=j).fit(pandas.DataFrame(made.columns), made.segments)
        for j in (None, 2)
    ]
    np.testing.assert_array_equal(*(t.predict_proba(fresh) for t in fitted))
    assert fitted[0].evaluation_.frame().equals(fitted[1].evaluation_.frame())


def test_the_unit_of_weights_does_not_matter_and_weight_zero_is_absence(people):
    pandas = pytest.importorskip("pandas")
    made, fresh = people(300), pandas.DataFrame(people(300, seed=2).columns)
    fields = pandas.DataFrame(made.columns)
    w = np.random.default_rng(0).uniform(0.5, 2, 300)
    w[200:] = 0
    kept = made.take(np.arange(200))
    tools = [
        TypingTool(**QUICK).fit(fields, made.segments, w),
        TypingTool(**QUICK).fit(fields, made.segments, 8 * w),
        TypingTool(**QUICK).fit(pandas.DataFrame(kept.columns), kept.segments, w[:200]),
    ]
    for other in tools[1:]:
        np.testing.assert_array_equal(tools[0].predict_proba(fresh), other.predict_proba(fresh))
        for column in ("value", "low", "high"):
            np.testing.assert_allclose(
                tools[0].evaluation_.frame()[column], other.evaluation_.frame()[column]
            )


def test_unit_weights_change_nothing(fields, labels):
    plain, weighted = (TypingTool(**QUICK).fit(fields, labels, w) for w in (None, np.ones(200)))
    np.testing.assert_array_equal(plain.predict_proba(fields), weighted.predict_proba(fields))


def test_names_of_segments_do_not_matter(fields, labels):
    names = np.array(["c", "a", "b"])[labels]  # 1 -> a, 2 -> b, 0 -> c
    numbers = TypingTool(**QUICK).fit(fields, np.array([2, 0, 1])[labels])
    text = TypingTool(**QUICK).fit(fields, names)
    assert text.classes_.tolist() == ["a", "b", "c"]
    np.testing.assert_array_equal(numbers.predict_proba(fields), text.predict_proba(fields))
    assert (text.predict(fields) == np.array(["a", "b", "c"])[numbers.predict(fields)]).all()


def test_sure_memberships_are_labels(fields, labels):
    hard = TypingTool(**QUICK).fit(fields, labels)
    soft = TypingTool(**QUICK).fit(fields, np.eye(3)[labels])
    np.testing.assert_array_equal(hard.predict_proba(fields), soft.predict_proba(fields))


def test_untagged_people_are_minus_one_or_none(shy_tool, fields, labels, people):
    pandas = pytest.importorskip("pandas")
    base = pandas.DataFrame(people(300, seed=5).columns)
    predicted, top = shy_tool.predict(base), shy_tool.predict_proba(base).max(axis=1)
    np.testing.assert_array_equal(predicted == -1, top < 0.55)
    names = np.array(["a", "b", "c"])[labels]
    tool = TypingTool(**QUICK, abstain_below=0.6).fit(fields, names)
    assert {type(v) for v in tool.predict(fields)} == {str, type(None)}


def test_unheard_of_levels_and_gaps_are_typed_like_their_neighbours(small_tool):
    polars = pytest.importorskip("polars")
    base = polars.DataFrame(
        {
            "age": [40.0, 40.0],
            "income": [20_000.0, None],
            "region": ["atlantis", "east"],
            "plan": ["basic", "basic"],
            "online": [True, None],
        }
    )
    assert np.isfinite(small_tool.predict_proba(base)).all()
    host = small_tool.model_.codes.fields[3]
    common = [level for level in host.levels if host.code_of(level) == host.unseen - 1]
    swapped = base.with_columns(plan=polars.lit("never heard of"))
    usual = base.with_columns(plan=polars.lit(common[0]))
    np.testing.assert_array_equal(
        small_tool.predict_proba(swapped), small_tool.predict_proba(usual)
    )


def test_a_fitted_tool_tells_of_itself(small_tool):
    assert small_tool.n_features_in_ == 5
    assert list(small_tool.feature_names_in_) == ["age", "income", "region", "plan", "online"]
    text = small_tool.summary()
    assert text.startswith("Typing tool: random forest of 30 trees")
    assert "5 fields as" in text
    assert "On respondents it had not seen" in text


def test_before_fitting_there_is_nothing(fields):
    tool = TypingTool()
    for ask in (
        lambda: tool.predict(fields),
        lambda: tool.tag(fields),
        lambda: tool.segment_mix(fields),
        lambda: tool.score_one({}),
        lambda: tool.save("x"),
        tool.card,
        tool.points,
        tool.summary,
    ):
        with pytest.raises(NotFittedError, match="This TypingTool is not fitted yet"):
            ask()


@pytest.mark.parametrize(
    ("change", "text"),
    [
        (lambda c: c | {"customer_id": np.arange(200)}, "`customer_id` has 200 different values"),
        (lambda c: c | {"name": [f"n{i}" for i in range(200)]}, "`name` has 200 different values"),
        (lambda c: c | {"none": [None] * 200}, "`none` in fields holds no value at all"),
        (lambda c: c | {"inf": np.full(200, np.inf)}, "`inf` in fields holds infinity in row 0"),
        (
            lambda c: c | {"joined": np.array(["2026-01-01"] * 200, "datetime64[us]")},
            "`joined` in fields holds dates",
        ),
        (lambda c: {}, "fields has 0 rows and 0 columns"),
    ],
)
def test_fields_that_cannot_be_used(frame_kind, people, labels, change, text):
    frame = frame_kind.make(change(people(200).columns))
    with pytest.raises(SegkitError, match=text):
        TypingTool(**QUICK).fit(frame, labels)


def test_segments_that_cannot_be_used(fields, labels):
    with pytest.raises(SegkitError, match="segments has 199 rows but fields has 200"):
        TypingTool(**QUICK).fit(fields, labels[:-1])
    with pytest.raises(SegkitError, match="segments holds one segment only"):
        TypingTool(**QUICK).fit(fields, np.zeros(200))
    few = np.where(np.arange(200) < 3, 9, labels)
    with pytest.raises(SegkitError, match=r"Segment 9 has 3 respondent\(s\) of 200 .* at least 5"):
        TypingTool(n_trees=10).fit(fields, few)


def test_a_constant_field_is_warned_of_and_harmless(frame_kind, people, labels):
    columns = people(200).columns
    frame = frame_kind.make(columns | {"same": [1.0] * 200})
    with pytest.warns(SegkitWarning, match="`same` in fields holds the same value everywhere"):
        tool = TypingTool(**QUICK).fit(frame, labels)
    table = tool.importance_.table
    assert table["loss_rise"][table["field"].index("same")] == pytest.approx(0, abs=1e-12)


def test_arrays_are_welcome(labels):
    x = np.random.default_rng(0).normal(size=(200, 3))
    x[:, 0] += labels
    tool = TypingTool(**QUICK).fit(x, labels)
    assert tool.predict(x).shape == (200,)
    assert not hasattr(tool, "feature_names_in_")
    with pytest.raises(SegkitError, match="X has 2 features, but TypingTool is expecting 3"):
        tool.predict(x[:, :2])


def test_a_clone_is_unfitted_and_fits_alike(fields, labels):
    tool = TypingTool(**QUICK, random_state=3).fit(fields, labels)
    again = clone(tool).fit(fields, labels)
    np.testing.assert_array_equal(tool.predict_proba(fields), again.predict_proba(fields))
    other = clone(tool).set_params(random_state=4).fit(fields, labels)
    assert not np.array_equal(tool.predict_proba(fields), other.predict_proba(fields))


def test_many_segments_and_two(people):
    pandas = pytest.importorskip("pandas")
    made = people(400)
    fields = pandas.DataFrame(made.columns)
    for k in (2, 7):
        segments = np.argsort(np.argsort(made.columns["income"])) * k // 400
        tool = TypingTool(**QUICK).fit(fields, segments)
        assert tool.predict_proba(fields).shape == (400, k)
        assert tool.evaluation_.kappa > 0.5


SEGMENTS = "segments of one respondent are refused, and that is what this check has"
EXPECTED = {
    "check_fit_score_takes_y": "the contract calls the labels `segments`",
    "check_sample_weight_equivalence_on_dense_data": "a forest draws respondents, not weights",
    "check_classifiers_classes": "-1 stands for untagged people and is refused as a label",
    "check_supervised_y_2d": "a table of one column would be memberships of one segment",
    "check_dont_overwrite_parameters": SEGMENTS,
    "check_f_contiguous_array_estimator": SEGMENTS,
    "check_methods_sample_order_invariance": SEGMENTS,
    "check_methods_subset_invariance": SEGMENTS,
    "check_dict_unchanged": SEGMENTS,
    "check_fit2d_predict1d": SEGMENTS,
}


@pytest.mark.filterwarnings("ignore::segkit.exceptions.SegkitWarning")
@parametrize_with_checks(
    [TypingTool(n_trees=10, n_folds=2), TypingTool(model="scorecard", n_folds=2)],
    expected_failed_checks=lambda _: EXPECTED,
)
def test_scikit_learn_checks(estimator, check):
    check(estimator)


def test_the_names_of_a_scheme_travel_to_tags_and_back_from_a_file(people, tmp_path):
    made, base = people(400, seed=3), people(50, seed=4)
    pandas = pytest.importorskip("pandas")
    fields, customers = pandas.DataFrame(made.columns), pandas.DataFrame(base.columns)
    scheme = Scheme(made.segments, names=["Planners", "Drifters", "Avoiders"])
    plain = TypingTool(n_trees=16, n_folds=2).fit(fields, scheme.labels)
    named = TypingTool(n_trees=16, n_folds=2).fit(fields, scheme)
    path = named.save(tmp_path / "tool.segkit")
    tags = load(path).tag(customers)
    assert tags["segment"].tolist() == [scheme.names[k] for k in plain.tag(customers)["segment"]]
    assert {"probability_Planners", "probability_Drifters"} <= set(tags.columns)
    assert "Planners" in named.evaluation_.frame()["segment"].tolist()


CARD = {"model": "scorecard", "n_folds": 2}


def test_a_scorecard_is_the_same_for_any_order_of_rows_and_unit_of_weights(people):
    pandas, polars = pytest.importorskip("pandas"), pytest.importorskip("polars")
    made, fresh = people(300), pandas.DataFrame(people(500, seed=2).columns)
    w = np.random.default_rng(0).uniform(0.5, 2, 300)
    order = np.random.default_rng(3).permutation(300)
    turned = made.take(order)
    one = TypingTool(**CARD).fit(pandas.DataFrame(made.columns), made.segments, w)
    two = TypingTool(**CARD).fit(polars.DataFrame(turned.columns), turned.segments, 8 * w[order])
    np.testing.assert_array_equal(one.predict_proba(fresh), two.predict_proba(fresh))
    assert one.points().table == two.points().table
    assert one.evaluation_.frame()["value"].tolist() == pytest.approx(
        two.evaluation_.frame()["value"].to_list(), nan_ok=True
    )
    np.testing.assert_allclose(one.typing_error_.draws, two.typing_error_.draws)


def test_a_scorecard_does_all_that_a_tool_does(people):
    pandas = pytest.importorskip("pandas")
    made = people(400)
    fields, base = pandas.DataFrame(made.columns), pandas.DataFrame(people(300, seed=2).columns)
    tool = TypingTool(**CARD, abstain_below=0.5).fit(fields, np.eye(3)[made.segments])
    assert tool.evaluation_.kappa > 0.2
    assert tool.summary().startswith("Typing tool: scorecard of whole points, 0 to ")
    tags, p = tool.tag(base), tool.predict_proba(base)
    assert 0.02 < tags["segment"].isna().mean() < 0.6
    np.testing.assert_array_equal(tool.predict(base) == -1, tags["segment"].isna())
    one = tool.score_one(base.iloc[3].to_dict())
    assert list(one["probabilities"].values()) == p[3].tolist()
    assert sum(tool.segment_mix(base).frame()["corrected"]) == pytest.approx(1)
    assert tool.prediction_set(base).any(axis=1).all()


def test_a_scorecard_types_people_of_whom_nothing_is_known(people):
    polars = pytest.importorskip("polars")
    made = people(300)
    tool = TypingTool(**CARD).fit(polars.DataFrame(made.columns), made.segments)
    nobody = polars.DataFrame({name: [None, None] for name in made.columns})
    odd = nobody.with_columns(plan=polars.lit("atlantis"), region=polars.lit("nowhere"))
    for base in (nobody, odd):
        p = tool.predict_proba(base)
        assert np.isfinite(p).all()
        np.testing.assert_array_equal(p[0], p[1])
