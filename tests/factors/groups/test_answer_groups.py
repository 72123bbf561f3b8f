import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

from segkit.exceptions import SegkitError, SegkitWarning
from segkit.factors.groups.answer_groups import read_groups


def made(n=400, seed=0):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, 1)) + rng.normal(size=(n, 3))
    return X, np.where(np.arange(n) % 2 == 0, "a", "b").astype(object)


def test_groups_are_split_and_ordered():
    X, groups = made()
    numbers = np.where(groups == "a", 10, 9)
    read = read_groups(X, numbers)
    assert read.names == ("9", "10")
    assert_allclose(read.moments[1].mean, X[::2].mean(axis=0))
    assert [m.n for m in read.moments] == pytest.approx([200, 200])
    assert read.n_left_out == 0


def test_who_counts_is_said():
    X, groups = made()
    X[:10, 0] = np.nan
    X[10] = np.nan
    w = np.ones(400)
    w[20:25] = 0
    assert read_groups(X, groups, w).n_left_out == 6
    assert read_groups(X, groups, w, missing="listwise").n_left_out == 16


def test_ids_become_numbers_that_groups_share():
    X, groups = made()
    ids = np.array([f"r{k // 2}" for k in range(400)])
    read = read_groups(X, groups, ids=ids)
    assert set(read.cases[0].person) == set(read.cases[1].person) == set(range(200))


def test_small_groups_and_absent_categories_are_said():
    X, groups = made(100)
    codes = np.clip(np.round(X), -2, 2)
    codes[groups == "b", 1] = np.clip(codes[groups == "b", 1], -1, 2)
    codes[0, 1] = -2
    frame = pd.DataFrame(codes, columns=["u", "v", "w"])
    with pytest.warns(SegkitWarning) as caught:
        read = read_groups(frame, groups)
    texts = [str(w.message) for w in caught]
    assert "Few respondents (effective n below 100) in `a (50)`, `b (50)`" in texts[0]
    assert "`v (no -2 in b)`" in texts[1]
    assert read.doubts == tuple(texts)


def refused(message, X=None, groups=None, **settings):
    values, labels = made()
    with pytest.raises(SegkitError, match=message):
        read_groups(values if X is None else X, labels if groups is None else groups, **settings)


def test_what_cannot_be_compared_is_refused():
    X, groups = made()
    flat, tiny = X.copy(), groups.copy()
    flat[groups == "b", 2] = 1.0
    tiny[3:] = "a"
    refused(r"`x3` in group `b` has the same answer everywhere", X=flat)
    refused(r"Group `b` has 1 respondents who count and 3 items", groups=tiny)
    refused(r"groups holds one group only \(1 class\)", groups=np.full(400, "a"))
    refused(r"groups has 3 rows but the table has 400", groups=groups[:3])
    refused(r"groups is missing in 1 row", groups=np.append(groups[:-1], None))
    refused(r"missing='em' is not known", missing="em")
    refused(r"Only group `a` has respondents who count", sample_weight=(groups == "a") * 1.0)


def test_ids_that_cannot_be_are_refused():
    refused(r"ids has 3 rows but the table has 400", ids=[1, 2, 3])
    refused(r"ids has shape \(1, 400\)", ids=[list(range(400))])
    refused(r"ids is missing in row 399", ids=[*range(399), None])
    refused(r"ids holds 0 twice in group `a` \(rows 0 and 2\)", ids=[0, 1, 0, *range(3, 400)])
