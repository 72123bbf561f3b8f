"""Bad input across rooms: each is a SegkitError that names the thing and the remedy."""

import datetime

import numpy as np
import pytest

from segkit.diagnostics import drift, stability
from segkit.exceptions import SegkitError
from segkit.factors import FactorModel, correlation, factorability, n_factors
from segkit.segments import DensitySegments, LatentClass, profile
from segkit.survey import Codebook, Item, opportunity, response_quality
from segkit.typing_tool import TypingTool

N = 120
RNG = np.random.default_rng(0)
FACTOR = RNG.normal(size=(N, 2))
ANSWERS = {
    f"q{j}": np.clip(np.round(3 + FACTOR[:, j % 2] + 0.7 * RNG.normal(size=N)), 1, 5)
    for j in range(6)
}
FIELDS = {"age": RNG.integers(18, 80, N), "plan": RNG.choice(["basic", "plus"], N).tolist()}
LABELS = (FACTOR[:, 0] > 0).astype(int)
BOOK = Codebook([Item(name, scale=(1, 5)) for name in ANSWERS])
NOBODY_TELLS = "Leave it out: nothing can be learned from it."


class Tables:
    """Frames of one library, sound or spoilt."""

    def __init__(self, make):
        self.make = make
        self.items, self.fields = make(ANSWERS), make(FIELDS)

    def items_with(self, **columns):
        return self.make(ANSWERS | columns)

    def fields_with(self, **columns):
        return self.make(FIELDS | columns)

    def without(self, name, columns):
        return self.make({key: values for key, values in columns.items() if key != name})

    def empty(self, columns):
        return self.make({name: values[:0] for name, values in columns.items()})

    @property
    def words(self):
        return self.items_with(q3=["often", *["2"] * (N - 1)])

    @property
    def constant(self):
        return self.items_with(q3=np.full(N, 2.0))

    @property
    def unanswered(self):
        return self.items_with(q3=np.full(N, np.nan))

    @property
    def too_high(self):
        return self.items_with(q3=np.where(np.arange(N) == 41, 6.0, ANSWERS["q3"]))


@pytest.fixture(scope="module")
def tables(frame_kind):
    return Tables(frame_kind.make)


@pytest.fixture(scope="module")
def tool(tables):
    return TypingTool(n_trees=5, n_folds=2).fit(tables.fields, LABELS)


NOT_NUMBERS = r"`q3` in X holds 'often' in row 0; expected numbers. Translate labels into codes"
NO_FRAME = r"is a {}; expected a pandas or polars frame. Build one"
LACKS = r"{} lacks `plan`; it has `age`. Add the column, or correct the name."
NO_ROWS = (
    r"{} has 0 rows and \d columns; expected at least one of each. Check the file or the filter"
)
NO_SAMPLES = r"X has 0 sample\(s\) and 6 column\(s\).* minimum of 2 is required. Check the file"
CONSTANT = r"`q3` in X has the same answer everywhere \(a constant item\).*" + NOBODY_TELLS
UNANSWERED = r"`q3` in {} holds no answer at all.*" + NOBODY_TELLS
TOO_MANY = r"n_factors={} was asked of 6 .*items.*; expected n_factors from 1 to 3. Ask for fewer"
ONE_SEGMENT = r"{} holds one segment only \(1 class\); expected at least two.*ask for more segments"

CASES = {
    "wrong type": [
        (lambda t, tool: BOOK.clean([1, 2]), "answers " + NO_FRAME.format("list")),
        (
            lambda t, tool: BOOK.clean(t.words),
            r"`q3` holds 'often' in 1 row \(first: row 0\); expected numbers.*Declare it as",
        ),
        (
            lambda t, tool: response_quality("answers.csv", BOOK),
            "answers " + NO_FRAME.format("str"),
        ),
        (lambda t, tool: opportunity(t.items, [1]), "satisfaction " + NO_FRAME.format("list")),
        (lambda t, tool: correlation(t.words), NOT_NUMBERS),
        (lambda t, tool: n_factors(t.words), NOT_NUMBERS),
        (lambda t, tool: FactorModel(2).fit(t.words), NOT_NUMBERS),
        (lambda t, tool: LatentClass(2).fit(t.words), NOT_NUMBERS),
        (lambda t, tool: DensitySegments().fit(t.words), NOT_NUMBERS),
        (
            lambda t, tool: TypingTool().fit(
                t.fields_with(age=[datetime.datetime(2020, 1, 1)] * N), LABELS
            ),
            r"`age` in fields holds dates .*; expected numbers, text or yes/no. Turn it into a",
        ),
        (
            lambda t, tool: tool.tag(t.fields_with(age=["old"] * N)),
            r"`age` holds text .* in the base, but number .* Convert the column",
        ),
        (
            lambda t, tool: stability("kmeans", t.items),
            r"model is 'kmeans'; expected an estimator with fit and get_params, such as",
        ),
        (lambda t, tool: drift(t.fields, [1]), "current " + NO_FRAME.format("list")),
    ],
    "answers out of scale": [
        (
            lambda t, tool: BOOK.clean(t.too_high),
            r"`q3` holds 6 in 1 row \(first: row 41\); its scale is 1-5. Declare 6 as a missing "
            "code or widen the scale.",
        ),
        (
            lambda t, tool: response_quality(t.too_high, BOOK),
            r"`q3` holds 6 in 1 row \(first: row 41\); its scale is 1-5. Declare 6",
        ),
        (
            lambda t, tool: opportunity(t.too_high, t.items),
            r"`q3` in importance holds 6 in 1 row\(s\) \(first: row 41\); the scale is 1-5. Clean",
        ),
        (
            lambda t, tool: correlation(t.items_with(q3=ANSWERS["q3"] + 0.5), method="polychoric"),
            r"`q3` in X holds \d.5 in row 0; expected whole-number categories.*Use method=",
        ),
        (
            lambda t, tool: LatentClass(2, items="ordinal").fit(
                t.items_with(q3=ANSWERS["q3"] + 0.5)
            ),
            r"`q3` in X holds \d.5 in row 0; expected whole-number categories.*'gaussian'",
        ),
        (
            lambda t, tool: FactorModel(2).fit(t.items_with(q3=np.full(N, np.inf))),
            r"`q3` in X holds infinity in row 0; expected finite numbers.*Replace infinity",
        ),
    ],
    "constant items": [
        (lambda t, tool: correlation(t.constant), CONSTANT),
        (lambda t, tool: correlation(t.constant, method="polychoric"), CONSTANT),
        (lambda t, tool: factorability(t.constant), CONSTANT),
        (lambda t, tool: n_factors(t.constant), CONSTANT),
        (lambda t, tool: FactorModel(2).fit(t.constant), CONSTANT),
        (lambda t, tool: LatentClass(2, items="gaussian").fit(t.constant), CONSTANT),
    ],
    "too many factors": [
        (lambda t, tool: FactorModel(4).fit(t.items), TOO_MANY.format(4)),
        (lambda t, tool: FactorModel(99).fit(t.items), TOO_MANY.format(99)),
        (
            lambda t, tool: FactorModel(6).fit_correlation(np.eye(6), n_respondents=100),
            TOO_MANY.format(6),
        ),
    ],
    "an unknown field": [
        (
            lambda t, tool: BOOK.clean(t.without("q3", ANSWERS)),
            r"answers lacks `q3`; it has `q0`.*Add the column, or correct the name.",
        ),
        (lambda t, tool: tool.predict(t.without("plan", FIELDS)), LACKS.format("fields")),
        (lambda t, tool: tool.tag(t.without("plan", FIELDS)), LACKS.format("the base")),
        (lambda t, tool: tool.segment_mix(t.without("plan", FIELDS)), LACKS.format("the base")),
        (lambda t, tool: drift(t.fields, t.without("plan", FIELDS)), LACKS.format("current")),
        (
            lambda t, tool: tool.score_one({"age": 30}),
            r"The fields lack `plan`. Add them, with None where the value is not known.",
        ),
        (
            lambda t, tool: FactorModel(2).fit(t.items).transform(t.without("q3", ANSWERS)),
            r"(?s)q3.*Give the items of the fit, under the same names",
        ),
        (
            lambda t, tool: profile(t.items, LABELS, used_items=["q9"]),
            r"used_items names `q9`, not among the columns `q0`.*Correct the name",
        ),
        (
            lambda t, tool: opportunity(t.items, t.without("q3", ANSWERS)),
            r"only importance has `q3`.*Rename the columns",
        ),
        (
            lambda t, tool: Codebook.infer(t.items, fields="shoe_size"),
            r"fields names 'shoe_size', which fits no free column.*Correct the name",
        ),
    ],
    "an empty frame": [
        (lambda t, tool: BOOK.clean(t.empty(ANSWERS)), NO_ROWS.format("answers")),
        (lambda t, tool: response_quality(t.empty(ANSWERS), BOOK), NO_ROWS.format("answers")),
        (
            lambda t, tool: opportunity(t.empty(ANSWERS), t.empty(ANSWERS)),
            NO_ROWS.format("importance"),
        ),
        (lambda t, tool: correlation(t.empty(ANSWERS)), NO_SAMPLES),
        (lambda t, tool: n_factors(t.empty(ANSWERS)), NO_SAMPLES),
        (lambda t, tool: FactorModel(2).fit(t.empty(ANSWERS)), NO_SAMPLES),
        (lambda t, tool: LatentClass(2).fit(t.empty(ANSWERS)), NO_SAMPLES),
        (lambda t, tool: DensitySegments().fit(t.empty(ANSWERS)), NO_SAMPLES),
        (lambda t, tool: stability(LatentClass(2), t.empty(ANSWERS)), NO_SAMPLES),
        (lambda t, tool: TypingTool().fit(t.empty(FIELDS), []), NO_ROWS.format("fields")),
        (lambda t, tool: tool.tag(t.empty(FIELDS)), NO_ROWS.format("the base")),
        (lambda t, tool: drift(t.fields, t.empty(FIELDS)), NO_ROWS.format("current")),
        (lambda t, tool: correlation(t.make({})), r"X has \d+ sample\(s\) and 0 column\(s\)"),
    ],
    "all-missing columns": [
        (lambda t, tool: response_quality(t.unanswered, BOOK), UNANSWERED.format("answers")),
        (lambda t, tool: opportunity(t.unanswered, t.items), UNANSWERED.format("importance")),
        (lambda t, tool: correlation(t.unanswered), UNANSWERED.format("X")),
        (lambda t, tool: factorability(t.unanswered), UNANSWERED.format("X")),
        (lambda t, tool: n_factors(t.unanswered), UNANSWERED.format("X")),
        (lambda t, tool: FactorModel(2).fit(t.unanswered), UNANSWERED.format("X")),
        (lambda t, tool: LatentClass(2).fit(t.unanswered), UNANSWERED.format("X")),
        (lambda t, tool: DensitySegments().fit(t.unanswered), UNANSWERED.format("X")),
        (lambda t, tool: stability(LatentClass(2), t.unanswered), UNANSWERED.format("X")),
        (
            lambda t, tool: profile(t.unanswered, LABELS),
            r"`q3` in table holds no answer at all.*Leave it out",
        ),
        (
            lambda t, tool: TypingTool().fit(t.fields_with(age=[None] * N), LABELS),
            r"`age` in fields holds no value at all.*Leave the field out",
        ),
    ],
    "duplicate ids": [
        (
            lambda t, tool: tool.tag(t.fields_with(who=[7, 8, *range(100, 217), 8]), id="who"),
            r"`who` of the base holds 8 more than once \(rows 1 and 119\).*Remove the repeated row",
        ),
        (
            lambda t, tool: tool.tag(t.fields_with(who=[None, *range(N - 1)]), id="who"),
            r"`who` of the base is missing in row 0; expected one id a row. Fill it",
        ),
        (
            lambda t, tool: Codebook([Item("q1"), Item("q1")]),
            r"declares `q1` more than once.*Remove or rename",
        ),
    ],
    "one segment only": [
        (
            lambda t, tool: TypingTool().fit(t.fields, np.zeros(N, dtype=int)),
            ONE_SEGMENT.format("segments"),
        ),
        (
            lambda t, tool: opportunity(t.items, t.items, segments=np.zeros(N)),
            ONE_SEGMENT.format("segments"),
        ),
        (
            lambda t, tool: stability(LatentClass(1, n_init=1), t.items),
            ONE_SEGMENT.format("the model's answer"),
        ),
        (
            lambda t, tool: profile(t.items, np.zeros(N)),
            r"labels holds 1 segment\(s\); expected at least two.*Ask for more segments",
        ),
    ],
}


@pytest.mark.parametrize(
    ("call", "message"),
    [
        pytest.param(*case, id=f"{kind} {number}")
        for kind, cases in CASES.items()
        for number, case in enumerate(cases, start=1)
    ],
)
def test_bad_input_is_named_with_its_remedy(tables, tool, call, message):
    with pytest.raises(SegkitError, match=message):
        call(tables, tool)
