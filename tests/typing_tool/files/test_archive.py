import io
import json
import pickle
import zipfile

import numpy as np
import pytest

from segkit.exceptions import SegkitError
from segkit.typing_tool.files import archive
from segkit.typing_tool.files.archive import read_archive, write_archive

ARRAYS = {"numbers": np.arange(6.0).reshape(2, 3), "counts": np.arange(4, dtype=np.int32)}


@pytest.fixture
def path(tmp_path):
    return write_archive(tmp_path / "tool.segkit", {"classes": ["ä", 1]}, ARRAYS)


def rewritten(path, change):
    """Write the archive anew after a change to its members."""
    with zipfile.ZipFile(path) as old:
        members = {i.filename: old.read(i) for i in old.infolist()}
    change(members)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name, data in members.items():
            new.writestr(name, data)
    return path


def with_array(members, name, data):
    """Put other bytes in place of an array, with the checksum they have."""
    import hashlib

    manifest = json.loads(members["manifest.json"])
    manifest["sha256"][name] = hashlib.sha256(data).hexdigest()
    members[name], members["manifest.json"] = data, json.dumps(manifest).encode()


def npy(array, **options):
    buffer = io.BytesIO()
    np.save(buffer, array, **options)
    return buffer.getvalue()


def test_what_is_written_is_read(path):
    manifest, arrays = read_archive(path)
    assert manifest["classes"] == ["ä", 1]
    assert manifest["format"] == "segkit typing tool"
    for name, values in ARRAYS.items():
        np.testing.assert_array_equal(arrays[name], values)
        assert arrays[name].dtype == values.dtype


def test_the_same_tool_gives_the_same_bytes(path, tmp_path):
    again = write_archive(tmp_path / "again.segkit", {"classes": ["ä", 1]}, ARRAYS)
    assert path.read_bytes() == again.read_bytes()


def test_a_folder_that_is_not_there_is_named(tmp_path):
    with pytest.raises(SegkitError, match=r"The folder .* does not exist"):
        write_archive(tmp_path / "no" / "tool.segkit", {}, ARRAYS)
    with pytest.raises(SegkitError, match=r"The tool `.*none.segkit` is not a file"):
        read_archive(tmp_path / "none.segkit")


def fails(path, text):
    with pytest.raises(SegkitError, match=f"`{path.name}` is not a typing tool .*{text}"):
        read_archive(path)


def test_other_files_are_refused(tmp_path):
    other = tmp_path / "other.bin"
    for content in (b"", b"PK\x03\x04", b"hello", pickle.dumps({"a": 1}), bytes(range(256)) * 9):
        other.write_bytes(content)
        fails(other, "Expected a file written by TypingTool.save")


def test_a_zip_without_manifest_or_of_another_format(path):
    fails(rewritten(path, lambda m: m.pop("manifest.json")), "it has no manifest")
    write_archive(path, {}, ARRAYS)
    fails(rewritten(path, lambda m: m.update({"manifest.json": b"[]"})), "another format")
    fails(rewritten(path, lambda m: m.update({"manifest.json": b'{"format": 1}'})), "another")


def test_changed_missing_and_added_members(path):
    for change, text in (
        (lambda m: m.update({"counts.npy": npy(np.arange(5))}), "checksum"),
        (lambda m: m.pop("counts.npy"), "does not match"),
        (lambda m: m.update({"more.npy": b"1"}), "does not match"),
        (lambda m: m.update({"../evil.npy": b"1"}), "does not match"),
    ):
        write_archive(path, {}, ARRAYS)
        fails(rewritten(path, change), text)


@pytest.mark.parametrize(
    "array",
    [
        npy(np.array([{"a": 1}], dtype=object), allow_pickle=True),
        npy(np.array(["text"])),
        npy(np.zeros(2, dtype=[("a", "<i8")])),
        npy(np.asfortranarray(np.zeros((3, 2)))),
        npy(np.zeros(4))[:-8],
        npy(np.zeros(4)) + b"more",
        npy(np.zeros(1)).replace(b"(1,)", b"(-1,)"),
        npy(np.zeros(1)).replace(b"(1,), }  ", b"(2**40,)}"),
        npy(np.zeros(1)).replace(b"(1,), }                 ", b"(1099511627776,), }     "),
        b"\x93NUMPY\x02\x00" + npy(np.zeros(1))[8:],
        b"not an array",
    ],
    ids=str,
)
def test_arrays_that_are_not_plain_numbers(path, array):
    fails(rewritten(path, lambda m: with_array(m, "counts.npy", array)), "")


def test_a_zip_bomb_is_not_unpacked(path, monkeypatch):
    monkeypatch.setattr(archive, "MAX_MEMBER_BYTES", 10_000)
    bomb = npy(np.zeros(10_000))  # 80 kB that pack into a few hundred bytes
    fails(rewritten(path, lambda m: with_array(m, "counts.npy", bomb)), "too large")
    monkeypatch.setattr(archive, "MAX_TOTAL_BYTES", 20_000)
    fails(path, "larger than any tool")


def test_a_member_that_lies_about_its_size(path):
    data = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archived:
        info = archived.getinfo("numbers.npy")
    # the size stands in the central directory, the last record of this name
    at = data.rindex(b"numbers.npy") - 46 + 24
    assert int.from_bytes(data[at : at + 4], "little") == info.file_size
    data[at : at + 4] = (info.file_size // 2).to_bytes(4, "little")
    path.write_bytes(data)
    fails(path, "")


def test_many_members_and_members_of_one_name(path):
    fails(rewritten(path, lambda m: m.update({f"a{i}": b"" for i in range(80)})), "parts")
    with zipfile.ZipFile(path, "w") as twice:
        twice.writestr("manifest.json", b"{}")
        with pytest.warns(UserWarning, match="Duplicate name"):
            twice.writestr("manifest.json", b"{}")
    fails(path, "parts of the same name")


def test_deep_json_is_an_error_not_a_crash(path):
    deep = b"[" * 200_000 + b"]" * 200_000
    fails(rewritten(path, lambda m: m.update({"manifest.json": deep})), "")
