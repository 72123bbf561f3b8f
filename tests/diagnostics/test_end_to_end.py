import numpy as np
import pandas as pd
import pytest
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.cluster import AgglomerativeClustering, KMeans
from sklearn.decomposition import PCA
from sklearn.tree import DecisionTreeClassifier

from segkit.diagnostics import EndToEnd, end_to_end
from segkit.exceptions import SegkitError
from segkit.factors import FactorModel
from segkit.typing_tool import TypingTool


@pytest.fixture(scope="module")
def people():
    rng = np.random.default_rng(0)
    group = rng.integers(0, 3, 240)
    X = rng.normal(size=(240, 5)) + 6 * np.eye(3, 5)[group]
    fields = np.column_stack([group, rng.integers(0, 4, 240)])
    return X, fields


class Turned(TransformerMixin, BaseEstimator):
    """Turns the table by an angle that depends on who was drawn, distances kept."""

    def fit(self, X, y=None):
        rng = np.random.default_rng(len(X))
        self.turn_ = np.linalg.qr(rng.normal(size=(X.shape[1], X.shape[1])))[0]
        return self

    def transform(self, X):
        return X @ self.turn_


class Noisy(TransformerMixin, BaseEstimator):
    """Blurs the table, differently for every number of people it is fitted to."""

    def fit(self, X, y=None):
        self.n_ = len(X)
        return self

    def transform(self, X):
        return X + np.random.default_rng(self.n_).normal(0, 3, X.shape)


def chain(*needs, typing=True):
    stages = [(f"needs {i}", stage) for i, stage in enumerate(needs)]
    stages.append(("segments", KMeans(3, n_init=5)))
    return [*stages, ("typing", DecisionTreeClassifier(random_state=0))] if typing else stages


def lost(found):
    rows = found.frame()
    return {(r.redone, r.answer): r.lost for r in rows.itertuples()}


def test_nobody_is_lost_where_segments_are_apart_and_fields_know_them(people):
    found = end_to_end(chain(PCA(3)), *people, n_boot=5)
    assert isinstance(found, EndToEnd)
    assert max(lost(found).values()) < 0.01
    assert found.rows == (
        ("needs 0", "segments"), ("segments", "segments"), ("all", "segments"),
        ("needs 0", "typing"), ("segments", "typing"), ("typing", "typing"), ("all", "typing"),
    )  # fmt: skip


def test_needs_that_turn_and_change_sign_lose_nobody(people):
    found = end_to_end(chain(Turned(), typing=False), people[0], n_boot=4)
    assert max(lost(found).values()) < 0.01


def test_the_stage_that_is_at_fault_is_named(people):
    X, fields = people
    noisy = end_to_end(chain(Noisy()), X, fields, n_boot=6)
    by_stage = lost(noisy)
    assert by_stage["needs 0", "segments"] > 3 * by_stage["segments", "segments"]
    assert "most by needs 0" in noisy.summary()
    blind = np.column_stack([np.arange(240) * 7 % 240, np.arange(240) * 11 % 240])
    typed = end_to_end(chain(), X, blind, n_boot=6)
    assert lost(typed)["segments", "segments"] < 0.01
    assert lost(typed)["typing", "typing"] > 0.1
    assert "most by typing" in typed.summary()


def test_all_stages_lose_at_least_about_what_the_worst_loses_alone(people):
    found = end_to_end(chain(Noisy()), *people, n_boot=10)
    by_stage = lost(found)
    alone = max(v for (stage, answer), v in by_stage.items() if answer == "segments")
    assert by_stage["all", "segments"] > 0.7 * alone


def test_factors_segments_and_the_typing_tool():
    rng = np.random.default_rng(1)
    group = rng.integers(0, 2, 300)
    need = np.where(group[:, None] == [0, 1], 1.2, -1.2) + rng.normal(size=(300, 2))
    items = np.repeat(need, 4, axis=1) + rng.normal(0, 0.8, (300, 8))
    X = pd.DataFrame(np.clip(np.round(items + 3), 1, 5), columns=[f"i{j}" for j in range(8)])
    fields = pd.DataFrame(
        {"plan": np.where(group == 1, "plus", "basic"), "age": rng.integers(20, 80, 300)}
    )
    stages = [
        ("needs", FactorModel(2, correlation="pearson")),
        ("segments", KMeans(2, n_init=3)),
        ("typing", TypingTool(n_trees=20)),
    ]
    found = end_to_end(stages, X, fields, n_boot=2)
    assert found.stages[0] == "needs (FactorModel)"
    assert lost(found)["all", "segments"] < 0.15
    assert found.kept.shape == (2, 7)
    assert found.jaccard.shape == (2, 7, 2)


def test_the_row_order_and_the_processes_change_nothing(people):
    X, fields = people
    shuffle = np.random.default_rng(3).permutation(len(X))
    w = np.random.default_rng(4).uniform(0.5, 2, len(X))
    a = end_to_end(chain(PCA(2)), X, fields, 4, w)
    b = end_to_end(chain(PCA(2)), X[shuffle], fields[shuffle], 4, 3 * w[shuffle], n_jobs=2)
    np.testing.assert_allclose(a.kept, b.kept)
    np.testing.assert_allclose(a.jaccard, b.jaccard)


def test_segments_without_predict_follow_their_nearest_neighbour(people):
    found = end_to_end([("segments", AgglomerativeClustering(3))], people[0], n_boot=3)
    assert lost(found)["all", "segments"] < 0.05
    # the only stage alone is all there is
    assert lost(found)["segments", "segments"] == pytest.approx(lost(found)["all", "segments"])


def test_frames_come_back_as_the_same_kind_and_are_drawn(frame_kind, people):
    X = frame_kind.make({f"i{j}": people[0][:, j] for j in range(5)})
    fields = frame_kind.make({"plan": people[1][:, 0], "age": people[1][:, 1]})
    found = end_to_end(chain(), X, fields, n_boot=2)
    assert type(found.frame()) is type(X)
    widths = [bar.get_width() for bar in found.plot().patches]
    assert widths == (1 - found.kept.mean(axis=0)).tolist()
    assert "bootstrap samples of 240 respondents" in found.summary()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"stages": []}, r"named nothing; expected at least 2"),
        ({"stages": [("a", PCA(2))]}, r"named a; expected at least 2"),
        (
            {"stages": [("a", PCA(2)), ("a", KMeans(2)), ("b", DecisionTreeClassifier())]},
            "named a, a, b; expected at least 2 under different names",
        ),
        (
            {"stages": [("x", DecisionTreeClassifier()), *chain()]},
            r"'x' \(DecisionTreeClassifier\) stands before the segments but does not transform",
        ),
        ({"fields": np.zeros((3, 1))}, "fields has 3 rows but X has 240"),
        ({"n_boot": 1}, "n_boot=1 was given"),
    ],
)
def test_bad_input_is_named(change, message, people):
    with pytest.raises(SegkitError, match=message):
        end_to_end(**({"stages": chain(), "X": people[0], "fields": people[1]} | change))
