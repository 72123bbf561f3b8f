import numpy as np
import pandas as pd
import pytest

from segkit.datasets import make_payments_study
from segkit.diagnostics import Migration, migration
from segkit.exceptions import SegkitError, SegkitWarning
from segkit.typing_tool import TypingTool

CHAIN = np.array([[0.85, 0.1, 0.05], [0.2, 0.7, 0.1], [0.0, 0.3, 0.7]])


def two_years(n=600, seed=0, ids=True):
    """Two tagged tables of a chain, with entrants and leavers, in any order."""
    rng = np.random.default_rng(seed)
    first = rng.choice(3, n, p=[0.5, 0.3, 0.2])
    later = (rng.random((n, 1)) > CHAIN[first].cumsum(axis=1)).sum(axis=1)
    before = pd.DataFrame({"id": 1000 + np.arange(n), "segment": first})
    after = pd.DataFrame({"id": 1000 + np.arange(n), "segment": later})
    if not ids:
        return before, after
    came = pd.DataFrame({"id": 1000 + n + np.arange(20), "segment": rng.integers(0, 3, 20)})
    after = pd.concat([after[30:], came]).sample(frac=1, random_state=1)
    return before.sample(frac=1, random_state=2), after


def counted(before, after):
    """The table of pairs as pandas counts it."""
    both = before.merge(after, on="id", how="outer")
    filled = both.fillna({"segment_x": -1, "segment_y": -1}).astype(int)
    return pd.crosstab(filled["segment_x"], filled["segment_y"])


def test_flows_are_those_of_an_outer_join():
    before, after = two_years()
    matrix = migration(before, after, ids="id").matrix.set_index("from")
    expected = counted(before, after)
    names, tags = ["0", "1", "2"], [0, 1, 2]
    assert (matrix.loc[names, names].to_numpy() == expected.loc[tags, tags].to_numpy()).all()
    assert (matrix.loc[names, "leavers"].to_numpy() == expected.loc[tags, -1].to_numpy()).all()
    assert (matrix.loc["entrants", names].to_numpy() == expected.loc[-1, tags].to_numpy()).all()
    assert matrix.to_numpy().sum() == 620


def test_shares_of_a_row_sum_to_one_and_lie_in_their_intervals():
    table = migration(*two_years(), ids="id").frame()
    assert np.allclose(table.groupby("from")["share"].sum(), 1.0)
    assert (table["low"] <= table["share"] + 1e-12).all()
    assert (table["share"] <= table["high"] + 1e-12).all()


@pytest.mark.parametrize(
    "n_runs", [100, pytest.param(1000, marks=pytest.mark.slow)], ids=["some", "many"]
)
def test_intervals_hold_the_chain_they_come_from(n_runs, simulated):
    hits, cells = 0, 0
    for seed in range(n_runs):
        table = migration(*two_years(400, seed, ids=False)).frame()
        inside = (table["low"] <= CHAIN.ravel()) & (CHAIN.ravel() <= table["high"])
        possible = CHAIN.ravel() > 0
        hits += int(inside[possible].sum())
        cells += int(possible.sum())
    simulated("score intervals of transitions hold the truth", hits, cells, 0.95, n_checks=8)


def test_the_order_of_rows_and_the_kind_of_frame_change_nothing(frame_kind, tmp_path):
    before, after = two_years()
    plain = migration(before, after, ids="id")
    frames = [frame_kind.make(t.sort_values("id").to_dict("list")) for t in (before, after)]
    other = migration(*frames, ids="id")
    assert type(other.frame()) is type(frames[0])
    for name in plain.frame().columns[2:]:
        assert np.allclose(other.frame()[name], plain.frame()[name], equal_nan=True)
    for table, name in ((before, "before"), (after, "after")):
        table.to_parquet(tmp_path / f"{name}.parquet")
    read = migration(tmp_path / "before.parquet", str(tmp_path / "after.parquet"), ids="id")
    assert read.frame().equals(plain.frame())


def test_whole_weights_are_repeated_rows_and_their_scale_changes_nothing():
    before, after = two_years(200, ids=False)
    w = np.random.default_rng(3).integers(1, 4, 200)
    weighted = migration(before, after, sample_weight=w).frame()
    repeated = [t.loc[np.repeat(t.index, w)].reset_index() for t in (before, after)]
    assert np.allclose(weighted["share"], migration(*repeated).frame()["share"])
    scaled = migration(before, after, sample_weight=0.1 * w).frame()
    columns = ["share", "low", "high"]
    assert np.allclose(weighted[columns], scaled[columns])
    column = [t.assign(w=w) for t in (before, after)]
    assert migration(*column, sample_weight="w").frame().equals(weighted)


def test_entrants_weigh_what_they_do_in_the_second_table():
    before = pd.DataFrame({"id": [1, 2], "segment": [0, 1], "w": [2.0, 3.0]})
    after = pd.DataFrame({"id": [2, 7], "segment": [1, 0], "w": [9.0, 5.0]})
    for given in ("w", (before["w"], after["w"]), ["w", after["w"]]):
        found = migration(before, after, ids="id", sample_weight=given)
        assert found.flows.counts[1, 1] == 3.0
        assert found.flows.counts[-1, 0] == 5.0
        assert "(effective n 1)" in found.summary()


def test_relabelled_segments_are_relabelled_answers():
    before, after = two_years()
    plain = migration(before, after, ids="id").frame()
    names = {0: "c", 1: "a", 2: "b"}
    turned = [t.assign(segment=t["segment"].map(names)) for t in (before, after)]
    other = migration(*turned, ids="id").frame()
    back = {v: str(k) for k, v in names.items()}
    other[["from", "to"]] = other[["from", "to"]].replace(back)
    columns = ["from", "to"]
    a, b = (t.sort_values(columns).reset_index(drop=True) for t in (plain, other))
    assert a.equals(b)


def test_one_segment_nobody_stays_and_nobody_twice():
    def table(tags, ids):
        return pd.DataFrame({"id": ids, "segment": tags})

    alone = migration(table([0, 0], [1, 2]), table([0, 0], [2, 1]), ids="id")
    assert alone.moved == 0.0
    gone = migration(table([0, 1], [1, 2]), table([1, 0], [1, 2]), ids="id")
    assert gone.moved == 1.0
    assert gone.half_life()["half_life"].tolist() == [0.0, 0.0]
    with pytest.warns(SegkitWarning, match=r"No `id` of before is in after: .*leading zeros"):
        strangers = migration(table([0, 1], [1, 2]), table([0, 1], [3, 4]), ids="id")
    assert np.isnan(strangers.moved)
    assert "0 customers in both tables" in strangers.summary()
    assert "2 leavers. Nobody has a segment in both; 0 lost their tag" in strangers.summary()
    assert "nan" not in strangers.summary()
    for found in (alone, gone, strangers):
        assert found.plot().get_title(loc="left")
        assert np.allclose(found.frame().groupby("from")["share"].sum(), 1.0)


def test_without_ids_rows_are_the_same_people_and_it_says_so():
    before, after = two_years(ids=False)
    assert "by the place of their rows, as no ids were given" in migration(before, after).summary()
    with pytest.raises(SegkitError, match="before has 600 rows and after 599, and no ids"):
        migration(before, after[1:])


def test_wrong_arguments_are_named():
    before, after = two_years(ids=False)
    for given, said in (
        ({"ids": "customer"}, "before lacks `customer`"),
        ({"n_boot": 3}, "n_boot=3"),
        ({"segment": "tag"}, "before lacks `tag`"),
        ({"sample_weight": [1.0]}, "Of before: sample_weight has shape"),
    ):
        with pytest.raises(SegkitError, match=said):
            migration(before, after, **given)
    nobody = before.assign(segment=None)
    with pytest.raises(SegkitError, match="`segment` is empty in both tables"):
        migration(nobody, nobody)
    with pytest.raises(SegkitError, match="whose segments are not"):
        migration(before, after).homogeneity(migration(nobody, after.assign(segment=8)))
    with pytest.raises(SegkitError, match="Waiting for a margin cannot be priced: a table has no"):
        migration(before, after).hysteresis()


def test_periods_are_compared_whatever_order_their_segments_have():
    before, after = two_years(ids=False)
    named = [t.assign(segment=t["segment"].map({0: "x", 1: "y", 2: "z"})) for t in (before, after)]
    extra = {"probability_z": 0.2, "probability_y": 0.3, "probability_x": 0.5}
    first = migration(*named)
    second = migration(*(t.assign(**extra) for t in named))
    assert second.segments == ("z", "y", "x")
    assert first.homogeneity(second).g == pytest.approx(0.0, abs=1e-9)


@pytest.fixture(scope="module", params=[0, 1])
def made(request):
    """A made study a year later, its base tagged twice, and who truly moved."""
    study = make_payments_study(n_respondents=2500, n_customers=40_000, random_state=request.param)
    later = study.next_wave(months=12)
    fields = [c for c in study.base if c != "customer_id"]
    tool = TypingTool(n_trees=100, random_state=0).fit(
        study.fields[fields], study.truth.respondents
    )
    before, after = tool.tag(study.base), tool.tag(later.base)
    truth = pd.DataFrame({"customer_id": later.base["customer_id"], "moved": later.truth.moved,
                          "was": study.truth.customers, "is": later.truth.customers})  # fmt: skip
    return before, after.sample(frac=1, random_state=0), truth


def test_the_made_studys_movers_are_estimated_where_tags_mislead(made):
    before, after, truth = made
    found = migration(before, after, ids="customer_id")
    stayed = truth[truth["customer_id"].isin(before["customer_id"])]
    true = stayed["moved"].mean()
    assert 0.03 < true < 0.05
    assert found.moved > 4 * true  # what counting says
    assert abs(found.noise.rate - true) < 0.02
    assert found.noise.low < found.noise.rate < found.noise.high


def test_real_moves_are_more_often_true_than_changed_tags(made):
    before, after, truth = made
    who = migration(before, after, ids="customer_id").customers()
    who = who[who["kind"].isin(["real", "borderline"])].merge(truth, on="customer_id")
    counting = who["moved_y"].mean()
    precise = who.loc[who["kind"] == "real", "moved_y"].mean()
    assert precise > 2.5 * counting


def test_hysteresis_costs_no_more_than_it_says(made):
    before, after, truth = made
    found = migration(before, after, ids="customer_id")
    table = found.hysteresis([0.0, 0.1, 0.2]).frame()
    both = before.merge(after, on="customer_id").merge(truth, on="customer_id")
    true = both["is"].to_numpy()
    p = both[[f"probability_{j}_y" for j in range(4)]].to_numpy()
    old, new = (both[f"segment_{side}"].to_numpy(dtype=int) for side in "xy")
    rows = np.arange(len(p))
    for cut, accuracy in zip(table["threshold"], table["accuracy"], strict=True):
        waits = (p[rows, new] - p[rows, old] <= cut) & (cut > 0)
        kept = np.where(waits, old, new)
        assert (kept == true).mean() == pytest.approx(accuracy, abs=0.04)
    lost = [
        (np.where(p[rows, new] - p[rows, old] <= c, old, new) == true).mean() for c in (0.1, 0.2)
    ]
    assert (new == true).mean() - lost[0] <= table["lost"][1] + 0.003
    assert (new == true).mean() - lost[1] <= table["lost"][2] + 0.003


def test_it_is_a_result_that_shows_itself(made):
    found = migration(*made[:2], ids="customer_id")
    assert isinstance(found, Migration)
    said = found.summary()
    for part in ("customers in both tables, joined by `customer_id`", "entrants", "Taking typing"):
        assert part in said
    assert "<table" in found._repr_html_()
    assert found.hysteresis().plot().get_title(loc="left")
    assert found.homogeneity().plot().get_title(loc="left")


@pytest.fixture(scope="module")
def tagged_twice(tmp_path_factory):
    """A small base tagged in two years by a saved tool: frames, .csv and .parquet files."""
    folder = tmp_path_factory.mktemp("tagged twice")
    study = make_payments_study(n_respondents=300, n_customers=500, random_state=0)
    bases = study.base, study.next_wave(months=12).base
    fields = [c for c in study.base if c != "customer_id"]
    tool = TypingTool(n_trees=16, n_folds=2, random_state=0).fit(
        study.fields[fields], study.truth.respondents
    )
    tool.save(folder / "tool.segkit")
    tags = [tool.tag(base) for base in bases]
    for base, tag, year in zip(bases, tags, ("first", "later"), strict=True):
        base.to_csv(folder / f"{year}_base.csv", index=False)
        tag.to_csv(folder / f"{year}.csv", index=False)
        tag.to_parquet(folder / f"{year}.parquet")
    return tags, folder


@pytest.mark.parametrize("ends", [("csv", "csv"), ("csv", "parquet"), ("parquet", "csv")])
def test_files_of_tags_say_what_frames_say_whatever_their_form(tagged_twice, ends):
    tags, folder = tagged_twice
    plain = migration(*tags, ids="customer_id", n_boot=20)
    files = [folder / f"{year}.{end}" for year, end in zip(("first", "later"), ends, strict=True)]
    read = migration(*files, ids="customer_id", n_boot=20)
    assert read.frame().equals(plain.frame())
    assert read.summary() == plain.summary()
    for kind in ("real", "leaver", "entrant"):
        who = [found.customers(kind)["customer_id"].astype(int) for found in (read, plain)]
        assert set(who[0]) == set(who[1])


def test_what_the_command_line_tags_into_csv_is_read(tagged_twice):
    from segkit import cli

    tags, folder = tagged_twice
    files = [folder / f"{year}_tags.csv" for year in ("first", "later")]
    for year, out in zip(("first", "later"), files, strict=True):
        words = ("tag", folder / "tool.segkit", folder / f"{year}_base.csv", out)
        assert cli.main([str(w) for w in words]) in (0, None)
    read = migration(*files, ids="customer_id", n_boot=20)
    plain = migration(*tags, ids="customer_id", n_boot=20)
    assert np.allclose(read.matrix.iloc[:, 1:], plain.matrix.iloc[:, 1:])
    assert read.noise.rate == pytest.approx(plain.noise.rate, abs=1e-3)


def test_weights_of_csv_files_are_numbers_and_ids_with_zeros_in_front_are_texts(tmp_path):
    before = pd.DataFrame({"id": ["01", "1", "2"], "segment": [0, 1, 1], "w": [2.0, 3.0, 1.0]})
    after = before[::-1]
    files = [tmp_path / "before.csv", tmp_path / "after.csv"]
    for table, file in zip((before, after), files, strict=True):
        table.to_csv(file, index=False)
    found = migration(*files, ids="id", sample_weight="w")
    assert found.flows.counts[:2, :2].tolist() == [[2.0, 0.0], [0.0, 4.0]]
    with pytest.raises(SegkitError, match="`id` is a text in before and a number in after"):
        migration(files[0], after.assign(id=[2, 1, 7]), ids="id")
    before.assign(w=["2", "much", "1"]).to_csv(files[0], index=False)
    with pytest.raises(SegkitError, match="`w` of before holds 'much' in row 1; expected numbers"):
        migration(*files, ids="id", sample_weight="w")


@pytest.mark.real_data
def test_payment_choice_panel(data_folder):
    from segkit.datasets import fetch_payment_choice
    from segkit.segments import LatentClass

    answers = fetch_payment_choice().answers
    items = [c for c in answers if c.startswith("assess_")]
    model = LatentClass(n_segments=4, items="ordinal", n_init=5, random_state=0)
    first = answers[answers["wave"] == 2017]
    model.fit(first[items])
    tables = []
    for year in (2017, 2018):
        wave = answers[answers["wave"] == year]
        p = model.predict_proba(wave[items])
        columns = {f"probability_{j}": p[:, j] for j in range(4)}
        tables.append(
            pd.DataFrame(
                {"person": wave["person"].to_numpy(), "segment": p.argmax(axis=1), **columns}
            )
        )
    found = migration(*tables, ids="person")
    counts = found.flows.counts
    assert counts[:4, :4].sum() == 1883
    assert (counts[:4, -1].sum(), counts[-1, :4].sum()) == (615, 691)
    assert 0.2 < found.moved < 0.6
    assert found.noise.rate < found.moved


def test_tables_that_share_no_segment_are_refused():
    table = pd.DataFrame({"segment": [0, 1]})
    named = pd.DataFrame({"segment": ["Planners", "Drifters"]})
    with pytest.raises(SegkitError, match="no segment in common: `0`, `1` and `Drifters`"):
        migration(table, named)
