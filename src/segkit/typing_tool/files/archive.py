"""The file of a typing tool: a zip of a JSON manifest and plain arrays, never code.

Reading trusts nothing. The number and sizes of members are bounded before anything is
unpacked, every member has its sha256, arrays are plain numbers whose headers must match
their bytes. A damaged or hostile file is a `SegkitError`. What the numbers mean is checked
in `saving`.
"""

import hashlib
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np

from segkit._files import existing_file, whole_file
from segkit._version import __version__
from segkit.exceptions import SegkitError
from segkit.typing_tool.files.versions import VERSION, check_version

__all__ = ["FORMAT", "read_archive", "refusal", "write_archive"]

FORMAT = "segkit typing tool"
MANIFEST = "manifest.json"
MAX_MEMBERS = 64
MAX_MEMBER_BYTES = 256 * 2**20
MAX_MANIFEST_BYTES = 8 * 2**20
MAX_TOTAL_BYTES = 512 * 2**20
MAX_RATIO = 100  # of unpacked to packed bytes; tools have about 5, a zip bomb has 1000
RATIO_FROM = 64 * 2**20  # smaller totals may pack as well as they like
ENTRY = b"PK\x01\x02"  # what every entry of a zip's list of parts begins with
KINDS = frozenset({"<i2", "<i4", "<i8", "<f8", "|u1"})
EPOCH = (1980, 1, 1, 0, 0, 0)  # no clock in the file: the same tool gives the same bytes


def write_archive(
    path: str | Path, manifest: dict[str, Any], arrays: dict[str, np.ndarray]
) -> Path:
    """Write a manifest and arrays as one file, whole or not at all.

    Parameters
    ----------
    path : str or Path
        The file.
    manifest : dict
        Plain values for JSON; format, version and checksums are added.
    arrays : dict of ndarray
        Numbers by name.
    """
    packed = {f"{name}.npy": _packed(values) for name, values in arrays.items()}
    sums = {name: hashlib.sha256(data).hexdigest() for name, data in packed.items()}
    writer = f"segkit {__version__}"
    head = {"format": FORMAT, "version": VERSION, "written_by": writer, **manifest, "sha256": sums}
    text = json.dumps(head, indent=1, allow_nan=False, ensure_ascii=False)
    with whole_file(path) as draft, zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in {MANIFEST: text.encode(), **packed}.items():
            archive.writestr(zipfile.ZipInfo(name, EPOCH), data, zipfile.ZIP_DEFLATED)
    return Path(path)


def read_archive(path: str | Path) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """Read a manifest and arrays, checked in form but not yet in meaning.

    Raises
    ------
    SegkitError
        When the file is absent, damaged, too large, of another format or a later version.
    """
    found = existing_file(path, what="The tool")
    try:
        data = _bytes(found)
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = _members(archive, len(data))
            manifest = _manifest(archive, members)
            sums = manifest.get("sha256")
            if not isinstance(sums, dict) or set(sums) != set(members) - {MANIFEST}:
                raise SegkitError("the list of its parts does not match them")
            arrays = {
                name.removesuffix(".npy"): _unpacked(
                    _read(archive, members[name], MAX_MEMBER_BYTES), digest
                )
                for name, digest in sums.items()
            }
    except Exception as error:
        # whatever a damaged or hostile file provokes in the readers is one clear error
        raise refusal(found, error) from error
    return manifest, arrays


def refusal(path: str | Path, error: Exception) -> SegkitError:
    """Word the error of a file that is no usable tool."""
    detail = str(error) or type(error).__name__
    return SegkitError(
        f"`{Path(path).name}` is not a typing tool that can be used: {detail}. Expected a file "
        "written by TypingTool.save. Fetch it anew, or save the tool again."
    )


def _packed(values: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    little = np.ascontiguousarray(values)
    np.save(buffer, little.astype(little.dtype.newbyteorder("<")), allow_pickle=False)
    return buffer.getvalue()


def _bytes(path: Path) -> bytes:
    """Read the file once: nobody can change it between two looks, and its list is bounded."""
    if path.stat().st_size > MAX_TOTAL_BYTES:
        raise SegkitError("it is larger than any tool")
    data = path.read_bytes()
    # before the reader makes an object of each; by chance the four bytes occur elsewhere too
    if data.count(ENTRY) > 2 * MAX_MEMBERS:
        raise SegkitError(f"it has {data.count(ENTRY)} parts")
    return data


def _members(archive: zipfile.ZipFile, n_bytes: int) -> dict[str, zipfile.ZipInfo]:
    infos = archive.infolist()
    members = {i.filename: i for i in infos}
    if len(infos) > MAX_MEMBERS or len(members) != len(infos):
        raise SegkitError(f"it has {len(infos)} parts, or parts of the same name")
    if MANIFEST not in members:
        raise SegkitError("it has no manifest")
    total = sum(i.file_size for i in infos)
    if total > MAX_TOTAL_BYTES or total > max(RATIO_FROM, MAX_RATIO * n_bytes):
        raise SegkitError("its parts are larger than any tool")
    odd = [i.filename for i in infos if i.flag_bits & 1 or i.is_dir()]
    if odd:
        raise SegkitError(f"the part {odd[0]!r} is encrypted or a folder")
    return members


def _read(archive: zipfile.ZipFile, info: zipfile.ZipInfo, limit: int) -> bytes:
    """Unpack one member, never more than it announces and never more than the limit."""
    if info.file_size > limit:
        raise SegkitError(f"the part {info.filename!r} is too large")
    with archive.open(info) as stream:
        data = stream.read(info.file_size + 1)
        if len(data) != info.file_size or stream.read(1):
            raise SegkitError(f"the part {info.filename!r} is not of the size it announces")
    return data


def _manifest(archive: zipfile.ZipFile, members: dict[str, zipfile.ZipInfo]) -> dict[str, Any]:
    text = _read(archive, members[MANIFEST], MAX_MANIFEST_BYTES)
    manifest = json.loads(text, object_pairs_hook=_distinct, parse_constant=_no_number)
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise SegkitError("its manifest is of another format")
    check_version(manifest)
    return manifest


def _distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(dict(pairs)) != len(pairs):
        raise SegkitError("its manifest names something twice")
    return dict(pairs)


def _no_number(word: str) -> float:
    raise SegkitError(f"its manifest holds {word}")


def _unpacked(data: bytes, digest: Any) -> np.ndarray:
    if hashlib.sha256(data).hexdigest() != digest:
        raise SegkitError("a part does not have its checksum")
    stream = io.BytesIO(data)
    if np.lib.format.read_magic(stream) != (1, 0):
        raise SegkitError("an array is of another format")
    shape, by_column, dtype = np.lib.format.read_array_header_1_0(stream)
    # the size is checked before any memory is taken for it
    n_values = int(np.prod([int(s) for s in shape], dtype=object))
    fits = n_values * dtype.itemsize == len(data) - stream.tell()
    if dtype.str not in KINDS or by_column or min(shape, default=1) < 0 or not fits:
        raise SegkitError("an array does not match its header")
    # a view of the bytes, which cannot be changed: no object is made, no memory taken twice
    return np.frombuffer(data, dtype, offset=stream.tell()).reshape(shape)
