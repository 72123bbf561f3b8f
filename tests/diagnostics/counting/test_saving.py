import json

import pytest

from segkit.diagnostics.counting import saving
from segkit.diagnostics.counting.saving import read_counts, write_counts
from segkit.exceptions import SegkitError

PLAIN = {"groups": ["ö", "untagged"], "n_rows": 3, "squares": [0.1 + 0.2, 1e-300]}


def same(plain):
    return plain


def test_what_was_written_is_read_exactly(tmp_path):
    path = write_counts(tmp_path / "counts.json", PLAIN)
    assert read_counts(path, same) == PLAIN
    head = json.loads(path.read_text(encoding="utf-8"))
    assert head["format"] == "segkit counts"
    assert head["version"] == 1
    assert head["written_by"].startswith("segkit ")


def test_a_file_is_written_whole_or_not_at_all(tmp_path):
    path = write_counts(tmp_path / "counts.json", PLAIN)
    with pytest.raises(ValueError, match="not JSON compliant"):
        write_counts(path, {"n_rows": float("nan")})
    assert read_counts(path, same) == PLAIN
    assert [p.name for p in tmp_path.iterdir()] == ["counts.json"]


@pytest.mark.parametrize("length", [0, 1, 40, 200, -3])
def test_a_file_that_was_cut_is_one_clear_error(tmp_path, length):
    path = write_counts(tmp_path / "counts.json", PLAIN)
    path.write_bytes(path.read_bytes()[:length])
    with pytest.raises(
        SegkitError, match=r"`counts.json` holds no counts that can be used: .*anew"
    ):
        read_counts(path, same)


@pytest.mark.parametrize(
    ("head", "message"),
    [
        ({"version": 99, "written_by": "segkit 9.9"}, "version is 99, written by segkit 9.9, .*up"),
        ({"version": 99, "written_by": None}, "version is 99, written by None"),
        ({"version": 0}, "its version is 0"),
        ({"version": True}, "its version is True"),
        ({"format": "segkit tool"}, "it is of another format"),
        ({"sha256": 5}, "does not have its checksum"),
        ({"counts": {**PLAIN, "n_rows": 4}}, "does not have its checksum"),
    ],
)
def test_files_of_others_and_of_later_versions_are_told(tmp_path, head, message):
    path = write_counts(tmp_path / "counts.json", PLAIN)
    plain = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(plain | head), encoding="utf-8")
    with pytest.raises(SegkitError, match=message):
        read_counts(path, same)


def test_a_file_larger_than_any_counts_is_not_read(tmp_path, monkeypatch):
    path = write_counts(tmp_path / "counts.json", PLAIN)
    monkeypatch.setattr(saving, "MAX_BYTES", 10)
    with pytest.raises(SegkitError, match="larger than any counts"):
        read_counts(path, same)


def test_an_error_of_the_reader_names_the_file(tmp_path):
    path = write_counts(tmp_path / "counts.json", PLAIN)

    def refuse(plain):
        raise SegkitError(f"{plain['n_rows']} rows are too few")

    with pytest.raises(SegkitError, match=r"`counts.json` holds no counts .*: 3 rows are too few"):
        read_counts(path, refuse)
