import json
from pathlib import Path

import narwhals.stable.v2 as nw
import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose
from scipy import stats as st

from segkit.exceptions import SegkitError
from segkit.segments import Scheme, crosstab

R = json.loads((Path(__file__).parents[2] / "reference" / "crosstab.json").read_text())
RNG = np.random.default_rng(0)
N = 300
LABELS = RNG.choice(3, N, p=[0.5, 0.45, 0.05])
COLUMNS = {
    "age": np.round(RNG.normal(40 + 6 * LABELS, 12)),
    "app": RNG.random(N) < np.array([0.2, 0.5, 0.9])[LABELS],
    "region": RNG.choice(["north", "south", "west"], N),
    "wave": RNG.integers(1, 3, N).astype(float),
}
COLUMNS["age"][:20] = np.nan
FIGURES = ("n", "n_effective", "base", "missing", "value", "low", "high", "association")


def table(kind):
    made = kind.make({k: v.tolist() if v.dtype != float else v for k, v in COLUMNS.items()})
    return made if kind.name == "pandas" else made.fill_nan(None)


def read(frame):
    columns = nw.from_native(frame, eager_only=True).to_dict(as_series=False)
    return {k: np.array(v, dtype=object) for k, v in columns.items()}


def numbers(frame, name):
    return np.array([np.nan if v is None else v for v in read(frame)[name]], dtype=float)


@pytest.fixture
def found(frame_kind):
    return crosstab(
        table(frame_kind), ["age", "app", "region"], {"segment": LABELS, "wave": "wave"}
    )


# against R


def from_counts(counts, rows, columns):
    cells = [(r, c) for i, r in enumerate(rows) for j, c in enumerate(columns)
             for _ in range(counts[i][j])]  # fmt: skip
    return pd.DataFrame(cells, columns=["row", "column"])


def hair(**options):
    held = R["hair"]
    made = from_counts(held["counts"], held["hair"], held["eye"])
    ordered = Scheme(made["column"], order=held["eye"])
    return crosstab(made, "row", {"eye": ordered}, **options)


@pytest.mark.parametrize("adjust", ["holm", "bh", "none"])
def test_pairs_of_shares_are_those_of_prop_test(adjust):
    pairs = hair(adjust=adjust).pairs()
    for line in R["hair"]["lines"]:
        mine = pairs[pairs["level"] == line["level"]]
        assert_allclose(mine["p"], line["p"], rtol=1e-10)
        assert_allclose(mine["p_adjusted"], line["p" if adjust == "none" else adjust], rtol=1e-10)


@pytest.mark.parametrize("adjust", ["holm", "bh"])
def test_the_whole_table_can_be_one_family(adjust):
    pairs = hair(adjust=adjust, across="table").pairs()
    # lines come in the order of their sorted answers, R's in that of the counts
    expected = np.reshape(R["hair"][f"{adjust}_table"], (4, 6))
    for line, p in zip(R["hair"]["hair"], expected, strict=True):
        assert_allclose(pairs.loc[pairs["level"] == line, "p_adjusted"], p, rtol=1e-10)


def test_chi_square_and_v_are_those_of_chisq_test():
    for held, found in (
        (R["hair"], hair()),
        (R["sex"], crosstab(
            from_counts(R["sex"]["counts"], R["hair"]["hair"], R["sex"]["columns"]),
            "row", "column",
        )),
    ):  # fmt: skip
        told = found.associations.iloc[0]
        assert told["measure"] == "V"
        assert_allclose(
            [told["statistic"], told["df"], told["p"], told["value"]],
            [held["chisq"], held["df"], held["p"], held["V"]],
            rtol=1e-10,
        )


@pytest.mark.parametrize("adjust", ["holm", "bh"])
def test_pairs_of_means_are_those_of_the_welch_test(adjust):
    held = R["chicks"]
    chicks = pd.DataFrame({"weight": held["weight"], "feed": held["feed"]})
    found = crosstab(chicks, "weight", "feed", adjust=adjust, min_base=5)
    pairs = found.pairs()
    for name, theirs in (("p", "p"), ("low", "low"), ("high", "high"), ("p_adjusted", adjust)):
        assert_allclose(pairs[name], held[theirs], rtol=1e-9)
    told = found.associations.iloc[0]
    assert told["measure"] == "eta"
    assert_allclose(
        [told["statistic"], told["df"], told["p"], told["value"]],
        [held["F"], held["df1"], held["p_oneway"], held["eta"]],
        rtol=1e-9,
    )


# by hand


def test_letters_by_hand():
    # 60, 40 and 42 of 100: z of A against B is 2.83, against C 2.55, of C against B 0.29
    yes = np.repeat([True, False] * 3, [60, 40, 40, 60, 42, 58])
    columns = np.repeat(["a", "b", "c"], 100)
    made = pd.DataFrame({"yes": yes, "column": columns})
    found = crosstab(made, "yes", "column", adjust="none")
    assert found.frame()["letters"].tolist() == ["", "BC", "", ""]
    assert found.frame()["value"].tolist() == pytest.approx([142 / 300, 0.6, 0.4, 0.42])
    z = 0.2 / np.sqrt(0.5 * 0.5 * 2 / 100)
    assert found.pairs()["p"][0] == pytest.approx(2 * st.norm.sf(z))


def test_the_frame_has_a_row_a_line_and_column_the_total_first(found, frame_kind):
    frame = found.frame()
    assert type(frame).__module__.startswith(frame_kind.name)
    t = read(frame)
    assert len(t["item"]) == (1 + 1 + 3) * (1 + 3 + 2)
    assert t["letter"][:6].tolist() == ["", "A", "B", "C", "D", "E"]
    assert t["banner"][:6].tolist() == ["total", *["segment"] * 3, *["wave"] * 2]
    assert t["column"][:6].tolist() == ["total", "0", "1", "2", "1", "2"]
    app = (t["item"] == "app") & (t["column"] == "1") & (t["banner"] == "segment")
    assert t["value"][app][0] == pytest.approx(COLUMNS["app"][LABELS == 1].mean())
    total = (t["item"] == "app") & (t["banner"] == "total")
    assert t["value"][total][0] == pytest.approx(COLUMNS["app"].mean())


def test_missing_answers_have_their_own_base(found):
    t = read(found.frame())
    for at in range(3):
        row = (t["item"] == "age") & (t["banner"] == "segment") & (t["column"] == str(at))
        gone = np.isnan(COLUMNS["age"]) & (at == LABELS)
        assert t["missing"][row][0] == gone.sum()
        assert t["n"][row][0] == (at == LABELS).sum() - gone.sum()


def test_shares_of_all_answers_sum_to_one(found):
    t = read(found.frame())
    value = t["value"][t["item"] == "region"].astype(float).reshape(3, 6)
    assert_allclose(value.sum(axis=0), 1)


def test_letters_never_cross_banners_and_the_total_has_none(found):
    t = read(found.frame())
    of = {"segment": set("ABC"), "wave": set("DE"), "total": set()}
    for banner, letters in zip(t["banner"], t["letters"], strict=True):
        assert set(letters) <= of[banner]
    assert "A" in t["letters"][(t["item"] == "app") & (t["column"] == "1")][0]


def test_small_bases_are_flagged_and_the_smallest_not_tested():
    labels = np.repeat([0, 1, 2], [270, 22, 8])
    made = pd.DataFrame({"x": np.arange(N) + 1000.0 * labels})
    found = crosstab(made, "x", labels)
    assert found.frame()["small_base"].tolist() == [False, False, True, True]
    assert found.frame()["tested"].tolist() == [False, True, True, False]
    assert found.frame()["letters"].tolist() == ["", "", "A", ""]
    assert found.pairs()["p"].isna().tolist() == [False, True, True]
    assert "2 cells stand on fewer than 30 effective answers. 1 on fewer than 10" in found.summary()
    assert crosstab(made, "x", labels, min_base=5).frame()["letters"].tolist()[-1] == "AB"


def test_people_without_a_column_count_in_the_total_only():
    labels = np.where(np.arange(N) < 30, -1, LABELS)
    found = crosstab(pd.DataFrame(COLUMNS), "app", labels)
    assert found.frame()["n"].tolist()[0] == N
    assert found.frame()["n"][1:].sum() == N - 30
    assert found.n_outside == {"segment": 30}
    assert "30 respondents have no column of segment" in found.summary()


def test_items_that_made_the_segments_are_never_tested():
    found = crosstab(pd.DataFrame(COLUMNS), ["age", "app"], LABELS, used_items=["app"])
    t, told = found.frame(), found.associations
    assert (t.loc[t["item"] == "app", "letters"] == "").all()
    assert not t.loc[t["item"] == "app", "tested"].any()
    assert found.pairs().loc[lambda p: p["item"] == "app", "p"].isna().all()
    assert np.isnan(told.loc[told["item"] == "app", "p"]).all()
    assert not np.isnan(told.loc[told["item"] == "app", "value"]).any()
    assert (t.loc[t["item"] == "age", "letters"] != "").any()
    assert "1 items made the segments: described, not tested" in found.summary()


def test_answers_nobody_gave_and_items_of_one_answer_are_shown():
    made = pd.DataFrame(
        {
            "kind": pd.Categorical(["x"] * N, categories=["x", "y"]),
            "yes": [True] * N,
            "some": np.where(np.arange(N) % 3, "p", "q"),
            "column": np.where(np.arange(N) % 2, "a", "b"),
        }
    )
    made["column"] = pd.Categorical(made["column"], categories=["a", "b", "nobody"])
    found = crosstab(made, ["kind", "yes", "some"], "column")
    t = found.frame()
    assert t.loc[t["level"] == "y", "value"].tolist()[:3] == [0, 0, 0]
    assert (t["letters"] == "").all()
    empty = t[t["column"] == "nobody"]
    assert (empty["n"] == 0).all()
    assert empty["value"].isna().all()
    assert found.associations["value"].isna().tolist() == [True, True, False]
    assert found.table()["C nobody"].tolist()[1] == ""


def test_codes_can_be_shown_as_answers():
    found = crosstab(pd.DataFrame(COLUMNS), ["wave", "age"], LABELS, shares="wave")
    t = found.frame()
    assert t["kind"].tolist() == ["share"] * 8 + ["mean"] * 4
    assert t["level"].tolist()[:8] == ["1"] * 4 + ["2"] * 4
    assert t["value"][0] == pytest.approx((COLUMNS["wave"] == 1).mean())


# properties


def test_whole_weights_repeat_people_in_the_point_estimates():
    made = pd.DataFrame(COLUMNS)
    w = RNG.integers(0, 4, N)
    rows = np.repeat(np.arange(N), w)
    one = crosstab(made, ["age", "app", "region"], LABELS, w)
    other = crosstab(made.iloc[rows], ["age", "app", "region"], LABELS[rows])
    for name in ("value", "base", "association"):
        assert_allclose(numbers(one.frame(), name), numbers(other.frame(), name))
    assert one.n_respondents == (w > 0).sum()


def test_unit_weights_and_the_unit_of_weights_change_nothing():
    made, w = pd.DataFrame(COLUMNS), RNG.random(N)
    rows = ["age", "app", "region"]
    none, ones = crosstab(made, rows, LABELS), crosstab(made, rows, LABELS, np.ones(N))
    one, other = crosstab(made, rows, LABELS, w), crosstab(made, rows, LABELS, 250 * w)
    for name in FIGURES:
        assert_allclose(numbers(none.frame(), name), numbers(ones.frame(), name))
        if name != "base":
            assert_allclose(numbers(one.frame(), name), numbers(other.frame(), name))
    assert one.frame()["letters"].tolist() == other.frame()["letters"].tolist()
    assert_allclose(one.pairs()["p"], other.pairs()["p"])
    assert (one.frame()["n_effective"] < one.frame()["n"]).all()


def test_weights_lower_the_chi_square_by_their_design_effect():
    # half the people of each column count thrice: Kish's n is 4/5 of all
    made = pd.DataFrame({"x": np.tile(["p", "q", "q", "p", "p", "q", "q", "q"], 100)})
    columns = np.tile([0, 0, 0, 0, 1, 1, 1, 1], 100)
    w = np.tile([3.0, 3, 1, 1], 200)
    found = crosstab(made, "x", columns, w)
    cells = [[w[(columns == c) & (made["x"] == v)].sum() for v in "pq"] for c in (0, 1)]
    plain = st.chi2_contingency(np.array(cells) * 800 / w.sum(), correction=False)
    told = found.associations.iloc[0]
    assert told["statistic"] == pytest.approx(0.8 * plain.statistic)
    # with two columns and two answers it is the square of the letters test
    assert found.pairs()["p"][0] == pytest.approx(told["p"])


def test_order_of_rows_and_of_columns_change_no_figure():
    made = pd.DataFrame(COLUMNS)
    order = RNG.permutation(N)
    one = crosstab(made, ["age", "app"], LABELS)
    other = crosstab(made.iloc[order], ["age", "app"], LABELS[order])
    swapped = crosstab(made, ["age", "app"], np.array([2, 0, 1])[LABELS])
    place = [0, 3, 1, 2, 4, 7, 5, 6]
    for name in FIGURES:
        assert_allclose(numbers(one.frame(), name), numbers(other.frame(), name))
        assert_allclose(numbers(one.frame(), name), numbers(swapped.frame(), name)[place])
    turn = str.maketrans("ABC", "BCA")
    theirs = ["".join(sorted(x.translate(turn))) for x in swapped.frame()["letters"]]
    assert [theirs[i] for i in place] == one.frame()["letters"].tolist()


def test_schemes_bring_their_names_and_order():
    scheme = Scheme(LABELS, names={0: "Zealots", 1: "Amateurs", 2: "Others"}, order=[0, 1, 2])
    found = crosstab(pd.DataFrame(COLUMNS), "app", scheme)
    assert found.frame()["column"].tolist() == ["total", "Zealots", "Amateurs", "Others"]
    assert found.summary().startswith("Crosstab of 1 item(s) in 1 line(s) by `segment`, 300 resp")


def test_a_notebook_shows_the_table_as_a_person_reads_it():
    found = crosstab(pd.DataFrame(COLUMNS), ["app", "age"], LABELS)
    assert "A segment 0" in found._repr_html_()
    assert "A segment 0" in repr(found)


@pytest.mark.parametrize(("adjust", "words"), [
    ("holm", "level 5 %, adjusted over the pairs of each line and banner (Holm)."),
    ("none", "level 5 %, not adjusted for their number."),
])  # fmt: skip
def test_the_summary_states_the_test(adjust, words):
    text = crosstab(pd.DataFrame(COLUMNS), ["app", "age"], LABELS, adjust=adjust).summary()
    assert words in text
    assert "Strongest association: app by segment, V" in text


@pytest.mark.real_data
def test_a_real_table_agrees_with_the_tests_of_scipy(data_folder):
    from segkit import datasets

    answers = datasets.fetch_mcdonalds().answers
    found = crosstab(
        answers, ["yummy", "Age", "Gender"], ["VisitFrequency", "Gender"], shares="yummy"
    )
    told = found.associations.set_index(["item", "banner"])
    for item in ("yummy", "Gender"):
        counts = pd.crosstab(answers[item], answers["VisitFrequency"])
        test = st.chi2_contingency(counts, correction=False)
        mine = told.loc[(item, "VisitFrequency")]
        assert mine["statistic"] == pytest.approx(test.statistic)
        assert mine["p"] == pytest.approx(test.pvalue)
    ages = [answers.loc[answers["Gender"] == g, "Age"] for g in sorted(set(answers["Gender"]))]
    test = st.ttest_ind(*ages, equal_var=False)
    assert told.loc[("Age", "Gender"), "p"] == pytest.approx(test.pvalue)


@pytest.mark.parametrize(
    ("rows", "banner", "options", "words"),
    [
        ("income", "region", {}, "table lacks `income`; it has `age`, `app`"),
        ([], "region", {}, "rows names nothing and shares ; expected at least one row"),
        ("age", "region", {"shares": "wave"}, "shares `wave`; expected at least one row, and sha"),
        ("age", "income", {}, "table lacks `income`"),
        ("age", [0, 1], {}, "the banner `segment` has 2 rows but the table has 300"),
        ("age", list(range(N)), {}, "the banner `segment` has 300 columns; expected at most 50"),
        ("age", [0] * N, {}, r"the banner `segment` has 1 column\(s\); expected at least two"),
        ("age", "region", {"adjust": "tukey"}, "adjust='tukey' is not known; expected one of"),
        ("age", "region", {"across": "all"}, "across='all' is not known"),
        ("age", "region", {"alpha": 5}, "alpha=5 was given; expected a share between 0 and 1"),
        ("age", "region", {"min_base": 1}, "min_base=1 was given; expected a number of at least 2"),
        ("age", "region", {"used_items": ["app"]}, "used_items names `app`, not among"),
    ],
)
def test_what_cannot_be_used_is_named(frame_kind, rows, banner, options, words):
    with pytest.raises(SegkitError, match=words):
        crosstab(table(frame_kind), rows, banner, **options)


def test_an_array_is_refused():
    with pytest.raises(SegkitError, match="table is a ndarray; expected a pandas or polars frame"):
        crosstab(np.ones((3, 2)), "x1", [0, 1, 1])
