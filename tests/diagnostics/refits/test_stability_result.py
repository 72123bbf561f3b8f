"""The tables and the paragraph, from samples that are known."""

import dataclasses

import numpy as np
import pytest

from segkit._frames import Origin, column
from segkit.diagnostics.refits.stability_result import STABLE, VALID, Stability
from segkit.exceptions import SegkitError

# two solutions of six people: segments 0, 1 and segments 0, 1, 2
LABELS = np.array([[0, 0, 0, 1, 1, -1], [0, 0, 1, 1, 2, 2]]).T
SAMPLES = np.array(
    [
        [1.0, 0.5, 0.9, 0.8, 0.4],
        [0.8, 0.75, 0.9, 0.8, 0.4],
        [0.9, 0.25, 0.9, 0.7, 0.4],
        [0.9, 0.5, 0.9, 0.7, 0.4],
    ]
)


def both(kind="pandas", **other):
    certainty = np.array([[1.0, 0.95, 0.8, 1.0, 1.0, np.nan], [1.0] * 5 + [np.nan]]).T
    plain = {
        "n_segments": (2, 3), "number": (2, 2, 3, 3, 3), "segments": (0, 1, 0, 1, 2),
        "n": np.array([3, 2, 2, 2, 2]), "share": np.array([3, 2, 2, 2, 2]) / 6,
        "samples": SAMPLES, "within_samples": SAMPLES / 2, "warm_samples": np.full((4, 5), np.nan),
        "ari_samples": np.array([[0.9, 0.4]] * 4), "vi_samples": np.array([[0.1, 0.7]] * 4),
        "nmi_samples": np.array([[0.8, 0.3]] * 4), "pair_samples": np.array([[0.7, 0.2]] * 2),
        "labels": LABELS, "certainty": certainty,
        "second": np.array([[-1, -1, 1, -1, -1, -1], [2, -1, -1, -1, -1, -1]]).T,
        "n_samples": np.array([[4, 4, 4, 4, 4, 0], [4, 4, 4, 4, 4, 0]]).T, "model": "KMeans",
        "scheme": "bootstrap", "repeats": False, "placing": "predict", "n_boot": 4,
        "tolerance": 0.0, "seed": 5, "effective_n": 5.4, "w": np.ones(6), "origin": Origin(kind),
    }  # fmt: skip
    return Stability(**(plain | other))


def values(table, name):
    return column(table, name).tolist()


@pytest.mark.parametrize("kind", ["pandas", "polars"])
def test_a_row_is_a_segment_of_a_solution(kind):
    table = both(kind).frame()
    assert type(table).__module__.startswith(kind)
    assert values(table, "n_segments") == [2, 2, 3, 3, 3]
    assert values(table, "segment") == [0, 1, 0, 1, 2]
    assert values(table, "jaccard") == pytest.approx([0.9, 0.5, 0.9, 0.75, 0.4])
    assert values(table, "within") == pytest.approx([0.45, 0.25, 0.45, 0.375, 0.2])
    assert values(table, "reading") == ["stable", "doubtful", "stable", "valid", "doubtful"]


def test_a_sample_at_the_limit_is_lost_and_one_at_the_other_is_found_again():
    table = both().frame()
    assert table["dissolved"].tolist() == [0.0, 0.75, 0.0, 0.0, 1.0]
    assert table["recovered"].tolist() == [1.0, 0.25, 1.0, 0.5, 0.0]


@pytest.mark.parametrize(
    ("jaccard", "word"),
    [(1.0, "stable"), (STABLE, "stable"), (0.849, "valid"), (VALID, "valid"), (0.749, "doubtful")],
)
def test_the_words_change_at_their_limits(jaccard, word):
    assert both(samples=np.full((4, 5), jaccard)).reading == (word,) * 5


def test_one_solution_is_taken_out_whole():
    one = both().at(3)
    assert (one.n_segments, one.segments, one.number) == ((3,), (0, 1, 2), (3, 3, 3))
    np.testing.assert_array_equal(one.samples, SAMPLES[:, 2:])
    np.testing.assert_array_equal(one.labels, LABELS[:, 1])
    assert one.ari == pytest.approx(0.4)
    assert one.at(3) is one
    assert one.across is None
    assert both().across is not None
    for asked in (4, "3", None):
        with pytest.raises(SegkitError, match=r"n_segments=.* is not known; expected one of 2, 3"):
            both().at(asked)


def test_a_respondent_is_core_border_or_nowhere():
    table = both().at(2).respondent
    assert table["place"].tolist() == ["core", "core", "border", "core", "core", "none"]
    assert table["second"].tolist() == [-1, -1, 1, -1, -1, -1]
    whole = both().respondent
    assert whole["n_segments"].tolist() == [2] * 6 + [3] * 6
    # who was in no sample has no place, though in a segment
    assert whole["place"].tolist()[6:] == ["core"] * 5 + ["none"]


def test_rows_of_a_pandas_frame_keep_their_labels_where_there_is_one_solution():
    pandas = pytest.importorskip("pandas")
    index = pandas.Index(list("abcdef"))
    result = both(origin=Origin("pandas", index))
    assert list(result.at(2).respondent.index) == list("abcdef")
    assert list(result.respondent.index) == list(range(12))


def test_a_solution_as_a_whole_names_its_weakest_segment():
    table = both(w=np.array([1.0, 1, 6, 1, 1, 0])).overall
    assert table["n_segments"].tolist() == [2, 3]
    assert table["ari"].tolist() == pytest.approx([0.9, 0.4])
    assert table["pair_ari"].tolist() == pytest.approx([0.7, 0.2])
    assert table["weakest"].tolist() == pytest.approx([0.5, 0.4])
    assert table["weakest_segment"].tolist() == [1, 2]
    assert table["border"].tolist() == pytest.approx([0.6, 0.0])  # by weight, not by heads


def test_intervals_hold_the_mean():
    result = both()
    assert (result.low <= result.jaccard).all()
    assert (result.jaccard <= result.high).all()
    within = result.within
    assert within["slsw"].tolist() == pytest.approx((SAMPLES.mean(axis=0) / 2).tolist())
    assert (within["low"] <= within["slsw"]).all()


def test_the_paragraph_tells_the_settings_and_what_is_doubtful():
    text = both().summary()
    assert text.startswith("KMeans, 4 samples (bootstrap), of 6 respondents (effective n 5), seed")
    assert "2 segments: adjusted Rand index 0.90. The weakest is segment 1" in text
    assert "lost in 75 % of the samples. Doubtful: 1." in text
    assert "stopped before" not in text
    assert "neighbour" not in text
    early = both(n_boot=100, tolerance=0.02, placing="nearest neighbour").summary()
    assert "stopped before 100 since every interval was within ±0.02" in early
    assert "follow their nearest neighbour" in early
    fine = both(samples=np.ones((4, 5)), warm_samples=np.ones((4, 5))).summary()
    assert "None is doubtful." in fine
    assert "(1.00 from starts at the segments themselves)" in fine


def test_one_number_of_segments_and_several_are_drawn():
    one, several = both().at(2).plot(), both().plot()
    assert one.get_title(loc="left")
    assert several.get_title(loc="left")
    with pytest.raises(dataclasses.FrozenInstanceError):
        both().n_boot = 3
