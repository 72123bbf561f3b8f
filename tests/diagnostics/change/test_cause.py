from functools import lru_cache
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from sklearn.cluster import KMeans
from sklearn.pipeline import make_pipeline

from segkit import datasets
from segkit.diagnostics import drift, wave
from segkit.diagnostics.change.cause import (
    in_order,
    row_weights,
    survey_kinds,
    with_new_sizes,
)
from segkit.diagnostics.change.compared import changes_of, compare_tables
from segkit.exceptions import SegkitError
from segkit.factors import FactorModel
from segkit.typing_tool import TypingTool

SHARES = (0.5, 0.3, 0.2)
LATER = (0.3, 0.3, 0.4)


def world(n, shares, seed):
    rng = np.random.default_rng(seed)
    segment = rng.choice(3, n, p=shares)
    age = rng.normal(40 + 8 * segment, 8)
    return pd.DataFrame({"age": age, "plan": np.array(["a", "b", "c"])[segment]}), segment


def sizes(before, after):
    return pd.DataFrame({"segment": ["0", "1", "2"], "before": before, "after": after})


def compared(tool=None, labels=None):
    (one, a), (other, b) = world(6000, SHARES, 0), world(6000, LATER, 1)
    given = None if labels is None else (a, b)
    fields = ["age", "plan"]
    return compare_tables((one, other), (None, None), tool, given, fields)


def left(found, pairs):
    return [c.kind for c in changes_of(pairs, found.segments, 0.01) if c.segment == "all"]


def test_new_sizes_of_labelled_segments_explain_their_fields():
    found = compared(labels=True)
    before, after = (np.bincount(t) / 6000 for t in (found.rows.tags.before, found.rows.tags.after))
    assert left(found, found.pairs) == ["shift", "shift"]
    pairs = with_new_sizes(found, sizes(before, after), tagged=False)
    assert left(found, pairs) == ["stable", "stable"]
    w = row_weights(found.rows, sizes(before, after), tagged=False)
    assert w.sum() == pytest.approx(6000)


def test_new_sizes_by_a_tools_probabilities_explain_them_too():
    def probabilities(table):
        likely = np.exp(-np.square(table["age"].to_numpy()[:, None] - [40, 48, 56]) / 128) * SHARES
        return likely / likely.sum(axis=1, keepdims=True)

    tool = SimpleNamespace(feature_names_in_=["age"], predict_proba=probabilities)
    found = compared(tool)
    assert left(found, found.pairs[:1]) == ["shift"]
    pairs = with_new_sizes(found, sizes(SHARES, LATER), tagged=True)
    assert left(found, pairs[:1]) == ["stable"]


def test_a_segment_that_was_not_there_is_not_blown_up():
    found = compared(labels=True)
    w = row_weights(found.rows, sizes((0.5, 0.5, 0), (0, 0.5, 0.5)), tagged=False)
    assert set(w.tolist()) == {0.0, 1.0}
    w = row_weights(found.rows, sizes((0.001, 0.4, 0.599), (0.2, 0.4, 0.4)), tagged=False)
    assert w.max() == 20


def test_what_a_survey_wave_found_is_read():
    assert survey_kinds(None) == ()
    assert survey_kinds(SimpleNamespace(changed_kinds=("size", "profile"))) == ("size", "profile")
    with pytest.raises(SegkitError, match=r"wave is a list; expected a WaveComparison"):
        survey_kinds([1, 2])


def test_kinds_stand_in_order():
    assert in_order(["mix", "profile"]) == ("profile", "mix")


IMPORTANCE = [f"imp_{j:02d}" for j in range(1, 25)]
EXPECTED = {
    None: ("keep", ()),
    "mix": ("recalibrate", ("mix",)),
    "fields": ("recalibrate", ("fields",)),
    "profile": ("resegment", ("profile",)),
}


@lru_cache(10)
def first_wave(seed):
    """The made study and its tool, from which every kind of drift starts."""
    made = datasets.make_payments_study(2000, 20_000, random_state=seed)
    return made, TypingTool(n_trees=40).fit(made.fields, made.truth.respondents)


def named(seed, kind):
    """Drift of the made study's base, together with its new survey wave: verdict and kinds."""
    made, tool = first_wave(seed)
    later = made.next_wave(drift=kind)
    a, b = made.answers, later.answers
    chain = make_pipeline(FactorModel(5), KMeans(4, n_init=10, random_state=0))
    ids, weights = (a["respondent"], b["respondent"]), (a["weight"], b["weight"])
    survey = wave(chain, a[IMPORTANCE], b[IMPORTANCE], ids, weights, n_boot=40)
    bases = [study.base.drop(columns="customer_id") for study in (made, later)]
    found = drift(*bases, tool, wave=survey)
    return found.verdict, found.kinds


@pytest.mark.parametrize("kind", EXPECTED)
def test_the_made_studys_drifts_are_named(kind):
    assert named(0, kind) == EXPECTED[kind]


@pytest.mark.slow
@pytest.mark.parametrize("kind", EXPECTED)
def test_the_made_studys_drifts_are_named_in_nine_of_ten(kind):
    assert sum(named(seed, kind) == EXPECTED[kind] for seed in range(10)) >= 9
