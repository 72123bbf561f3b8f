"""What users get wrong, at every public call: each is refused in words, never by a library below.

A parameter has a kind, and a kind has its mistakes: all of them must be a `SegkitError`. Calls
of real data, of files and of long fits are refused before any of that begins, so that the whole
table takes seconds.
"""

import dataclasses
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
from sklearn.cluster import KMeans

from segkit import (
    choose,
    datasets,
    diagnostics,
    factors,
    plots,
    reports,
    segments,
    study,
    survey,
    typing_tool,
)
from segkit.exceptions import SegkitError
from segkit.study import Study

N = 90
RNG = np.random.default_rng(0)
GROUP = np.arange(N) % 3
PULL = RNG.normal(size=(N, 2))
ITEMS = pd.DataFrame(
    {
        f"q{j}": np.clip(np.round(3 + PULL[:, j % 2] + 0.7 * RNG.normal(size=N)), 1, 5)
        for j in range(6)
    }
)
FIELDS = pd.DataFrame(
    {
        "age": 20 + 20 * GROUP + RNG.integers(0, 15, N),
        "plan": np.array(["a", "b", "c"])[GROUP],
        "online": RNG.random(N) < 0.5,
    }
)
BASE = FIELDS.assign(id=[f"c{i}" for i in range(N)])
BOOK = survey.Codebook([survey.Item(name, scale=(1, 5), block="b") for name in ITEMS])
KMEANS = KMeans(2, n_init=1)

NOT_IN_MEMORY = pl.LazyFrame({"q0": [1.0]})
EMPTY = pd.DataFrame({"q0": []})
NO_COLUMNS = pd.DataFrame(index=range(N))
TWICE = pd.DataFrame(np.ones((N, 2)), columns=["q0", "q0"])
THING = object()
NAN = float("nan")
HUGE = 10**30

NO_NUMBER = ["3", None, [], {}, THING, FIELDS, NAN]
NO_TABLE = [None, 3, NAN, "answers.csv", [], {}, {"q0": [1]}, THING, EMPTY, NO_COLUMNS, TWICE]
NO_TEXT = [3, 3.5, True, [], ["a"], {}, THING, FIELDS, b"a"]
NO_PATH = [None, 3, 3.5, NAN, True, [], {}, THING, FIELDS, b"a"]

MISTAKES: dict[str, list[Any]] = {
    "table": [*NO_TABLE, NOT_IN_MEMORY, np.ones((N, 2, 2)), {1, 2}],
    "base": [None, 3, NAN, [], {}, THING, EMPTY, NO_COLUMNS, TWICE, "nowhere.parquet"],
    "labels": [[], ["a"] * (N - 1), [None] * N, [0] * N, np.ones((N, 2)), 3, THING, NOT_IN_MEMORY],
    "any labels": [[], np.ones((N, 2)), 3, THING, NOT_IN_MEMORY, [["a"]] * N],
    "weight": [np.ones(N - 1), -np.ones(N), np.full(N, NAN), "w", ["a"] * N, np.zeros(N), THING],
    "count": [*NO_NUMBER, 2.5, -1, True, HUGE],
    "count or none": [*(m for m in NO_NUMBER if m is not None), 2.5, -1, True, HUGE],
    "number": [*NO_NUMBER, True, float("inf"), -float("inf")],
    "number or none": [*(m for m in NO_NUMBER if m is not None), True, float("inf")],
    "share": [*NO_NUMBER, 0, 1, -0.1, 1.5, True, HUGE],
    "share or none": [*(m for m in NO_NUMBER if m is not None), -0.1, 1.5],
    "flag": ["no", "True", 0, 1, None, [], THING, FIELDS],
    "option": ["no such", "", None, 3, [], ["pearson"], {}, THING, FIELDS],
    "option or none": ["no such", "", 3, [], {}, THING, FIELDS],
    "seed": ["zero", -1, 1.5, [], {}, THING],
    "path": NO_PATH,
    "path or none": [p for p in NO_PATH if p is not None],
    "file": [*NO_PATH, "nowhere/at all.txt"],
    "names": [None, 3, NAN, [3], [None], {"q0": 1}, THING, FIELDS, ["no such"], [["q0"]]],
    "names or none": [3, NAN, [3], [None], {"q0": 1}, THING, FIELDS, ["no such"], [["q0"]]],
    "name": [3, 3.5, True, [], ["q0"], {}, THING, FIELDS, "no such"],
    "text": NO_TEXT,
    "mapping": [3, NAN, True, "a", ["a"], THING, FIELDS["age"], {1, 2}],
    "needed mapping": [None, 3, NAN, True, "a", ["a"], THING, {}, {1, 2}],
    "model": [None, 3, "kmeans", [], {}, THING, KMeans, FIELDS],
    "fitted": [None, 3, "tool", [], {}, THING, FIELDS, KMeans(2)],
    "jobs": [0, 1.5, "2", [], {}, THING, NAN, HUGE, True, FIELDS],
    "codebook": [3, "no such file.yaml", [], {}, THING, FIELDS, BOOK.items],
    "needed codebook": [None, 3, "codebook.yaml", [], {}, THING, FIELDS],
    "number of solution": [None, 99, "3", 2.5, [], {}, THING, FIELDS, True],
    "anything else": [3, NAN, "a", [], {}, THING, FIELDS],
    "nothing at all": [None, 3, NAN, "a", [], {}, THING, FIELDS],
}


@dataclasses.dataclass(frozen=True)
class Call:
    """A public call with sound arguments, and what kind each of its parameters is."""

    of: Callable[["World"], Callable[..., Any]]
    given: Callable[["World"], dict[str, Any]]
    kinds: dict[str, str]


class World:
    """Small sound objects, each made when it is asked for."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @cached_property
    def needs(self):
        return factors.FactorModel(2, "pearson").fit(ITEMS)

    @cached_property
    def latent(self):
        return segments.LatentClass(2, "gaussian", n_init=1).fit(ITEMS)

    @cached_property
    def reduced(self):
        return segments.ReducedKMeans(2, 1, n_init=1).fit(ITEMS)

    @cached_property
    def gower(self):
        return segments.Gower().fit(FIELDS)

    @cached_property
    def profile(self):
        return segments.profile(ITEMS, GROUP)

    @cached_property
    def tool(self):
        return typing_tool.TypingTool(n_trees=3, n_folds=2).fit(FIELDS, GROUP)

    @cached_property
    def golden(self):
        return typing_tool.golden_questions(ITEMS[["q0", "q1"]], GROUP, max_items=1)

    @cached_property
    def tagged(self):
        return self.tool.tag(BASE)

    @cached_property
    def bins(self):
        return diagnostics.learn_bins(FIELDS)

    @cached_property
    def counts(self):
        return diagnostics.count_table(FIELDS, self.bins)

    @cached_property
    def stability(self):
        return diagnostics.stability(KMEANS, ITEMS, n_boot=3)

    @cached_property
    def comparison(self):
        return choose.compare(ITEMS, [KMEANS], n_segments=(2, 3), n_boot=3, n_init=1)

    @cached_property
    def personas(self):
        return segments.personas(self.profile)


def fit(estimator):
    """The call that fits an estimator: its parameters are looked at then."""

    def call(X=ITEMS, sample_weight=None, **parameters):
        return estimator(**parameters).fit(X, sample_weight=sample_weight)

    return lambda world: call


def fit_tool(world):
    def call(fields=FIELDS, segments=GROUP, sample_weight=None, **parameters):
        return typing_tool.TypingTool(**parameters).fit(fields, segments, sample_weight)

    return call


def plain(function, given=None, **kinds):
    """A function without a world behind it."""
    return Call(lambda world: function, lambda world: dict(given or {}), kinds)


def of_world(get, given=None, **kinds):
    """A method of something that the world holds."""
    return Call(get, given or (lambda world: {}), kinds)


def no_arguments(world):
    return {}


ITEMS_AND = {"X": ITEMS}
WEIGHTED = {"X": "table", "sample_weight": "weight"}
TWO_WAYS = {"a": ["q0", "q2", "q4"], "b": ["q1", "q3", "q5"]}

CALLS = {
    "survey.Codebook": plain(
        survey.Codebook, {"items": BOOK.items}, items="no items", assumptions="no texts"
    ),
    "survey.Codebook.clean": plain(BOOK.clean, answers="table"),
    "survey.Codebook.infer": plain(
        survey.Codebook.infer, {"answers": ITEMS}, answers="table", items="names or none",
        fields="names or none", weight="name", id="name", labels="mapping",
    ),
    "survey.Codebook.from_yaml": plain(survey.Codebook.from_yaml, path="file"),
    "survey.Codebook.to_yaml": plain(BOOK.to_yaml, path="path"),
    "survey.Codebook.names": plain(BOOK.names, role="names or none", block="text"),
    "survey.read_survey": plain(survey.read_survey, path="file"),
    "survey.mask_personal_data": plain(
        survey.mask_personal_data, texts="nothing to mask"
    ),
    "survey.opportunity": plain(
        survey.opportunity, {"importance": ITEMS, "satisfaction": ITEMS, "n_boot": 2},
        importance="table", satisfaction="table", segments="labels", sample_weight="weight",
        n_boot="count", level="share", random_state="seed",
    ),
    "survey.relative_ratings": plain(
        survey.relative_ratings, {"answers": ITEMS, "codebook": BOOK}, answers="table",
        codebook="needed codebook", leave_out="names", cleaned="flag",
    ),
    "survey.response_quality": plain(
        survey.response_quality, {"answers": ITEMS, "codebook": BOOK}, answers="table",
        codebook="needed codebook", scales="mapping", synonym_r="share", cuts="mapping",
        cleaned="flag",
    ),
    "survey.response_style": plain(
        survey.response_style, {"answers": ITEMS, "codebook": BOOK}, answers="table",
        codebook="needed codebook", cleaned="flag",
    ),
    "datasets.make_payments_study": plain(
        datasets.make_payments_study, n_respondents="count", n_customers="count",
        n_segments="count", random_state="seed", output="option",
    ),
    "datasets.fetch_bfi": plain(datasets.fetch_bfi, output="option"),
    "datasets.fetch_payment_choice": plain(
        datasets.fetch_payment_choice, output="option", wave="option or none"
    ),
    "factors.FactorModel.fit": Call(
        fit(factors.FactorModel), no_arguments,
        {
            **WEIGHTED, "n_factors": "count", "correlation": "option", "extraction": "option",
            "rotation": "option or none", "scores": "option", "missing": "option",
            "n_starts": "count or none", "random_state": "seed",
        },
    ),
    "factors.FactorModel.fit_correlation": plain(
        factors.FactorModel(2).fit_correlation, {"R": np.eye(6) * 0.5 + 0.5}, R="table",
        n_respondents="count or none",
    ),
    "factors.FactorModel.transform": of_world(lambda w: w.needs.transform, X="table"),
    "factors.FactorModel.score_errors": of_world(lambda w: w.needs.score_errors, X="table"),
    "factors.FactorModel.loading_intervals": of_world(
        lambda w: w.needs.loading_intervals, n_boot="count", level="share", random_state="seed"
    ),
    "factors.FactorModel.with_factors": of_world(
        lambda w: w.needs.with_factors, lambda w: {"rotation": None}, rotation="nothing at all"
    ),
    "factors.align": of_world(
        lambda w: factors.align, lambda w: {"model": w.needs, "to": w.needs}, model="fitted",
        to="fitted", rotation="option or none",
    ),
    "factors.confirmation": plain(
        factors.confirmation, {"X": ITEMS, "structure": TWO_WAYS}, **WEIGHTED,
        structure="needed mapping", correlation="option", missing="option", errors="option",
        residuals="names",
    ),
    "factors.congruence": plain(
        factors.congruence, {"loadings_a": np.eye(3), "loadings_b": np.eye(3)},
        loadings_a="table", loadings_b="table",
    ),
    "factors.correlation": plain(
        factors.correlation, ITEMS_AND, **WEIGHTED, method="option", missing="option"
    ),
    "factors.Correlation.intervals": of_world(
        lambda w: factors.correlation(ITEMS).intervals, level="share"
    ),
    "factors.factorability": plain(
        factors.factorability, ITEMS_AND, **WEIGHTED, n_respondents="count or none",
        correlation="option", missing="option",
    ),
    "factors.invariance": plain(
        factors.invariance, {"X": ITEMS, "groups": GROUP, "n_factors": 2}, **WEIGHTED,
        groups="labels", n_factors="count", structure="mapping", missing="option",
    ),
    "factors.n_factors": plain(
        factors.n_factors, ITEMS_AND, **WEIGHTED, correlation="option", n_iter="count",
        quantile="share", random_state="seed", missing="option", methods="names",
    ),
    "factors.reliability": plain(
        factors.reliability, {"X": ITEMS, "scales": TWO_WAYS}, **WEIGHTED,
        correlation="option", n_factors="count or none", missing="option", interval="option",
        level="share",
    ),
    "factors.scales_of": of_world(
        lambda w: factors.scales_of, lambda w: {"model": w.needs}, model="fitted", least="share"
    ),
    "segments.LatentClass.fit": Call(
        fit(segments.LatentClass), no_arguments,
        {
            **WEIGHTED, "n_segments": "count", "items": "option", "n_init": "count",
            "prior": "number", "variances": "option", "max_iter": "count", "tol": "number",
            "random_state": "seed",
        },
    ),
    "segments.LatentClass.predict": of_world(lambda w: w.latent.predict, X="table"),
    "segments.LatentClass.score": of_world(
        lambda w: w.latent.score, lambda w: ITEMS_AND, **WEIGHTED
    ),
    "segments.DensitySegments.fit": Call(
        fit(segments.DensitySegments), no_arguments,
        {
            **WEIGHTED, "min_share": "share", "n_neighbors": "count", "n_components": "count",
            "min_samples": "count", "random_state": "seed",
        },
    ),
    "segments.ReducedKMeans.fit": Call(
        fit(segments.ReducedKMeans), no_arguments,
        {
            **WEIGHTED, "n_segments": "count", "n_dimensions": "count", "standardise": "flag",
            "n_init": "count", "max_iter": "count", "tol": "number", "random_state": "seed",
        },
    ),
    "segments.ReducedKMeans.predict": of_world(lambda w: w.reduced.predict, X="table"),
    "segments.ReducedKMeans.transform": of_world(lambda w: w.reduced.transform, X="table"),
    "segments.ConsensusSegments.fit": Call(
        fit(segments.ConsensusSegments), no_arguments,
        {
            **WEIGHTED, "n_segments": "count", "n_draws": "count", "sample_share": "part",
            "item_share": "part", "n_init": "count", "random_state": "seed",
        },
    ),
    "segments.Gower.fit": Call(
        lambda w: lambda X=FIELDS, **parameters: segments.Gower(**parameters).fit(X),
        no_arguments,
        {"kinds": "mapping", "field_weights": "mapping", "n_steps": "count"},
    ),
    "segments.Gower.transform": of_world(lambda w: w.gower.transform, X="table"),
    "segments.Gower.distances": of_world(lambda w: w.gower.distances, A="table"),
    "segments.Scheme": plain(
        segments.Scheme, {"labels": GROUP}, labels="any labels", names="anything else",
        order="anything else", sample_weight="weight",
    ),
    "segments.Scheme.apply": plain(segments.Scheme(GROUP).apply, labels="any labels"),
    "segments.profile": plain(
        segments.profile, {"table": ITEMS, "labels": GROUP}, table="table",
        labels="no labels of people", used_items="names", sample_weight="weight",
        error="anything else",
    ),
    "segments.Profile.markers": of_world(
        lambda w: w.profile.markers, lambda w: {"segment": 0}, segment="option", n="count"
    ),
    "segments.Profile.plot": of_world(
        lambda w: w.profile.plot, measure="option", most="count"
    ),
    "segments.crosstab": plain(
        segments.crosstab, {"table": FIELDS, "rows": ["plan"], "banner": GROUP}, table="table",
        rows="names", sample_weight="weight", shares="names", used_items="names",
        adjust="option", across="option", alpha="share", min_base="number",
    ),
    "segments.rules": plain(
        segments.rules, {"table": FIELDS, "labels": GROUP}, table="table", labels="any labels",
        sample_weight="weight", depth="count", prune="flag", min_share="share",
        n_folds="count", random_state="seed",
    ),
    "segments.personas": of_world(
        lambda w: segments.personas, lambda w: {"profile": w.profile}, profile="nothing at all",
        opportunity="anything else", names="no names",
    ),
    "segments.read_personas": plain(segments.read_personas, path="file"),
    "segments.write_personas": of_world(
        lambda w: segments.write_personas,
        lambda w: {"personas": w.personas, "path": w.folder / "personas.yaml"},
        personas="no personas", path="path",
    ),
    "segments.people_map": plain(
        segments.people_map, {"X": ITEMS, "labels": GROUP}, X="table", labels="any labels",
        n_neighbors="count", most="count",
    ),
    "segments.match": plain(
        segments.match, {"labels_a": GROUP, "labels_b": GROUP}, labels_a="any labels",
        labels_b="any labels", sample_weight="weight",
    ),
    "segments.order_by_size": plain(
        segments.order_by_size, {"labels": GROUP}, labels="any labels", sample_weight="weight"
    ),
    "segments.classification_error": of_world(
        lambda w: segments.classification_error, lambda w: {"model": w.latent, "X": ITEMS},
        model="fitted", **WEIGHTED, assignment="option",
    ),
    "segments.outcomes": of_world(
        lambda w: segments.outcomes,
        lambda w: {"model": w.latent, "X": ITEMS, "table": FIELDS},
        model="fitted", **WEIGHTED, table="table", assignment="option",
    ),
    "segments.covariates": of_world(
        lambda w: segments.covariates,
        lambda w: {"model": w.latent, "X": ITEMS, "table": FIELDS[["age"]]},
        model="fitted", **WEIGHTED, table="table", reference="count", assignment="option",
    ),
    "segments.likelihood_ratio_test": plain(
        segments.likelihood_ratio_test,
        {"model": segments.LatentClass(2, "gaussian", n_init=1), "X": ITEMS},
        model="fitted", **WEIGHTED, n_boot="count", n_exceeding="count", n_init="count",
        prior="number", random_state="seed",
    ),
    "typing_tool.TypingTool.fit": Call(
        fit_tool, no_arguments,
        {
            "fields": "table", "segments": "labels", "sample_weight": "weight",
            "model": "model", "n_trees": "count", "max_leaves": "count", "min_leaf": "number",
            "tune": "flag", "max_fields": "not so many fields", "abstain_below": "share or none",
            "target_accuracy": "share or none", "calibrate": "flag", "n_folds": "count",
            "n_repeats": "count", "control": "flag", "random_state": "seed", "n_jobs": "jobs",
        },
    ),
    "typing_tool.TypingTool.predict": of_world(lambda w: w.tool.predict, fields="table"),
    "typing_tool.TypingTool.predict_proba": of_world(
        lambda w: w.tool.predict_proba, fields="table"
    ),
    "typing_tool.TypingTool.prediction_set": of_world(
        lambda w: w.tool.prediction_set, lambda w: {"fields": FIELDS}, fields="table",
        coverage="share", as_text="flag",
    ),
    "typing_tool.TypingTool.set_sizes": of_world(
        lambda w: w.tool.set_sizes, lambda w: {"base": FIELDS}, base="base", coverage="share"
    ),
    "typing_tool.TypingTool.segment_mix": of_world(lambda w: w.tool.segment_mix, base="base"),
    "typing_tool.TypingTool.tag": of_world(
        lambda w: w.tool.tag, lambda w: {"base": BASE}, base="base", out="path or none",
        id="name", sets="share or none", batch_rows="count", resume="flag",
    ),
    "typing_tool.TypingTool.reweighted": of_world(
        lambda w: w.tool.reweighted, sizes="nothing at all"
    ),
    "typing_tool.TypingTool.score_one": of_world(
        lambda w: w.tool.score_one, values="needed mapping"
    ),
    "typing_tool.TypingTool.evaluate_groups": of_world(
        lambda w: w.tool.evaluate_groups,
        lambda w: {"fields": FIELDS, "segments": GROUP, "groups": FIELDS["plan"]},
        fields="table", segments="labels", groups="any labels", sample_weight="weight",
    ),
    "typing_tool.TypingTool.card": of_world(lambda w: w.tool.card, groups="anything else"),
    "typing_tool.TypingTool.save": of_world(lambda w: w.tool.save, path="path"),
    "typing_tool.TypingTool.to_json": of_world(lambda w: w.tool.to_json, path="path"),
    "typing_tool.TypingTool.to_html": of_world(
        lambda w: w.tool.to_html, lambda w: {"path": w.folder / "tool.html"},
        codebook="codebook", title="text", brand="mapping", advice="mapping",
    ),
    "typing_tool.TypingTool.to_excel": of_world(
        lambda w: w.tool.to_excel, lambda w: {"path": w.folder / "tool.xlsx"}, path="path",
        exact="flag", codebook="codebook",
    ),
    "typing_tool.TypingTool.to_sql": of_world(
        lambda w: w.tool.to_sql, dialect="option", exact="flag", table="option"
    ),
    "typing_tool.ToolCard.markdown": of_world(lambda w: w.tool.card().markdown, title="text"),
    "typing_tool.ToolCard.to_html": of_world(
        lambda w: w.tool.card().to_html, lambda w: {"path": w.folder / "card.html"}, title="text"
    ),
    "typing_tool.ToolCard.to_markdown": of_world(
        lambda w: w.tool.card().to_markdown, path="path"
    ),
    "typing_tool.Evaluation.value": of_world(
        lambda w: w.tool.evaluation_.value, lambda w: {"metric": "accuracy"}, metric="option",
        segment="option",
    ),
    "typing_tool.Evaluation.with_ceiling": of_world(
        lambda w: w.tool.evaluation_.with_ceiling, label_certainty="nothing at all"
    ),
    "typing_tool.CoverageCurve.cut_for": of_world(
        lambda w: w.tool.evaluation_.coverage.cut_for, accuracy="share"
    ),
    "typing_tool.LiftCurve.top_decile": of_world(
        lambda w: w.tool.evaluation_.lift.top_decile, segment="option"
    ),
    "typing_tool.Choices.names": of_world(lambda w: w.tool.choices_.names, used="flag"),
    "typing_tool.FieldCodes.fit": plain(
        typing_tool.FieldCodes.fit, {"fields": FIELDS}, fields="table", sample_weight="weight"
    ),
    "typing_tool.FieldCodes.encode": of_world(lambda w: w.tool.model_.codes.encode, base="table"),
    "typing_tool.GoldenQuestions.items": of_world(
        lambda w: w.golden.items, n="number of list"
    ),
    "typing_tool.GoldenQuestions.tool": of_world(lambda w: w.golden.tool, n="number of list"),
    "typing_tool.GoldenQuestions.paper": of_world(
        lambda w: w.golden.paper, n="number of list", codebook="codebook", form="option",
        title="text", turned="flag",
    ),
    "typing_tool.GoldenQuestions.questionnaire": of_world(
        lambda w: w.golden.questionnaire, n="number of list", codebook="codebook"
    ),
    "typing_tool.golden_questions": plain(
        typing_tool.golden_questions, {"items": ITEMS, "segments": GROUP}, items="table",
        segments="labels", max_items="count", sample_weight="weight", blocks="mapping",
        battery="option", costs="mapping", budget="number or none", must_have="names",
    ),
    "typing_tool.compare_models": plain(
        typing_tool.compare_models, {"fields": FIELDS, "segments": GROUP}, fields="table",
        segments="labels", models="nothing at all", sample_weight="weight", n_folds="count",
        n_repeats="count", random_state="seed",
    ),
    "typing_tool.compare_tools": of_world(
        lambda w: typing_tool.compare_tools,
        lambda w: {"first": w.tool, "second": w.tool, "base": BASE},
        first="fitted", second="fitted", base="base", id="name",
    ),
    "typing_tool.learning_curve": plain(
        typing_tool.learning_curve, {"fields": FIELDS, "segments": GROUP}, fields="table",
        segments="labels", sample_weight="weight", sizes="anything else",
        random_state="seed", tool="anything else", n_repeats="count",
    ),
    "typing_tool.load": plain(typing_tool.load, path="file"),
    "diagnostics.stability": plain(
        diagnostics.stability, {"model": KMEANS, "X": ITEMS, "n_boot": 2}, model="model",
        **WEIGHTED, n_boot="count", n_segments="count or none", random_state="seed",
        scheme="option", n_init="count or none", repeats="flag", warm="flag",
        tolerance="number", n_jobs="jobs",
    ),
    "diagnostics.Stability.at": of_world(
        lambda w: w.stability.at, n_segments="number of solution"
    ),
    "diagnostics.prediction_strength": plain(
        diagnostics.prediction_strength, {"model": KMEANS, "X": ITEMS, "n_segments": [2]},
        model="model", **WEIGHTED, n_segments="count or none", n_splits="count",
        random_state="seed", cutoff="share", n_init="count or none", n_jobs="jobs",
    ),
    "diagnostics.end_to_end": plain(
        diagnostics.end_to_end, {"stages": [("segments", KMEANS)], "X": ITEMS, "n_boot": 2},
        stages="nothing at all", **WEIGHTED, n_boot="count", random_state="seed", n_jobs="jobs",
    ),
    "diagnostics.drift": plain(
        diagnostics.drift, {"reference": FIELDS, "current": FIELDS}, reference="table",
        current="table", tool="anything else", alpha="share", fields="names or none",
    ),
    "diagnostics.migration": of_world(
        lambda w: diagnostics.migration,
        lambda w: {"before": w.tagged, "after": w.tagged, "ids": "id"}, before="table",
        after="table", ids="name", segment="name", n_boot="count", random_state="seed",
    ),
    "diagnostics.decompose_mix": of_world(
        lambda w: diagnostics.decompose_mix,
        lambda w: {"before": BASE, "after": BASE, "tools": (w.tool, w.tool), "ids": "id"},
        before="table", after="table", tools="nothing at all", ids="name",
    ),
    "diagnostics.learn_bins": plain(
        diagnostics.learn_bins, {"table": FIELDS}, fields="names or none", max_levels="count",
        min_respondents="count",
    ),
    "diagnostics.count_table": of_world(
        lambda w: diagnostics.count_table, lambda w: {"table": FIELDS, "bins": w.bins},
        bins="nothing at all",
    ),
    "diagnostics.load_counts": plain(diagnostics.load_counts, path="file"),
    "diagnostics.TableCounts.save": of_world(lambda w: w.counts.save, path="path"),
    "diagnostics.wave": of_world(
        lambda w: diagnostics.wave, lambda w: {"model": w.latent, "X_old": ITEMS, "X_new": ITEMS},
        model="model", X_old="table", X_new="table", n_boot="count", alpha="share",
        random_state="seed",
    ),
    "choose.compare": plain(
        choose.compare, {"X": ITEMS, "models": [KMEANS], "n_segments": (2,), "n_boot": 2},
        X="table", models="nothing at all", n_segments="count", sample_weight="weight",
        random_state="seed", n_boot="count", n_init="count or none", n_jobs="jobs",
        constraints="mapping",
    ),
    "choose.Comparison.labels_of": of_world(
        lambda w: w.comparison.labels_of, n_segments="number of solution"
    ),
    "choose.structure": plain(
        choose.structure, {"model": KMEANS, "X": ITEMS}, model="model", **WEIGHTED,
        n_null="count", random_state="seed", n_segments="count or none",
        n_init="count or none", n_splits="count", max_null="count or none",
    ),
    "choose.sample_size": plain(
        choose.sample_size, {"n_segments": 3, "n_items": 10}, n_segments="count",
        n_items="count", smallest="share or none", n_smallest="count", size_error="share",
        profile_error="number", design_effect="number",
    ),
    "study.new_study": of_world(
        lambda w: study.new_study, lambda w: {"folder": w.folder / "new"}, folder="path",
        n_segments="count", refresh="flag",
    ),
    "study.Study.open": plain(Study.open, folder="file"),
    "study.read_config": plain(study.read_config, folder="file"),
    "reports.booklet": of_world(
        lambda w: reports.booklet, lambda w: {"path": w.folder / "booklet.html"},
        study="nothing at all",
    ),
    "plots.segment_color": plain(plots.segment_color, position="no place"),
}  # fmt: skip
MISTAKES |= {
    "no items": [None, 3, "a", {"a": 1}, THING, ["a"], [None], [survey.Item("a")] * 2],
    "no texts": [None, 3, NAN, [3], "one text", {"a": 1}, THING, FIELDS],
    "part": [*NO_NUMBER, 0, -0.1, 1.5, HUGE],
    "no names": [3, NAN, "a", ["a"], ["a"] * 3, {"nobody": "a"}, THING, FIELDS],
    "no labels of people": [[], ["a"] * (N - 1), [None] * N, [0] * N, 3, THING, NOT_IN_MEMORY],
    "not so many fields": [*(m for m in NO_NUMBER if m is not None), 2.5, -1, 0, True],
    "nothing to mask": [None, 3, NAN, {}, THING, [3], [["a"]], ITEMS],
    "no personas": [None, 3, "a", {}, THING, ["a"], [None], FIELDS],
    "number of list": [0, 99, "1", 1.5, True, [], {}, THING, FIELDS],
    "no place": [None, 1.5, "0", [], {}, THING],
}
CASES = [(path, name, kind) for path, call in CALLS.items() for name, kind in call.kinds.items()]


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    return World(tmp_path_factory.mktemp("world"))


@pytest.mark.parametrize(("path", "name", "kind"), CASES)
@pytest.mark.filterwarnings("ignore")
def test_a_mistake_is_refused_in_words(world, path, name, kind):
    call = CALLS[path]
    function, given = call.of(world), call.given(world)
    taken, unworded = [], []
    for mistake in MISTAKES[kind]:
        try:
            function(**{**given, name: mistake})
        except SegkitError as refusal:
            if not 25 < len(str(refusal)) < 1500:
                unworded.append((mistake, str(refusal)))
        else:
            taken.append(mistake)
    assert taken == []
    assert unworded == []
