"""Personas: whole portraits, of segments and of groups that overlap; small cells are not told."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from segkit import SegkitError
from segkit.segments import Scheme, personas, profile
from segkit.survey import Codebook, Item, opportunity

RNG = np.random.default_rng(11)
N = 240
LABELS = np.repeat([0, 1, 2], [120, 112, 8])
WANTS = ["one place", "quick"]
ITEMS = {
    "one place": np.where(LABELS == 0, 5, 2) - RNG.integers(0, 2, N),
    "quick": np.where(LABELS == 1, 5, 2) - RNG.integers(0, 2, N),
}
FIELDS = {
    "age": np.where(LABELS == 0, 60, 30) + RNG.integers(-8, 9, N),
    "uses app": np.where(LABELS == 0, RNG.random(N) < 0.3, RNG.random(N) < 0.9),
    "region": RNG.choice(["north", "south"], N),
}
TEXTS = [
    f"My {bill} came without any notice and nobody could tell me the reason, call 22 86 44 {i}"
    for i, bill in enumerate(RNG.choice(["gas bill", "tax", "phone bill"], N))
]
BOOK = Codebook(
    [
        *(Item(name, name, scale=(1, 5), role="importance") for name in ITEMS),
        Item("age", "Age", role="field"),
        Item("uses app", "Uses the app", role="field"),
        Item("region", "Region", role="field"),
    ]
)


def columns(table):
    return {name: np.asarray(values).tolist() for name, values in table.items()}


def whole(make, members=LABELS, **changes):
    items, fields = make(columns(ITEMS)), make(columns(FIELDS))
    settings = {
        "members": members,
        "people": fields,
        "positions": items,
        "codebook": BOOK,
        "verbatims": TEXTS,
    }
    return personas(
        [profile(items, members, WANTS), profile(fields, members)], **settings | changes
    )


def test_a_persona_tells_job_lacks_fields_member_and_words(frame_kind):
    first, second, _ = whole(frame_kind.make)
    assert (first.segment, first.name, first.n) == (0, "Segment 0", 120)
    assert first.job == ("one place",)
    assert first.matters_less == ("quick",)
    assert first.lacks[0].startswith("App: ")
    assert first.recognise[0].startswith("Age: ")
    assert first.do == ("Lead with \u201cone place\u201d",)
    assert first.do_not == ("Leave out \u201cquick\u201d",)
    assert second.lacks == ()
    assert any(
        line.startswith("Age: 6") or line.startswith("Age: 5") for line in first.typical_member
    )
    assert first.quotes
    assert not any("22 86 44" in q for q in first.quotes)
    assert type(first.frame()).__module__.startswith(frame_kind.name)
    assert first.edited == ()


def test_pandas_and_polars_tell_the_same(frame_kind):
    assert whole(frame_kind.make) == whole(pd.DataFrame)


def test_a_group_of_too_few_is_named_and_nothing_else():
    last = whole(pd.DataFrame)[2]
    assert last.name == "Segment 2"
    assert last.n is None
    assert last.share is None
    assert last.suppressed == ("Fewer than 10 respondents: nothing is told of them.",)
    told = [last.job, last.gains, last.pains, last.lacks, last.do, last.quotes, last.recognise]
    assert not any([*told, last.typical_member, last.statements, last.needs, last.marks])
    assert whole(pd.DataFrame, smallest=5)[2].n == 8


def test_small_cells_are_suppressed_and_counted():
    rare = np.where(np.arange(N) < 5, "cheque", "card")
    gaps = np.where((LABELS == 0) & (np.arange(N) >= 9), np.nan, LABELS * 3.0 + np.arange(N) % 2)
    table = pd.DataFrame({"way": rare, "spend": gaps})
    first = personas(profile(table, LABELS), members=LABELS, unit="account")[0]
    assert not any("cheque" in line or "spend" in line for line in first.recognise)
    assert first.suppressed == ("Not told: 2 figures rest on fewer than 10 accounts.",)
    assert "120 accounts" in first.summary()
    all_told = personas(profile(table, LABELS), members=LABELS, smallest=2)[0]
    assert any("spend" in line for line in all_told.recognise)
    assert all_told.suppressed == ()


def test_sizes_are_weighted_shares_with_intervals_or_those_given():
    w = np.where(LABELS == 0, 2.0, 1.0)
    first = whole(pd.DataFrame, sample_weight=w)[0]
    assert first.share == pytest.approx(240 / 360)
    assert first.low < first.share < first.high
    assert whole(pd.DataFrame, sample_weight=7 * w)[0].low == pytest.approx(first.low)
    scheme = Scheme(LABELS, sample_weight=w).frame()
    given = whole(pd.DataFrame, sizes=scheme)[0]
    assert (given.share, given.low) == (pytest.approx(first.share), pytest.approx(first.low))


def test_noise_has_no_size():
    labels = np.where(np.arange(N) % 2 == 0, LABELS, -1)
    found = whole(pd.DataFrame, members=labels, smallest=2)
    assert sum(p.share for p in found) == pytest.approx(1.0)


def test_personas_may_overlap_segments():
    savers, hurried = FIELDS["age"] > 40, ITEMS["quick"] >= 3
    savers = savers | (np.arange(N) % 5 == 0)
    groups = pd.DataFrame({"Savers": savers, "Hurried": hurried})
    found = whole(pd.DataFrame, members=groups)
    assert [p.name for p in found] == ["Savers", "Hurried"]
    assert [p.n for p in found] == [savers.sum(), hurried.sum()]
    assert sum(p.share for p in found) > 1
    assert found[1].job == ("quick",)
    half = groups.astype(float) * 0.7
    soft = whole(pd.DataFrame, members=half)
    assert [p.n for p in soft] == [savers.sum(), hurried.sum()]
    assert soft[1].job == ("quick",)


def test_the_order_of_rows_does_not_matter():
    order = RNG.permutation(N)
    shuffled = personas(
        [
            profile(pd.DataFrame(ITEMS).iloc[order], LABELS[order], WANTS),
            profile(pd.DataFrame(FIELDS).iloc[order], LABELS[order]),
        ],
        members=LABELS[order],
        people=pd.DataFrame(FIELDS).iloc[order],
        positions=pd.DataFrame(ITEMS).iloc[order],
        codebook=BOOK,
        verbatims=[TEXTS[i] for i in order],
    )
    for a, b in zip(shuffled, whole(pd.DataFrame), strict=True):
        for part in ("job", "lacks", "recognise", "typical_member", "quotes", "n", "suppressed"):
            assert getattr(a, part) == getattr(b, part)


def rated(segments=LABELS):
    satisfied = pd.DataFrame({name: 6 - values for name, values in ITEMS.items()})
    return opportunity(pd.DataFrame(ITEMS), satisfied, segments=segments, n_boot=20)


def test_unmet_needs_are_pains_and_the_landscape_can_be_drawn():
    first, second, last = whole(pd.DataFrame, opportunity=rated())
    assert first.pains == ("one place",)
    assert first.figure_of("pains", "one place").measure == "opportunity"
    assert first.figure_of("pains", "edited") is None
    assert first.landscape()["item"].tolist() == ["one place", "quick"]
    assert "one place is the largest opportunity" in first.plot().get_title(loc="left")
    assert second.do[-1] == "Offer help where it is lacking: \u201cquick\u201d"
    with pytest.raises(SegkitError, match="Segment 2 has no opportunity landscape"):
        last.plot()
    plt.close("all")


def test_money_in_a_name_or_a_need_is_no_formula():
    items = pd.DataFrame(ITEMS).rename(columns={"quick": "save $5_{ of $10"})
    unmet = opportunity(items, 6 - items, segments=LABELS, n_boot=5)
    found = personas(profile(items, LABELS), unmet, names=["$\\frac$", "b", "c"])
    ax = found[0].plot()
    ax.figure.draw_without_rendering()
    plt.close("all")


def test_without_members_the_profile_counts():
    found = personas(profile(pd.DataFrame(ITEMS), LABELS, WANTS), names={0: "Planners"})
    assert [p.name for p in found] == ["Planners", "Segment 1", "Segment 2"]
    assert [p.n for p in found] == [120, 112, None]
    assert found[0].share is None
    assert "Planners: 120 respondents." in found[0].summary()


def test_names_of_a_scheme_are_the_personas_names():
    scheme = Scheme(LABELS, names=["A & B", "<b>C</b>", "D"])
    found = whole(pd.DataFrame, members=scheme)
    assert [p.name for p in found] == ["A & B", "<b>C</b>", "D"]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"members": None}, r"`verbatims`, `people`, `positions` was given without members"),
        ({"verbatims": TEXTS[:3]}, r"verbatims"),
        ({"members": np.where(LABELS == 2, 1, LABELS)}, r"members speaks of `0`, `1`, the profile"),
        ({"names": ["A", "A", "B"]}, r"names is .*expected 3 different names"),
        ({"names": {7: "A"}}, r"names is .*expected 3 different names"),
        ({"solutions": ["cheque"]}, r"solutions names `cheque`, not among"),
        ({"smallest": 1}, r"smallest=1 was given"),
        ({"opportunity": rated(LABELS + 5)}, r"opportunity speaks of .*not of `0`, `1`, `2`"),
    ],
)
def test_what_does_not_speak_of_the_same_people_is_refused(changes, message):
    given = {"members": LABELS} | changes
    members = given.pop("members")
    items, fields = pd.DataFrame(ITEMS), pd.DataFrame(FIELDS)
    settings = {"people": fields, "positions": items, "verbatims": TEXTS, "codebook": BOOK}
    with pytest.raises(SegkitError, match=message):
        personas(
            [profile(items, LABELS, WANTS), profile(fields, LABELS)],
            members=members,
            **settings | given,
        )


def test_profiles_of_other_groups_are_refused():
    one, other = profile(pd.DataFrame(ITEMS), LABELS), profile(pd.DataFrame(ITEMS), LABELS > 0)
    with pytest.raises(SegkitError, match="The profiles speak of `0`, `1`, `2` and of"):
        personas([one, other])
    with pytest.raises(SegkitError, match=r"expected what segments\.profile returns"):
        personas([])
