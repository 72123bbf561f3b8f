import numpy as np
import pandas as pd
import pytest

from segkit import SegkitError
from segkit._frames import column, numeric_column
from segkit.survey import Codebook, Item, response_quality

COLUMNS = [
    "respondent", "longstring", "alternating", "irv", "mahalanobis", "even_odd", "synonyms",
    "seconds_per_item", "missing", "flagged", "reason",
]  # fmt: skip
N_NEEDS, PER_NEED = 5, 4
NAMES = [f"{b}_{j:02d}" for b in ("imp", "sat") for j in range(1, N_NEEDS * PER_NEED + 1)]
BOOK = Codebook(
    Item(
        name,
        scale=(1, 5),
        role="importance" if name.startswith("imp") else "satisfaction",
        block=f"need {(int(name[-2:]) - 1) // PER_NEED}",
    )
    for name in NAMES
)
STRAIGHT, ALTERNATING, RANDOM = 1, 2, 3


def study(n, seed, careless=0.0):
    """Answers on 1-5 to 20 needs rated twice, by people in four segments with their own style."""
    rng = np.random.default_rng(seed)
    p = N_NEEDS * PER_NEED
    needs = rng.normal(0, 0.7, (4, N_NEEDS))[rng.integers(0, 4, n)]
    wanted = np.repeat(needs + rng.normal(0, 0.75, (n, N_NEEDS)), PER_NEED, axis=1)
    served = np.repeat(rng.normal(0, 0.9, (n, N_NEEDS)), PER_NEED, axis=1)
    latent = 0.7 * np.hstack([wanted, served]) + rng.normal(0, 0.7, (n, 2 * p))
    latent = (latent + rng.normal(0.2, 0.4, (n, 1))) * np.exp(rng.normal(0, 0.25, (n, 1)))
    answers = 1.0 + (latent[:, :, None] > np.linspace(-1.3, 1.3, 4)).sum(axis=2)
    kind = np.where(rng.random(n) < careless, rng.integers(1, 4, n), 0)
    answers[kind == STRAIGHT] = rng.integers(1, 6, ((kind == STRAIGHT).sum(), 1))
    two = np.argsort(rng.random((n, 5)), axis=1)[:, :2] + 1.0
    answers[kind == ALTERNATING] = np.tile(two, p)[kind == ALTERNATING]
    answers[kind == RANDOM] = rng.integers(1, 6, ((kind == RANDOM).sum(), 2 * p))
    answers[rng.random(answers.shape) < 0.03] = np.nan
    seconds = rng.lognormal(6, 0.4, n) * np.where(kind > 0, 0.4, 1.0)
    return answers, kind, seconds


def as_columns(answers):
    rows = [[None if np.isnan(v) else v for v in column] for column in answers.T]
    return dict(zip(NAMES, rows, strict=True))


def test_the_table_has_the_promised_columns_in_the_kind_of_the_answers(frame_kind):
    answers, _, seconds = study(300, 0)
    frame = frame_kind.make(as_columns(answers))
    quality = response_quality(frame, BOOK, seconds=seconds)
    assert type(quality.frame()) is type(frame)
    assert list(quality.frame().columns) == COLUMNS
    assert numeric_column(quality.frame(), "respondent").tolist() == list(range(300))
    np.testing.assert_array_equal(column(quality.frame(), "flagged").astype(bool), quality.flags)


def test_careless_people_are_found_and_attentive_ones_left_alone():
    flagged, kinds = [], []
    for seed in range(4):
        answers, kind, seconds = study(1500, seed, careless=0.08)
        quality = response_quality(pd.DataFrame(answers, columns=NAMES), BOOK, seconds=seconds)
        flagged.append(quality.flags)
        kinds.append(kind)
    flags, kind = np.concatenate(flagged), np.concatenate(kinds)
    assert flags[kind == 0].mean() <= 0.05
    assert flags[kind == STRAIGHT].mean() >= 0.95
    assert flags[kind == ALTERNATING].mean() >= 0.95
    assert flags[kind == RANDOM].mean() >= 0.8


def test_few_are_flagged_where_everybody_is_attentive():
    shares = []
    for seed in range(6):
        answers, _, seconds = study(1000, 100 + seed)
        quality = response_quality(pd.DataFrame(answers, columns=NAMES), BOOK, seconds=seconds)
        shares.append(quality.flags.mean())
    assert np.mean(shares) <= 0.05


def test_every_rule_has_its_reason():
    answers, _, seconds = study(400, 1)
    answers[0] = 4
    answers[1] = np.tile([1, 5], 20)
    answers[2, 5:] = np.nan
    seconds[3] = 5
    quality = response_quality(pd.DataFrame(answers, columns=NAMES), BOOK, seconds=seconds)
    reason = quality.frame()["reason"]
    assert reason[0].startswith("longstring; irv")
    assert reason[1].startswith("alternating")
    assert reason[2] == "missing"
    assert reason[3] == "seconds_per_item"
    assert (reason[~quality.flags] == "").all()
    assert quality.flags[:4].all()


def test_keep_returns_the_other_rows_of_any_table_as_the_same_kind(frame_kind):
    answers, _, _ = study(300, 2, careless=0.1)
    frame = frame_kind.make(as_columns(answers))
    quality = response_quality(frame, BOOK)
    kept = quality.keep(frame)
    assert type(kept) is type(frame)
    assert len(kept) == (~quality.flags).sum()
    assert len(quality.keep(answers)) == len(kept)
    with pytest.raises(SegkitError, match="The table has 2 rows but the quality has 300"):
        quality.keep(answers[:2])


def test_the_counts_tell_alone_from_together():
    answers, _, _ = study(300, 3)
    answers[0] = 4
    quality = response_quality(pd.DataFrame(answers, columns=NAMES), BOOK)
    counts = quality.counts().set_index("rule")
    assert counts.loc["irv", "flagged"] >= 1
    assert counts.loc["irv", "alone"] == 0
    summary = quality.summary()
    assert "Response quality of 300 respondents on 40 items" in summary
    cut, flagged, alone = (int(v) for v in counts.loc["longstring", ["cut", "flagged", "alone"]])
    assert flagged > alone
    expected = (
        f"longest stretch of equal answers above {cut}: {flagged}, {alone} by this rule alone"
    )
    assert expected in summary
    assert "No response times were given." in summary
    assert summary.endswith("Nobody was dropped.")


def test_a_rule_can_be_moved_or_switched_off():
    answers, _, _ = study(300, 3)
    answers[0] = 4
    frame = pd.DataFrame(answers, columns=NAMES)
    off = dict.fromkeys(["longstring", "irv", "mahalanobis", "even_odd", "synonyms"])
    quality = response_quality(frame, BOOK, cuts={**off, "alternating": 100})
    assert set(quality.rules) == {"alternating", "missing"}
    assert not quality.flags[0]
    everything = [*off, "alternating", "missing"]
    none = response_quality(frame, BOOK, cuts=dict.fromkeys(everything))
    assert not none.flags.any()
    assert len(none.counts()) == 0


def test_synonyms_are_named_and_used_where_they_exist():
    rng = np.random.default_rng(0)
    base = rng.normal(size=(600, 8))
    twice = np.hstack([base, base + rng.normal(0, 0.4, base.shape)])
    codes = np.clip(np.round(3 + 1.2 * twice), 1, 5)
    codes[0] = rng.permutation(np.repeat([1, 2, 4, 5], 4))
    codes[0, 8:] = 6 - codes[0, :8]
    frame = pd.DataFrame(codes, columns=[f"q{j}" for j in range(16)])
    book = Codebook([Item(name, scale=(1, 5)) for name in frame])
    quality = response_quality(frame, book)
    assert len(quality.pairs) == 8
    assert ("q8", "q0") in [pair[:2] for pair in quality.pairs]
    assert "synonyms" in quality.frame()["reason"][0]
    assert not any("synonyms" in note for note in quality.notes)


def test_without_synonyms_it_is_said():
    answers, _, _ = study(200, 9)
    quality = response_quality(pd.DataFrame(answers, columns=NAMES), BOOK, synonym_r=0.9)
    assert quality.pairs == ()
    assert np.isnan(quality.frame()["synonyms"]).all()
    assert quality.notes[0].startswith("No psychometric synonyms: 0 pairs of items correlate at")


def test_cleaned_answers_give_the_same_as_raw_ones():
    rng = np.random.default_rng(4)
    trait = rng.normal(size=(300, 3))
    signs = np.tile([1, -1, 1, -1], 3)
    latent = np.repeat(trait, 4, axis=1) * signs + 0.6 * rng.normal(size=(300, 12))
    frame = pd.DataFrame(np.clip(np.round(3 + latent), 1, 5), columns=[f"q{j}" for j in range(12)])
    book = Codebook(
        Item(f"q{j}", scale=(1, 5), block=f"b{j // 4}", reversed=bool(signs[j] < 0))
        for j in range(12)
    )
    raw = response_quality(frame, book)
    again = response_quality(book.clean(frame), book, cleaned=True)
    pd.testing.assert_frame_equal(raw.frame(), again.frame())
    assert np.nanmean(raw.frame()["even_odd"]) > 0.5
    assert not any("reversed" in note for note in raw.notes)
    wrong = response_quality(book.clean(frame), book)
    assert any("Against the rest of their scale" in note for note in wrong.notes)


def test_nothing_depends_on_the_row_order():
    answers, _, seconds = study(400, 5, careless=0.1)
    order = np.random.default_rng(0).permutation(400)
    one = response_quality(pd.DataFrame(answers, columns=NAMES), BOOK, seconds=seconds)
    other = response_quality(
        pd.DataFrame(answers[order], columns=NAMES), BOOK, seconds=seconds[order]
    )
    np.testing.assert_array_equal(other.flags, one.flags[order])


def test_ids_and_seconds_come_from_the_codebook(frame_kind):
    answers, _, seconds = study(200, 6)
    ids = [f"r{j}" for j in range(200)]
    times = [*seconds[:-1].tolist(), -1.0]
    frame = frame_kind.make({**as_columns(answers), "who": ids, "took": times})
    book = Codebook([*BOOK, Item("who", role="id"), Item("took", role="seconds", missing=(-1,))])
    table = response_quality(frame, book).frame()
    assert column(table, "respondent").tolist() == ids
    per_item = numeric_column(table, "seconds_per_item")
    assert np.isnan(per_item[-1])
    assert per_item[0] == pytest.approx(seconds[0] / (~np.isnan(answers[0])).sum())


def test_impossible_seconds_are_refused(frame_kind):
    answers, _, seconds = study(50, 7)
    frame = frame_kind.make(as_columns(answers))
    seconds[4] = -3
    with pytest.raises(SegkitError, match="seconds is -3 in row 4; expected seconds of zero"):
        response_quality(frame, BOOK, seconds=seconds)
    with pytest.raises(SegkitError, match="seconds has 3 rows but answers has 50"):
        response_quality(frame, BOOK, seconds=[1.0, 2.0, 3.0])
    with pytest.raises(SegkitError, match="answers lacks `took`"):
        response_quality(frame, BOOK, seconds="took")


def test_few_people_or_items_still_give_an_answer():
    frame = pd.DataFrame({"a": [1, 2, 3], "b": [2, 2, 1]})
    book = Codebook([Item("a", scale=(1, 5)), Item("b", scale=(1, 5))])
    quality = response_quality(frame, book)
    assert "No distances: 3 respondents are too few for 2 items." in quality.notes
    one = response_quality(frame[["a"]], Codebook([Item("a", scale=(1, 5))]))
    assert len(one.frame()) == 3


def test_a_respondent_without_any_answer_is_flagged_as_missing():
    answers, _, _ = study(100, 8)
    answers[3] = np.nan
    quality = response_quality(pd.DataFrame(answers, columns=NAMES), BOOK)
    assert quality.frame()["reason"][3] == "missing"
    assert quality.frame()["missing"][3] == 1


@pytest.mark.real_data
def test_the_straight_liners_of_real_surveys_are_found(data_folder):
    bfi = pd.read_csv(data_folder / "bfi" / "bfi.csv.gz")
    keyed = {"A1", "C4", "C5", "E1", "E2", "O2", "O5"}
    names = bfi.columns[1:26]
    book = Codebook(Item(n, scale=(1, 6), block=n[0], reversed=n in keyed) for n in names)
    quality = response_quality(bfi, book, synonym_r=0.4)
    assert quality.flags[quality.frame()["longstring"] >= 15].all()
    assert 0.01 < quality.flags.mean() < 0.12
    # consistent once keyed, for most people
    assert np.nanmedian(quality.frame()["even_odd"]) > 0.5

    path = data_folder / "cfpb_nfwbs_2016" / "NFWBS_PUF_2016_data.csv.gz"
    answers = pd.read_csv(path)
    items = [c for c in answers if c.startswith(("FWB1_", "FWB2_"))]
    book = Codebook(Item(n, scale=(1, 5), missing=(-4, -3, -1), block=n[:4]) for n in items)
    quality = response_quality(answers, book)
    table = quality.frame()
    straight = table["longstring"] == 10
    assert straight.mean() == pytest.approx(0.017, abs=0.003)
    assert quality.flags[straight].all()
