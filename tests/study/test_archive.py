"""Stability comes back from its file as it went in."""

from dataclasses import fields

import numpy as np
import pandas as pd
import pytest
from sklearn.cluster import KMeans

from segkit.diagnostics import stability
from segkit.study.archive import read_stability, write_stability


@pytest.fixture
def answers(frame_kind):
    rng = np.random.default_rng(0)
    return frame_kind.make({"a": rng.normal(size=60), "b": rng.normal(size=60)})


def test_a_stability_comes_back(answers, tmp_path):
    found = stability(KMeans(3, n_init=2), answers, n_boot=5, random_state=4)
    write_stability(found, tmp_path / "stability.npz")
    again = read_stability(tmp_path / "stability.npz", like=answers)
    for one in fields(found):
        before, after = getattr(found, one.name), getattr(again, one.name)
        if one.name == "respondent":
            assert before.equals(after)
        elif one.name != "origin":
            np.testing.assert_array_equal(before, after)
            assert type(before) is type(after)
    assert again.frame().equals(found.frame())
    assert again.summary() == found.summary()


def test_respondents_keep_their_row_labels(tmp_path):
    X = pd.DataFrame({"a": np.arange(40.0) % 7, "b": np.arange(40.0) % 5}, index=range(100, 140))
    found = stability(KMeans(2, n_init=1), X, n_boot=3)
    write_stability(found, tmp_path / "stability.npz")
    again = read_stability(tmp_path / "stability.npz", like=X)
    pd.testing.assert_frame_equal(found.respondent, again.respondent)


def test_the_same_stability_is_the_same_file(answers, tmp_path):
    found = stability(KMeans(2, n_init=1), answers, n_boot=3)
    for name in ("one", "other"):
        write_stability(found, tmp_path / name)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "other").read_bytes()
