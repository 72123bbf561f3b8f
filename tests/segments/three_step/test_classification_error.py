import numpy as np
import pytest
from numpy.testing import assert_allclose

from segkit import datasets
from segkit.segments import LatentClass, classification_error


def test_the_errors_of_polca_on_cheating(three_step, cheating):
    X, _ = cheating
    model = LatentClass(2).fit(X)
    held = three_step["cheating"]["k2"]
    assert model.log_likelihood_ == pytest.approx(held["llik"], abs=1e-4)
    assert_allclose(model.class_shares_, held["P_sorted"], atol=1e-3)
    assert_allclose(classification_error(model, X).error, held["error"], atol=1e-3)


@pytest.mark.real_data
@pytest.mark.parametrize("k", [2, 3, 4])
def test_the_errors_of_polca_on_mcdonalds(k, data_folder, three_step):
    X = datasets.fetch_mcdonalds().answers.iloc[:, :11].astype(float)
    model = LatentClass(k).fit(X)
    held = three_step["mcdonalds"]["error"][str(k)]
    order = np.argsort(-model.class_shares_)
    found = classification_error(model, X).error[np.ix_(order, order)]
    assert_allclose(model.class_shares_[order], held["P_sorted"], atol=1e-3)
    assert_allclose(found, held["error"], atol=1e-3)


def test_the_frame_the_figure_and_the_words_agree(frame_kind, cheating):
    X, _ = cheating
    table = frame_kind.make({name: X[:, j] for j, name in enumerate("abcd")})
    model = LatentClass(2, n_init=10).fit(table)
    found = classification_error(model, table)
    frame = found.frame()
    assert type(frame) is type(table)
    assert frame.shape == (4, 6)
    assert_allclose(np.asarray(frame["probability"]), found.error.ravel())
    assert (np.asarray(frame["low"]) < np.asarray(frame["probability"])).all()
    assert (np.asarray(frame["high"]) > np.asarray(frame["probability"])).all()
    assert "2 segments, modal assignment, 319 respondents. Put where" in found.summary()
    ax = found.plot()
    assert ax.get_title(loc="left") == "Put where they belong: 82 % to 95 % of each segment"
    assert ax.texts[0].get_text().startswith("95 %\n")


def test_the_order_of_the_rows_changes_nothing(cheating):
    X, _ = cheating
    w = np.random.default_rng(0).random(len(X))
    shuffled = np.random.default_rng(1).permutation(len(X))
    model = LatentClass(2, n_init=10).fit(X, sample_weight=w)
    one = classification_error(model, X, sample_weight=w)
    other = classification_error(model, X[shuffled], sample_weight=w[shuffled])
    assert_allclose(one.error, other.error, atol=1e-12)
    assert_allclose(one.frame()["se"], other.frame()["se"], atol=1e-10)
    assert "weighted" in one.summary()


def test_proportional_assignment_puts_fewer_where_they_belong(cheating):
    X, _ = cheating
    model = LatentClass(2, n_init=10).fit(X)
    modal, soft = (
        classification_error(model, X, assignment=a).error for a in ("modal", "proportional")
    )
    assert np.diag(soft).sum() < np.diag(modal).sum()
