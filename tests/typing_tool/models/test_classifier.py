import numpy as np
import pytest
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression, Perceptron
from sklearn.naive_bayes import BernoulliNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline

from segkit.exceptions import SegkitError, SegkitWarning
from segkit.typing_tool import TypingTool
from segkit.typing_tool.coding.codes import FieldCodes
from segkit.typing_tool.coding.fields import read_fields
from segkit.typing_tool.models.classifier import VOTES, cross_votes, fit_classifier
from segkit.typing_tool.models.logit import Design


@pytest.fixture(scope="module")
def learned(people):
    """Design, codes, labels and weights of 300 people."""
    pandas = pytest.importorskip("pandas")
    made = people(300)
    fields = read_fields(pandas.DataFrame(made.columns))
    book = FieldCodes.from_columns(fields, np.ones(300), n_bins=8)
    w = np.random.default_rng(0).uniform(0.5, 2, 300)
    return Design.of(book, [False] * 5), book.encode_columns(fields), made.segments, w


def test_the_columns_are_zeros_and_ones_and_votes_are_probabilities(learned):
    design, codes, labels, w = learned
    fitted = fit_classifier(LogisticRegression(C=0.3), design, codes, np.eye(3)[labels], w, 0)
    X = design.columns(codes)[:, 1:]
    assert set(np.unique(X)) == {0.0, 1.0}
    assert (X.sum(axis=1) == 5).all()
    plain = LogisticRegression(C=0.3).fit(X, labels, sample_weight=w / w.mean())
    votes = fitted.score(codes)
    assert votes.dtype == np.int64
    np.testing.assert_allclose(votes / VOTES, plain.predict_proba(X), atol=1e-5)
    np.testing.assert_array_equal(fitted.score_one(codes[3]), votes[3])


def test_memberships_are_weighted_rows_of_one_respondent(learned):
    design, codes, _, w = learned
    soft = np.random.default_rng(1).dirichlet([1, 1, 1], 300)
    fitted = fit_classifier(LogisticRegression(C=0.3), design, codes, soft, w, 0)
    X = np.repeat(design.columns(codes)[:, 1:], 3, axis=0)
    weight = (soft * (w / w.mean())[:, None]).ravel()
    plain = LogisticRegression(C=0.3).fit(X, np.tile([0, 1, 2], 300), sample_weight=weight)
    np.testing.assert_allclose(fitted.score(codes) / VOTES, plain.predict_proba(X)[::3], atol=1e-4)


def test_nobody_is_typed_by_a_classifier_that_knew_them(learned):
    design, codes, _, w = learned
    noise = np.random.default_rng(2).integers(0, 3, 300)
    memory = KNeighborsClassifier(1)
    own = (design, codes, np.eye(3)[noise], w, 0)
    assert (fit_classifier(memory, *own).score(codes).argmax(axis=1) == noise).mean() > 0.9
    assert (cross_votes(memory, *own).argmax(axis=1) == noise).mean() < 0.45
    # a respondent's rows stay together also where memberships make three of each
    soft = np.eye(3)[noise] * 0.7 + 0.1
    forest = RandomForestClassifier(20, random_state=0)
    held = cross_votes(forest, design, codes, soft, w, 0)
    assert (held.argmax(axis=1) == noise).mean() < 0.45


def test_a_segment_that_a_part_lacks_gets_no_votes(learned):
    design, codes, labels, w = learned
    few = labels < 2
    fitted = fit_classifier(BernoulliNB(), design, codes[few], np.eye(3)[labels[few]], w[few], 0)
    assert (fitted.score(codes)[:, 2] == 0).all()


def test_a_tool_of_any_classifier_tags_but_stays_in_memory(people, frame_kind, tmp_path):
    made = people(300)
    given = make_pipeline(RandomForestClassifier(10))
    tool = TypingTool(model=given, n_folds=2)
    with pytest.warns(SegkitWarning, match="The classifier Pipeline takes no sample_weight"):
        tool.fit(
            frame_kind.make(made.columns), made.segments, np.where(np.arange(300) < 9, 2.0, 1.0)
        )
    assert not hasattr(given[0], "estimators_")  # a clone was fitted
    base = frame_kind.make(people(200, seed=3).columns)
    assert tool.predict_proba(base).sum(axis=1) == pytest.approx(1)
    assert tool.summary().startswith("Typing tool: scikit-learn Pipeline on 5 fields")
    with pytest.raises(SegkitError, match=r"is a scikit-learn Pipeline, which a file without code"):
        tool.save(tmp_path / "tool.segkit")
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(SegkitError, match="has no points: it is a scikit-learn Pipeline"):
        tool.points()


def test_the_seed_of_the_tool_seeds_the_classifier(people):
    pandas = pytest.importorskip("pandas")
    made = people(200)
    fields, order = pandas.DataFrame(made.columns), np.random.default_rng(0).permutation(200)
    turned = made.take(order)
    model = RandomForestClassifier(5)
    one = TypingTool(model=model, n_folds=2).fit(fields, made.segments)
    two = TypingTool(model=model, n_folds=2)
    two.fit(pandas.DataFrame(turned.columns), turned.segments)
    np.testing.assert_array_equal(one.predict_proba(fields), two.predict_proba(fields))


@pytest.mark.parametrize(
    ("model", "text"),
    [
        (
            LogisticRegression,
            "model is <class .*; expected 'forest', 'scorecard', or a scikit-learn",
        ),
        (None, "model is None; expected 'forest'"),
        (3, "model is 3; expected 'forest'"),
        (Perceptron(), "The model Perceptron has no predict_proba; expected a classifier that"),
    ],
)
def test_what_is_no_classifier(people, frame_kind, model, text):
    made = people(60)
    with pytest.raises(SegkitError, match=text):
        TypingTool(model=model, n_folds=2).fit(frame_kind.make(made.columns), made.segments)


def test_memberships_need_a_classifier_that_takes_weights(people, frame_kind):
    made = people(60)
    soft = np.eye(3)[made.segments] * 0.7 + 0.1
    with pytest.raises(SegkitError, match="takes no sample_weight, hence cannot learn memberships"):
        TypingTool(model=KNeighborsClassifier(), n_folds=2).fit(frame_kind.make(made.columns), soft)
