"""The promise: public names, where the contract says, documented, each with an example."""

import dataclasses
import importlib
import inspect
import pkgutil
import re
from pathlib import Path

import pytest

import segkit

ROOMS = (
    "survey",
    "datasets",
    "factors",
    "segments",
    "typing_tool",
    "diagnostics",
    "choose",
    "reports",
    "study",
    "plots",
    "exceptions",
)
# what users were promised: room -> name -> the parameters, in order (others may stand between)
PROMISED = {
    "survey": {
        "Codebook": ["items"],
        "Item": ["item"],
        "read_survey": ["path"],
        "response_quality": ["answers", "codebook", "seconds"],
        "ResponseQuality": [],
        "response_style": ["answers", "codebook"],
        "ResponseStyle": [],
        "opportunity": ["importance", "satisfaction", "segments", "sample_weight"],
        "Opportunity": [],
        "mask_personal_data": ["texts"],
        "relative_ratings": ["answers", "codebook", "leave_out"],
    },
    "datasets": {
        "Dataset": [],
        "make_payments_study": ["n_respondents", "n_customers", "n_segments", "random_state"],
        "fetch_bfi": [],
        "fetch_financial_wellbeing": [],
        "fetch_payment_choice": [],
        "fetch_airport_survey": [],
        "fetch_young_people": [],
        "fetch_mcdonalds": [],
        "fetch_credit_default": [],
        "fetch_receivables": [],
        "fetch_bank_transactions": [],
        "fetch_bank_marketing": [],
        "fetch_email_experiment": [],
        "fetch_turnout_nudges": [],
    },
    "factors": {
        "correlation": ["X", "method", "sample_weight", "missing"],
        "Correlation": [],
        "factorability": ["X"],
        "Factorability": [],
        "n_factors": ["X", "correlation", "random_state"],
        "FactorCount": [],
        "LoadingIntervals": [],
        "FactorModel": ["n_factors", "correlation", "extraction", "rotation", "scores"],
        "reliability": ["X", "scales"],
        "scales_of": ["model"],
        "Reliability": [],
        "confirmation": ["X", "structure", "sample_weight", "missing"],
        "Confirmation": [],
        "invariance": ["X", "groups", "n_factors"],
        "Invariance": [],
        "align": ["model", "to"],
        "Alignment": [],
    },
    "segments": {
        "LatentClass": ["n_segments", "items", "n_init", "prior", "random_state"],
        "DensitySegments": [],
        "ConsensusSegments": ["n_segments", "members", "random_state"],
        "Gower": ["kinds", "field_weights", "n_steps"],
        "ReducedKMeans": ["n_segments", "n_dimensions", "random_state"],
        "profile": ["table", "labels", "used_items", "sample_weight", "error"],
        "Profile": [],
        "crosstab": ["table", "rows", "banner", "sample_weight"],
        "Crosstab": [],
        "rules": ["table", "labels", "sample_weight"],
        "Rules": [],
        "personas": ["profile", "opportunity", "verbatims", "names"],
        "Persona": [],
        "read_personas": ["path"],
        "write_personas": ["personas", "path"],
        "people_map": ["X", "labels", "n_neighbors", "most", "random_state"],
        "PeopleMap": [],
        "match": ["labels_a", "labels_b"],
        "Matching": [],
        "classification_error": ["model", "X", "assignment", "sample_weight"],
        "ClassificationError": [],
        "outcomes": ["model", "X", "table", "assignment", "sample_weight"],
        "Outcomes": [],
        "covariates": ["model", "X", "table", "reference", "assignment", "sample_weight"],
        "Covariates": [],
        "likelihood_ratio_test": ["model", "X", "n_boot", "sample_weight", "random_state"],
        "LikelihoodRatioTest": [],
    },
    "typing_tool": {
        "TypingTool": ["model", "abstain_below", "random_state"],
        "Points": [],
        "compare_models": [
            "fields",
            "segments",
            "models",
            "sample_weight",
            "n_folds",
            "n_repeats",
            "random_state",
        ],
        "ModelComparison": [],
        "Evaluation": [],
        "Choices": [],
        "learning_curve": ["fields", "segments", "sample_weight", "sizes", "random_state", "tool"],
        "LearningCurve": [],
        "FieldImportance": [],
        "GroupFigures": [],
        "LiftCurve": [],
        "golden_questions": ["items", "segments", "max_items", "sample_weight"],
        "GoldenQuestions": [],
        "load": ["path"],
        "compare_tools": ["first", "second", "base", "id"],
        "ToolComparison": [],
    },
    "diagnostics": {
        "stability": ["model", "X", "n_boot", "n_segments", "sample_weight", "random_state"],
        "Stability": [],
        "Across": [],
        "prediction_strength": [
            "model",
            "X",
            "n_segments",
            "n_splits",
            "sample_weight",
            "random_state",
        ],
        "PredictionStrength": [],
        "end_to_end": ["stages", "X", "fields", "n_boot", "sample_weight", "random_state"],
        "EndToEnd": [],
        "drift": ["reference", "current", "tool", "segments", "sample_weight"],
        "Drift": [],
        "Monitor": ["path", "tool", "reference"],
        "MonitorUpdate": [],
        "learn_bins": ["table", "fields", "sample_weight"],
        "TableBins": ["fields"],
        "count_table": ["table", "bins", "segments", "sample_weight"],
        "TableCounts": ["bins", "groups", "fields", "n_rows"],
        "load_counts": ["path"],
        "migration": ["before", "after", "ids", "sample_weight"],
        "Migration": [],
        "decompose_mix": ["before", "after", "tools", "ids", "sample_weight"],
        "MixChange": [],
        "MovedFields": [],
        "Homogeneity": [],
        "Hysteresis": [],
        "wave": ["model", "X_old", "X_new", "ids", "sample_weight"],
        "WaveComparison": [],
    },
    "choose": {
        "compare": [
            "X",
            "models",
            "n_segments",
            "fields",
            "constraints",
            "sample_weight",
            "random_state",
        ],
        "Comparison": [],
        "structure": ["model", "X", "n_null", "random_state"],
        "Structure": [],
        "sample_size": ["n_segments", "n_items"],
        "learning_curve": ["tool", "fields", "segments"],
    },
    "reports": {"booklet": ["study", "path"]},
    "study": {"Study": []},
    "exceptions": {"SegkitError": [], "SegkitWarning": []},
}
METHODS = {
    "factors.Correlation": ["intervals", "covariance"],
    "survey.Codebook": ["clean", "from_yaml", "to_yaml", "names", "wordings", "frame"],
    "survey.ResponseQuality": ["keep"],
    "factors.FactorModel": [
        "fit",
        "fit_correlation",
        "transform",
        "score_errors",
        "loading_intervals",
    ],
    "diagnostics.Stability": ["at"],
    "diagnostics.Across": ["flow_frame"],
    "diagnostics.Monitor": [
        "update",
        "use",
        "rollback",
        "forget",
        "retain",
        "history",
        "mix",
        "alarms",
        "events",
        "tags",
        "trail",
        "status",
        "exit_code",
        "latest",
        "plot",
        "report",
    ],
    "diagnostics.TableBins": ["to_dict", "from_dict"],
    "diagnostics.TableCounts": ["merge", "frame", "save", "to_dict", "from_dict"],
    "diagnostics.WaveComparison": ["plot_profile"],
    "diagnostics.Migration": ["homogeneity", "half_life", "hysteresis", "customers", "movers"],
    "segments.Crosstab": ["table", "pairs"],
    "segments.Profile": ["markers", "joins", "dendrogram"],
    "segments.Rules": ["sentences"],
    "segments.LatentClass": ["fit", "predict", "predict_proba"],
    "segments.DensitySegments": ["fit", "predict", "predict_proba"],
    "segments.ConsensusSegments": ["fit", "predict", "predict_proba", "summary"],
    "segments.Gower": ["fit", "transform", "distances"],
    "segments.ReducedKMeans": ["fit", "predict", "predict_proba", "transform"],
    "typing_tool.GoldenQuestions": ["items", "tool", "paper", "questionnaire"],
    "typing_tool.TypingTool": [
        "fit",
        "predict",
        "predict_proba",
        "tag",
        "segment_mix",
        "reweighted",
        "prediction_set",
        "set_sizes",
        "save",
        "points",
        "to_json",
        "to_sql",
        "to_html",
        "to_onnx",
        "card",
        "evaluate_groups",
        "to_excel",
    ],
    "typing_tool.ToolCard": ["to_html", "to_markdown", "markdown"],
    "typing_tool.Evaluation": ["value", "card", "plot_card"],
    "choose.Comparison": ["labels_of", "survivors", "agreement_frame", "plot_agreement"],
    "study.Study": ["open", "run"],
}
RESULTS = [
    "survey.ResponseQuality",
    "survey.ResponseStyle",
    "survey.Opportunity",
    "factors.Correlation",
    "factors.Factorability",
    "factors.FactorCount",
    "factors.LoadingIntervals",
    "factors.Reliability",
    "factors.Confirmation",
    "factors.Invariance",
    "factors.Alignment",
    "segments.Persona",
    "segments.Profile",
    "segments.PeopleMap",
    "segments.Matching",
    "segments.Crosstab",
    "segments.Rules",
    "segments.ClassificationError",
    "segments.Outcomes",
    "segments.Covariates",
    "segments.LikelihoodRatioTest",
    "typing_tool.Choices",
    "typing_tool.LearningCurve",
    "typing_tool.Evaluation",
    "typing_tool.SegmentMix",
    "typing_tool.SetSizes",
    "typing_tool.ModelComparison",
    "typing_tool.FieldImportance",
    "typing_tool.GroupFigures",
    "typing_tool.LiftCurve",
    "typing_tool.Points",
    "typing_tool.ToolComparison",
    "typing_tool.GoldenQuestions",
    "diagnostics.Stability",
    "diagnostics.Across",
    "diagnostics.PredictionStrength",
    "diagnostics.EndToEnd",
    "diagnostics.Drift",
    "diagnostics.MonitorUpdate",
    "diagnostics.Migration",
    "diagnostics.MixChange",
    "diagnostics.MovedFields",
    "diagnostics.Homogeneity",
    "diagnostics.Hysteresis",
    "diagnostics.WaveComparison",
    "choose.Comparison",
    "choose.Structure",
]
DOCS = Path(__file__).parents[1] / "docs"


def named(path):
    room, name = path.split(".")
    return getattr(importlib.import_module(f"segkit.{room}"), name)


def public():
    """Every public name of every room, as room.name."""
    for room in ROOMS:
        for name in importlib.import_module(f"segkit.{room}").__all__:
            yield f"{room}.{name}"


PUBLIC = list(public())
CALLABLES = [path for path in PUBLIC if callable(named(path))]
FUNCTIONS = [path for path in CALLABLES if not inspect.isclass(named(path))]
ESTIMATORS = [p for p in CALLABLES if hasattr(named(p), "get_params")]
PROMISES = [f"{room}.{name}" for room, names in PROMISED.items() for name in names]


def test_every_public_module_is_a_room_of_this_list():
    found = {m.name for m in pkgutil.iter_modules(segkit.__path__) if not m.name.startswith("_")}
    assert found - {"cli"} == set(ROOMS)


def test_the_public_face_is_importable_and_lists_its_rooms():
    assert set(segkit.__all__) >= set(ROOMS) - {"exceptions", "study"}
    assert all(getattr(segkit, name) is not None for name in segkit.__all__)
    assert set(segkit.__all__) <= set(dir(segkit))
    with pytest.raises(AttributeError, match="has no attribute 'clusters'"):
        segkit.clusters  # noqa: B018


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_says_what_it_is_for_and_names_its_public_names_once(room):
    module = importlib.import_module(f"segkit.{room}")
    assert len(inspect.getdoc(module)) > 40
    assert len(set(module.__all__)) == len(module.__all__)
    assert not [name for name in module.__all__ if name.startswith("_")]


@pytest.mark.parametrize("path", PROMISES)
def test_a_promised_name_is_where_the_contract_says_and_takes_what_it_says(path):
    assert path in PUBLIC
    room, name = path.split(".")
    promised = PROMISED[room][name]
    if promised:
        parameters = list(inspect.signature(named(path)).parameters)
        assert [p for p in parameters if p in promised] == promised


@pytest.mark.parametrize("path", METHODS)
def test_promised_methods_are_there(path):
    assert [m for m in METHODS[path] if not callable(getattr(named(path), m, None))] == []


@pytest.mark.parametrize("path", RESULTS)
def test_a_result_is_frozen_and_shows_itself(path):
    result = named(path)
    assert result.__dataclass_params__.frozen
    for method in ("frame", "plot", "summary", "_repr_html_"):
        assert callable(getattr(result, method))
    for method in ("frame", "plot", "summary"):
        assert method in vars(result), f"{path} has no {method} of its own"


@pytest.mark.parametrize("path", CALLABLES)
def test_a_public_callable_has_a_docstring_with_an_example_that_runs(path):
    text = inspect.getdoc(named(path)) or ""
    assert text, f"{path} has no docstring"
    if not path.startswith("exceptions."):
        assert re.search(r"^Examples\n-{8}$", text, re.MULTILINE), f"{path} has no Examples"
        assert ">>> " in text


@pytest.mark.parametrize("path", FUNCTIONS + ESTIMATORS)
def test_a_docstring_describes_the_parameters_that_are_there(path):
    validate = pytest.importorskip("numpydoc.validate", reason="numpydoc is not installed")
    wanted = {"SS01", "PR01", "PR02", "PR03"} | ({"RT01"} if path in FUNCTIONS else set())
    found = validate.validate(f"segkit.{path}")["errors"]
    assert [f"{code}: {text}" for code, text in found if code in wanted] == []


@pytest.mark.parametrize("path", [p for p in CALLABLES if dataclasses.is_dataclass(named(p))])
def test_a_dataclass_describes_what_it_holds(path):
    # a result is made by its function, not by hand: what it holds matters, not its __init__
    text = inspect.getdoc(named(path))
    assert re.search(r"^(Attributes|Parameters)\n-{10}$", text, re.MULTILINE)


@pytest.mark.parametrize("path", [p for p in CALLABLES if inspect.isclass(named(p))])
def test_public_methods_have_docstrings(path):
    of_segkit = {
        name: member
        for name, member in inspect.getmembers(named(path), inspect.isroutine)
        if not name.startswith("_") and str(getattr(member, "__module__", "")).startswith("segkit")
    }
    assert [name for name, member in of_segkit.items() if not inspect.getdoc(member)] == []


@pytest.mark.skipif(not DOCS.is_dir(), reason="docs/ is not beside the tests")
@pytest.mark.parametrize("room", [r for r in ROOMS if r != "exceptions"])
def test_every_room_has_a_page_of_the_guide_and_of_the_reference(room):
    assert (DOCS / "guide" / f"{room}.md").is_file()
    assert f"generated/{room}\n" in (DOCS / "reference" / "index.md").read_text()
    assert f'"{room}": ' in (DOCS / "conf.py").read_text()
