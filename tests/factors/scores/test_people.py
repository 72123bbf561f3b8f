import numpy as np
import pytest
from numpy.testing import assert_allclose

from segkit.exceptions import NotFittedError, SegkitError, SegkitWarning
from segkit.factors import FactorModel
from segkit.factors.scores.scoring import SCORES

each_method = pytest.mark.parametrize("method", SCORES)


def values(frame):
    return np.column_stack([frame[c].to_numpy() for c in frame.columns])


@each_method
def test_frames_of_scores_and_errors_go_out_as_they_came_in(answers, frame_kind, method):
    table = frame_kind.make({name: answers[name].to_list() for name in answers})
    model = FactorModel(3, scores=method).fit(table)
    plain = FactorModel(3, scores=method).fit(answers.to_numpy())
    for name in ("transform", "score_errors"):
        found = getattr(model, name)(table)
        assert type(found).__module__.startswith(frame_kind.name)
        assert list(found.columns) == ["factor_1", "factor_2", "factor_3"]
        assert_allclose(values(found), getattr(plain, name)(answers.to_numpy()), atol=1e-9)
    quality = model.score_quality_
    assert type(quality).__module__.startswith(frame_kind.name)
    assert quality["factor"].to_list() == ["factor_1", "factor_2", "factor_3"]


@each_method
def test_whole_weights_are_repeated_respondents(answers, whole_weights, method):
    weighted = FactorModel(3, scores=method).fit(answers, sample_weight=whole_weights)
    rows = np.repeat(np.arange(300), whole_weights.astype(int))
    repeated = FactorModel(3, scores=method).fit(answers.iloc[rows])
    for name in ("transform", "score_errors"):
        assert_allclose(
            values(getattr(weighted, name)(answers)),
            values(getattr(repeated, name)(answers)),
            atol=1e-5,
        )


def made_people(n, seed):
    """Two correlated needs behind eight items of five categories, and their true values."""
    rng = np.random.default_rng(seed)
    needs = rng.multivariate_normal([0, 0], [[1, 0.4], [0.4, 1]], n)
    loadings = np.kron(np.eye(2), [[0.8], [0.7], [0.7], [0.6]])
    spread = np.sqrt(1 - np.square(loadings).sum(axis=1))
    latent = needs @ loadings.T + spread * rng.normal(size=(n, 8))
    return 1.0 + np.digitize(latent, [-1.4, -0.4, 0.5, 1.3]), needs


@each_method
def test_validity_and_errors_are_those_of_people_with_known_needs(method):
    codes, needs = made_people(8_000, 0)
    codes[:4_000, [0, 1, 4]] = np.nan
    model = FactorModel(2, scores=method).fit(made_people(8_000, 1)[0])
    scores, errors = model.transform(codes), model.score_errors(codes)
    order = np.abs(np.corrcoef(scores.T, needs.T)[:2, 2:]).argmax(axis=1)
    for rows in (slice(0, 4_000), slice(4_000, None)):
        off = scores[rows] - needs[rows][:, order]
        assert_allclose(off.std(axis=0), errors[rows][0], rtol=0.05)
    r = np.corrcoef(scores[4_000:].T, needs[4_000:, order].T)[:2, 2:]
    assert_allclose(np.diag(r), model.score_quality_["validity"], atol=0.02)


def test_a_person_with_one_answer_is_scored_by_regression_only(answers):
    person = answers.iloc[:1].copy()
    person.iloc[0, 1:] = np.nan
    person.iloc[0, 0] = 5.0
    score = values(FactorModel(3).fit(answers).transform(person))
    assert np.isfinite(score).all()
    with pytest.warns(SegkitWarning, match="too few items for bartlett scores"):
        values(FactorModel(3, scores="bartlett").fit(answers).transform(person))


@pytest.mark.parametrize("name", ["transform", "score_errors"])
def test_errors_say_what_is_missing(answers, name):
    model = FactorModel(3).fit(answers)
    with pytest.raises(SegkitError, match="feature names"):
        getattr(model, name)(answers.rename(columns={"imp_01": "imp_99"}))
    with pytest.raises(NotFittedError, match="not fitted yet"):
        getattr(FactorModel(), name)(answers)
    bare = FactorModel(3).fit_correlation(model.correlation_.matrix, 300)
    with pytest.raises(SegkitError, match="fitted from a correlation matrix"):
        getattr(bare, name)(answers)
    with pytest.raises(SegkitError, match="holds infinity in row 0"):
        getattr(model, name)(answers.assign(imp_02=[np.inf] + [1.0] * 299))
