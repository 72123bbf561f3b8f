"""Ratings against the same person's other ratings."""

import numpy as np
import pandas as pd
import pytest

from segkit.datasets import fetch_payment_choice
from segkit.exceptions import SegkitError
from segkit.survey import Codebook, relative_ratings

NAMES = [f"{attribute}_{thing}" for attribute in ("safe", "cheap") for thing in "abcd"]
BOOK = Codebook([{"item": n, "scale": (1, 5), "block": n.split("_")[0]} for n in NAMES])


def ratings(n=400, seed=0):
    """Ratings of independent things by people who use the scale differently."""
    rng = np.random.default_rng(seed)
    habit = rng.normal(0, 1.0, size=(n, 1))
    codes = np.clip(np.round(3 + habit + rng.normal(0, 0.8, size=(n, 8))), 1, 5)
    return pd.DataFrame(codes, columns=NAMES)


def test_a_persons_relative_ratings_of_a_battery_sum_to_zero():
    table = relative_ratings(ratings(), BOOK, leave_out="none").to_numpy()
    assert np.allclose(table[:, :4].sum(axis=1), 0)
    assert np.allclose(table[:, 4:].sum(axis=1), 0)


def test_a_person_who_ticks_one_point_higher_everywhere_is_the_same_person():
    low = ratings().clip(upper=4)
    pd.testing.assert_frame_equal(relative_ratings(low, BOOK), relative_ratings(low + 1, BOOK))


def test_the_halo_goes_and_the_arithmetic_stays():
    given = ratings(n=4000)
    relative = relative_ratings(given, BOOK, leave_out="none")
    pair = np.triu_indices(4, 1)
    halo = given.iloc[:, :4].corr().to_numpy()[pair].mean()
    left = relative.iloc[:, :4].corr().to_numpy()[pair].mean()
    assert halo > 0.4
    # what the docstring states: -1 / (m - 1) for four independent things
    assert left == pytest.approx(-1 / 3, abs=0.02)
    across = relative.corr().to_numpy()[:4, 4:]
    assert np.abs(across).max() < 0.05


def test_the_last_of_each_battery_or_a_named_one_is_left_out():
    given = ratings(n=5)
    assert list(relative_ratings(given, BOOK)) == [n for n in NAMES if not n.endswith("_d")]
    named = relative_ratings(given, BOOK, leave_out=["safe_a", "cheap_b"])
    assert list(named) == [n for n in NAMES if n not in ("safe_a", "cheap_b")]


def test_a_person_is_compared_over_what_was_answered():
    given = ratings(n=3)
    given.loc[0, ["safe_a", "safe_b"]] = np.nan
    given.loc[1, ["safe_a", "safe_b", "safe_c"]] = np.nan
    table = relative_ratings(given, BOOK, leave_out="none")
    c, d = given.loc[0, ["safe_c", "safe_d"]]
    assert table.loc[0, "safe_c"] == (c - d) / 2
    assert table.loc[0, ["safe_a", "safe_b"]].isna().all()
    # one answer has nothing to be compared with
    assert table.loc[1, ["safe_c", "safe_d"]].isna().all()


def test_reversed_items_are_turned_first():
    book = Codebook(
        [
            {"item": "a", "scale": (1, 5), "block": "x", "reversed": True},
            {"item": "b", "scale": (1, 5), "block": "x"},
        ]
    )
    table = relative_ratings(pd.DataFrame({"a": [1, 5], "b": [5, 5]}), book, leave_out="none")
    assert table.to_numpy().tolist() == [[0.0, 0.0], [-2.0, 2.0]]


def test_frames_come_back_as_they_came(frame_kind):
    table = frame_kind.make({n: ratings(n=6)[n].to_numpy() for n in NAMES})
    found = relative_ratings(table, BOOK)
    assert type(found) is type(table)
    assert found.shape == (6, 6)


@pytest.mark.parametrize(
    ("book", "leave_out", "says"),
    [
        (Codebook([{"item": "safe_a", "scale": (1, 5)}]), "last", "`safe_a` belongs to no battery"),
        (
            Codebook([{"item": "safe_a", "scale": (1, 5), "block": "x"}]),
            "last",
            r"battery `x` \(`safe_a`\) has 1 item\(s\); expected at least two",
        ),
        (
            Codebook(
                [
                    {"item": "safe_a", "scale": (1, 5), "block": "x"},
                    {"item": "safe_b", "scale": (1, 7), "block": "x"},
                ]
            ),
            "last",
            "has 2 scales",
        ),
        (BOOK, "first", "leave_out='first' is not known"),
        (BOOK, ["safe_a"], "names no item of the battery `cheap`"),
        (BOOK, ["safe_a", "safe_b", "cheap_a"], "`safe_a`, `safe_b` of the battery `safe`"),
        (BOOK, ["safe_a", "cheap_a", "speed"], "`speed`, which the codebook does not declare"),
    ],
)
def test_what_cannot_be_compared_is_refused(book, leave_out, says):
    with pytest.raises(SegkitError, match=says):
        relative_ratings(ratings(n=4), book, leave_out=leave_out)


@pytest.mark.real_data
def test_the_halo_of_payment_ratings_is_taken_out(data_folder):
    wave = fetch_payment_choice(wave=2017)
    relative = relative_ratings(wave.answers, wave.codebook)
    assert relative.shape == (2498, 42)
    assert not [name for name in relative if name.endswith("money_order")]
    for block in ("cost", "security", "records"):
        names = wave.codebook.names(role="item", block=block)[:-1]
        given, left = (t[names].corr().to_numpy() for t in (wave.answers, relative))
        pair = np.triu_indices(7, 1)
        assert given[pair].mean() > 0.2
        assert abs(left[pair].mean()) < 0.15
