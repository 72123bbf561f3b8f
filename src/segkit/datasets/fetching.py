"""Where the raw files come from: the folder SEGKIT_DATA, the user's cache, then a download.

Whatever the place, a file is used only when its sha256 is the registered one. A download
(the largest has 4 MB) stays in memory until it has been verified, and is then put into the
cache whole: one that breaks off, is interrupted or is killed leaves nothing behind.
"""

import gzip
import hashlib
import io
import os
import warnings
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from segkit._checks import check_option
from segkit._files import whole_file
from segkit._progress import progress_bar
from segkit.exceptions import DatasetUnavailableError, SegkitError, SegkitWarning

__all__ = ["Download", "RawFile", "Registered", "cache_folder", "raw_content", "registered"]

VARIABLE = "SEGKIT_DATA"
"""The environment variable that names the folder of the data sets."""

RAW_ADDRESS = "https://raw.githubusercontent.com/{repository}/{commit}/{path}"
"""The public address of a raw file, pinned by its commit."""

PATIENCE = 30
"""Seconds to wait for a server that does not answer."""


@dataclass(frozen=True)
class Download:
    """A raw file at a public address, pinned by commit and sha256."""

    repository: str
    commit: str
    path: str
    bytes: int
    sha256: str
    member: str | None = None
    member_sha256: str | None = None

    @property
    def address(self) -> str:
        """The public address."""
        path = self.path.replace(" ", "%20")
        return RAW_ADDRESS.format(repository=self.repository, commit=self.commit, path=path)

    @property
    def content_sha256(self) -> str:
        """The sha256 of the table itself, out of any archive."""
        return self.member_sha256 or self.sha256


@dataclass(frozen=True)
class RawFile:
    """A file by its path below SEGKIT_DATA, and where it can be downloaded, if it can."""

    file: str
    bytes: int
    sha256: str
    rows: int
    download: Download | None = None


@dataclass(frozen=True)
class Registered:
    """What the registry says of one data set."""

    name: str
    description: str
    source: str
    licence: str
    files: Mapping[str, RawFile]


@cache
def _registry() -> dict[str, Registered]:
    path = Path(__file__).with_name("registry.yaml")
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    return {name: _entry(name, entry) for name, entry in content.items()}


def _entry(name: str, entry: dict[str, Any]) -> Registered:
    files = {
        part: RawFile(**{**f, "download": Download(**f["download"]) if "download" in f else None})
        for part, f in entry["files"].items()
    }
    return Registered(name=name, **{**entry, "files": files})


def registered(name: str) -> Registered:
    """Return what the registry says of a data set."""
    return _registry()[check_option(name, list(_registry()), name="name")]


def cache_folder() -> Path:
    """Return the folder of the user's cache that downloads are kept in."""
    import pooch  # loads a web client, needed here only

    return Path(pooch.os_cache("segkit"))


def raw_content(name: str, part: str) -> bytes:
    """Return the verified content of one file of a data set, unpacked.

    Parameters
    ----------
    name : str
        The data set.
    part : str
        The part of it, a key of its `files` in the registry.

    Raises
    ------
    DatasetUnavailableError
        When the file is in no place, naming the data set, the size and SEGKIT_DATA.
    SegkitError
        When SEGKIT_DATA is no folder, or its file is not the registered one.
    """
    entry = registered(name)
    raw = entry.files[part]
    content = _from_data_folder(entry, raw)
    if content is None and raw.download is not None:
        content = _from_cache(entry, raw.download)
        if content is None:
            content = _from_download(entry, raw, raw.download)
    if content is None:
        raise _unavailable(entry, raw, "Its terms or its form allow no download.")
    return content


def _from_data_folder(entry: Registered, raw: RawFile) -> bytes | None:
    named = os.environ.get(VARIABLE, "")
    if not named:
        return None
    folder = Path(named).expanduser()
    if not folder.is_dir():
        raise SegkitError(
            f"{VARIABLE} names `{named}`, which is not a folder; expected the folder that holds "
            f"`{raw.file}`. Correct it, or unset it to use the cache and downloads."
        )
    path = folder / raw.file
    if not path.is_file():
        return None
    stored = path.read_bytes()
    if _sha256(stored) == raw.sha256:
        return _unpacked(stored, path)
    # another gzip of the right table is as good as the registered one
    content = _unpacked(stored, path)
    if raw.download is not None and _sha256(content) == raw.download.content_sha256:
        return content
    otherwise = ", or remove it to use the cache and downloads" if raw.download else ""
    raise SegkitError(
        f"`{path}` is not the registered file of `{entry.name}`: its sha256 is "
        f"{_sha256(stored)}, expected {raw.sha256}. Replace the file{otherwise}."
    )


def _from_cache(entry: Registered, download: Download) -> bytes | None:
    path = _cached(entry, download)
    if not path.is_file():
        return None
    stored = path.read_bytes()
    return _member(stored, download) if _sha256(stored) == download.sha256 else None


class _Arriving(io.BytesIO):
    """What has arrived of a download, counted on a bar."""

    def __init__(self, bar: Any) -> None:
        super().__init__()
        self._bar = bar

    def write(self, chunk: Any, /) -> int:
        self._bar.update(len(chunk))
        return super().write(chunk)


def _from_download(entry: Registered, raw: RawFile, download: Download) -> bytes:
    import pooch  # loads a web client, needed here only

    fetch = pooch.HTTPDownloader(timeout=PATIENCE, hooks={"response": _close_refused})
    bar = progress_bar(what=f"downloading {entry.name}", total=download.bytes, unit="B")
    arrived = _Arriving(bar)
    try:
        fetch(download.address, arrived, None)
    except OSError as error:  # no network, no server, a broken connection, a malformed proxy
        # the reason is in the message: four tracebacks of a web client would bury it
        raise _unavailable(entry, raw, f"The download failed ({_reason(error)}).") from None
    finally:
        bar.close()
    content = arrived.getvalue()
    if _sha256(content) != download.sha256:
        raise _unavailable(
            entry, raw, "The downloaded file has another sha256 than registered: it was refused."
        )
    _keep(content, _cached(entry, download))
    return _member(content, download)


def _keep(content: bytes, path: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with whole_file(path) as draft:
            draft.write_bytes(content)
    except OSError as error:
        warnings.warn(
            f"The download cannot be kept as `{path}` ({error}), so the next call will download "
            "it again. Make the folder writable.",
            SegkitWarning,
            stacklevel=2,
        )


def _reason(error: OSError) -> str:
    """Say what went wrong, without the layers that a web client wraps around it."""
    inner = error.args[0] if error.args else error
    said = inner.args[0] if isinstance(inner, Exception) and inner.args else error
    return f"{type(error).__name__}: {getattr(inner, 'reason', said)}".rstrip(".")


def _close_refused(response: Any, **_: Any) -> None:
    """Close the connection of an answer that is an error, which is never read to its end."""
    if not response.ok:
        response.close()


def _cached(entry: Registered, download: Download) -> Path:
    return cache_folder() / entry.name / Path(download.path).name


def _member(stored: bytes, download: Download) -> bytes:
    if download.member is None:
        return stored
    with zipfile.ZipFile(io.BytesIO(stored)) as archive:
        content = archive.read(download.member)
    if _sha256(content) != download.content_sha256:
        raise SegkitError(
            f"`{download.member}` in the downloaded archive has another sha256 than registered; "
            "it was refused. Update segkit, or set SEGKIT_DATA to a folder with the right file."
        )
    return content


def _unpacked(stored: bytes, path: Path) -> bytes:
    if path.suffix != ".gz":
        return stored
    try:
        return gzip.decompress(stored)
    except (OSError, EOFError, zlib.error) as error:
        raise SegkitError(
            f"`{path}` does not unpack; it may have been cut short. Replace the file."
        ) from error


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _unavailable(entry: Registered, raw: RawFile, why: str) -> DatasetUnavailableError:
    named = os.environ.get(VARIABLE)
    held = f"`{named}` does not hold it" if named else "it is not set"
    files = entry.files.values()
    size = f"{sum(f.rows for f in files):,} rows, {_size(sum(f.bytes for f in files))}"
    remedy = f"Set {VARIABLE} to a folder that holds `{raw.file}`"
    if raw.download is not None:
        size += f", {_size(sum(f.download.bytes for f in files if f.download))} to download"
        remedy += ", or call again with a network"
    return DatasetUnavailableError(
        f"The data set `{entry.name}` ({size}) is neither in {VARIABLE} ({held}) nor in the "
        f"cache. {why} {remedy}."
    )


def _size(n_bytes: int) -> str:
    return f"{n_bytes / 1e6:.1f} MB" if n_bytes >= 1e6 else f"{n_bytes / 1e3:.0f} kB"
