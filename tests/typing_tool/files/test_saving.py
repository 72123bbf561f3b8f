import json
import zipfile

import numpy as np
import pytest

from segkit.exceptions import SegkitError
from segkit.typing_tool import TypingTool, load
from segkit.typing_tool.files.archive import read_archive, write_archive


@pytest.fixture(scope="module")
def saved(small_tool, tmp_path_factory):
    return small_tool.save(tmp_path_factory.mktemp("tools") / "tool.segkit")


@pytest.fixture(scope="module")
def base(people):
    pandas = pytest.importorskip("pandas")
    return pandas.DataFrame(people(2000, seed=4).columns)


def test_a_loaded_tool_is_the_saved_one(small_tool, saved, base, tmp_path):
    again = load(saved)
    codes = small_tool.model_.codes.encode(base)
    np.testing.assert_array_equal(
        again.model_.forest.score(again.model_.codes.encode(base)),
        small_tool.model_.forest.score(codes),
    )
    np.testing.assert_array_equal(again.predict_proba(base), small_tool.predict_proba(base))
    assert again.get_params() == small_tool.get_params()
    np.testing.assert_array_equal(again.prediction_set(base), small_tool.prediction_set(base))
    assert again.evaluation_.coverage.frame().equals(small_tool.evaluation_.coverage.frame())
    assert again.summary() == small_tool.summary()
    assert again.card() == small_tool.card()
    assert again.evaluation_.frame().equals(small_tool.evaluation_.frame())
    assert again.segment_mix(base).frame().equals(small_tool.segment_mix(base).frame())
    assert again.model_.codes.frame().equals(small_tool.model_.codes.frame())
    # and saved again it is the same file
    assert again.save(tmp_path / "again").read_bytes() == saved.read_bytes()


@pytest.fixture(scope="module")
def saved_card(people, tmp_path_factory):
    pandas = pytest.importorskip("pandas")
    made = people(300)
    tool = TypingTool(model="scorecard", n_folds=2, abstain_below=0.5)
    tool.fit(pandas.DataFrame(made.columns), made.segments)
    return tool, tool.save(tmp_path_factory.mktemp("cards") / "card.segkit")


def test_a_loaded_scorecard_is_the_saved_one(saved_card, base, tmp_path):
    tool, path = saved_card
    again = load(path)
    np.testing.assert_array_equal(again.predict_proba(base), tool.predict_proba(base))
    np.testing.assert_array_equal(again.predict(base), tool.predict(base))
    assert again.get_params() == tool.get_params()
    assert again.summary() == tool.summary()
    assert again.points().frame().equals(tool.points().frame())
    assert again.save(tmp_path / "again").read_bytes() == path.read_bytes()


def test_text_segments_cut_and_generators(people, tmp_path):
    pandas = pytest.importorskip("pandas")
    made = people(200)
    fields = pandas.DataFrame(made.columns)
    names = np.array(["Planners", "Avoiders", "Ébène"])[made.segments]
    state = np.random.RandomState(0)
    tool = TypingTool(n_trees=5, n_folds=2, abstain_below=0.6, random_state=state)
    tool.fit(fields, names)
    again = load(tool.save(tmp_path / "t"))
    assert again.classes_.tolist() == ["Avoiders", "Planners", "Ébène"]
    assert list(again.predict(fields)) == list(tool.predict(fields))
    assert again.random_state is None


def test_no_respondent_is_in_the_file(saved):
    _, arrays = read_archive(saved)
    assert max(len(a) for name, a in arrays.items() if name not in _NODES) < 4200
    assert 600 not in {len(a) for a in arrays.values()}


_NODES = ("feature", "threshold", "left", "right", "votes")


HEAD = ("format", "version", "written_by", "sha256")


def changed(saved, path, change):
    """Write the tool with other contents and checksums that fit them."""
    manifest, arrays = read_archive(saved)
    arrays = {name: a.copy() for name, a in arrays.items()}
    change(manifest, arrays)
    manifest = {k: v for k, v in manifest.items() if k not in HEAD}
    return write_archive(path, manifest, arrays)


def put(name, at, value):
    def change(_, arrays):
        arrays[name][at] = value

    return change


def inner(arrays):
    return int(np.flatnonzero(arrays["feature"] >= 0)[0])


CHANGES = {
    "feature beyond the fields": put("feature", 0, 99),
    "feature below": put("feature", 0, -2),
    "threshold beyond the codes": put("threshold", 0, 63),
    "negative threshold": put("threshold", 0, -1),
    "child before its parent": put("left", 0, 0),
    "child beyond the tree": put("right", 0, 500),
    "two parents": lambda m, a: a["left"].__setitem__(0, a["right"][0]),
    "votes that do not sum": lambda m, a: a["votes"].__setitem__(a["feature"] < 0, 7),
    "negative votes": lambda m, a: a["votes"].__iadd__(np.array([9000, -9000, 0], np.int32)),
    "trees that overlap": put("starts", 1, 0),
    "nodes that are missing": lambda m, a: a.update(feature=a["feature"][:-1]),
    "another type": lambda m, a: a.update(feature=a["feature"].astype(np.int64)),
    "another shape": lambda m, a: a.update(votes=a["votes"][:, :2].copy()),
    "no trees": lambda m, a: a.update(starts=np.array([0])),
    "edges that fall": lambda m, a: a.update(edges=a["edges"][::-1].copy()),
    "edges that are no numbers": put("edges", 0, np.nan),
    "codes used twice": put("codes", 0, 2),
    "code beyond the field": put("codes", 0, 63),
    "multiplier of zero": put("multipliers", 0, 0),
    "multiplier too large": put("multipliers", 0, 2**40),
    "weights that fall": put("weights", 0, 2**29),
    "weights of zero": put("weights", 0, 0),
    "shares that do not sum": put("error", 0, 0.9),
    "negative shares": put("error_draws", 0, -1.0),
    "levels that fall": lambda m, a: a.update(set_levels=a["set_levels"][::-1].copy()),
    "levels above one": put("set_levels", -1, 1.5),
    "no draws": lambda m, a: a.update(error_draws=a["error_draws"][:0]),
    "one segment": lambda m, a: m.update(classes=[0]),
    "equal segments": lambda m, a: m.update(classes=[0, 0, 1]),
    "segments of another kind": lambda m, a: m.update(classes=[0, 1, [2]]),
    "another number of segments": lambda m, a: m.update(classes=[0, 1, 2, 3]),
    "a cut beyond one": lambda m, a: m.update(cut=2**21),
    "a field less": lambda m, a: m["fields"].pop(),
    "a field twice": lambda m, a: m["fields"][1].update(name="age"),
    "an unknown kind": lambda m, a: m["fields"][0].update(kind="date"),
    "levels that are no text": lambda m, a: m["fields"][2].update(levels=[1, 2, 3, 4]),
    "a missing entry": lambda m, a: m["fields"][0].pop("n_codes"),
    "too many codes": lambda m, a: m["fields"][0].update(n_codes=10**9),
    "a table that is short": lambda m, a: m["evaluation"]["table"]["value"].pop(),
    "a table of text": lambda m, a: m["evaluation"]["table"].update(value="x"),
    "no evaluation": lambda m, a: m.pop("evaluation"),
    "a missing array": lambda m, a: a.pop("votes"),
    "another kind of frames": lambda m, a: m.update(frames="spark"),
    "settings that are none": lambda m, a: m["params"].update(n_trees="many"),
    "settings out of range": lambda m, a: m["params"].update(max_leaves=1000),
    "a setting that no tool has": lambda m, a: m["params"].update(max_depth=3),
    "a manifest of nulls": lambda m, a: m.update(dict.fromkeys(m)),
}


CARD_CHANGES = {
    "negative points": put("points", 0, -1),
    "too many points": put("points", 0, 10**6),
    "points beyond the codes": lambda m, a: a["points"].__setitem__((0, 63, 0), 1),
    "points of a field less": lambda m, a: a.update(points=a["points"][1:].copy()),
    "points of a segment more": lambda m, a: a.update(points=np.repeat(a["points"], 2, axis=2)),
    "points of another type": lambda m, a: a.update(points=a["points"].astype(np.int32)),
    "everyone below zero": put("everyone", 0, -5),
    "everyone of another shape": lambda m, a: a.update(everyone=a["everyone"][:-1]),
    "weights that rise": put("weights", -1, 2**29),
    "weights of zero": put("weights", -1, 0),
    "weights that begin low": put("weights", 0, 2**27),
    "no weights": lambda m, a: a.update(weights=a["weights"][:0]),
    "a unit of zero": lambda m, a: m.update(unit=0),
    "a unit that is no number": lambda m, a: m.update(unit="much"),
    "no spread": lambda m, a: m.pop("spread"),
    "a forest without trees": lambda m, a: m["params"].update(model="forest"),
    "an unknown model": lambda m, a: m["params"].update(model="tree"),
}


@pytest.mark.parametrize("what", CARD_CHANGES)
def test_numbers_that_no_scorecard_can_have_are_refused(saved_card, tmp_path, what):
    path = changed(saved_card[1], tmp_path / "bad.segkit", CARD_CHANGES[what])
    with pytest.raises(SegkitError):
        load(path)


@pytest.mark.parametrize("what", CHANGES)
def test_numbers_that_no_tool_can_have_are_refused(saved, tmp_path, what):
    path = changed(saved, tmp_path / "bad.segkit", CHANGES[what])
    with pytest.raises(SegkitError):
        load(path)


def test_the_error_names_the_file_and_the_remedy(saved, tmp_path):
    path = changed(saved, tmp_path / "bad.segkit", CHANGES["two parents"])
    with pytest.raises(
        SegkitError,
        match=r"`bad.segkit` is not a typing tool that can be used: a parent is out of range. "
        r"Expected a file written by TypingTool.save",
    ):
        load(path)


def test_settings_of_a_file_are_refused_by_name_or_as_by_default(saved, tmp_path):
    path = changed(saved, tmp_path / "t", CHANGES["a setting that no tool has"])
    with pytest.raises(SegkitError, match=r"`t` is not .*: it has a setting 'max_depth' that no"):
        load(path)
    path = changed(saved, tmp_path / "t", lambda m, a: m["params"].pop("n_repeats"))
    assert load(path).n_repeats == 1


def test_fuzzed_files_give_errors_or_the_same_answers(saved, base, tmp_path):
    original, votes = saved.read_bytes(), load(saved).model_.forest.score
    rows = load(saved).model_.codes.encode(base.head(200))
    expected = votes(rows)
    rng = np.random.default_rng(0)
    refused = 0
    for trial in range(300):
        data = bytearray(original)
        if trial % 3 == 0:  # cut off
            del data[int(rng.integers(len(data))) :]
        elif trial % 3 == 1:  # a few flipped bits
            for at in rng.integers(0, len(data), int(rng.integers(1, 6))):
                data[at] ^= 1 << int(rng.integers(8))
        else:  # a stretch of noise
            at = int(rng.integers(len(data)))
            data[at : at + 40] = rng.bytes(min(40, len(data) - at))
        path = tmp_path / "fuzzed.segkit"
        path.write_bytes(data)
        try:
            tool = load(path)
        except SegkitError:
            refused += 1
            continue
        np.testing.assert_array_equal(
            tool.model_.forest.score(tool.model_.codes.encode(base.head(200))), expected
        )
    assert refused > 270


def test_the_manifest_is_plain_json_that_a_person_can_read(saved):
    with zipfile.ZipFile(saved) as archived:
        manifest = json.loads(archived.read("manifest.json"))
    assert [f["name"] for f in manifest["fields"]] == ["age", "income", "region", "plan", "online"]
    assert manifest["classes"] == [0, 1, 2]
    assert {i.compress_type for i in archived.infolist()} == {zipfile.ZIP_DEFLATED}
