"""Files from the folder, the cache and the network: verified, whole, or refused."""

import gzip
import hashlib
import io
import re
import threading
import zipfile
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from segkit.datasets import fetching
from segkit.datasets.fetching import Download, RawFile, Registered, raw_content, registered
from segkit.exceptions import DatasetUnavailableError, SegkitError, SegkitWarning

TABLE = b"who,calm\n" + b"".join(b"%d,%d\n" % (i, i % 5) for i in range(5000))
OTHER = TABLE.replace(b"1", b"7")


def sha256(content):
    return hashlib.sha256(content).hexdigest()


class Server:
    """A web server on this machine that counts what it is asked, and can lie or break off."""

    def __init__(self):
        self.files, self.asked, self.cut = {}, [], None
        ours = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                ours.asked.append(self.path)
                content = ours.files.get(self.path)
                if content is None:
                    self.send_error(404)
                    return
                self.send_response(200)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content if ours.cut is None else content[: ours.cut])

            def log_message(self, *args):
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.http.daemon_threads = True
        self.thread = threading.Thread(target=self.http.serve_forever, args=(0.01,))
        self.thread.start()

    @property
    def address(self):
        return f"http://127.0.0.1:{self.http.server_port}/{{repository}}/{{commit}}/{{path}}"

    def stop(self):
        self.http.shutdown()
        self.http.server_close()
        self.thread.join()


@pytest.fixture
def server(monkeypatch):
    running = Server()
    monkeypatch.setattr(fetching, "RAW_ADDRESS", running.address)
    yield running
    running.stop()


@pytest.fixture
def cache(monkeypatch, tmp_path):
    monkeypatch.delenv("SEGKIT_DATA", raising=False)
    monkeypatch.setattr(fetching, "cache_folder", lambda: tmp_path / "cache")
    return tmp_path / "cache"


@pytest.fixture
def folder(monkeypatch, tmp_path):
    """A folder of data sets, named by SEGKIT_DATA."""
    named = tmp_path / "data"
    (named / "mood").mkdir(parents=True)
    monkeypatch.setenv("SEGKIT_DATA", str(named))
    return named


def register(monkeypatch, content=TABLE, **download):
    """Make the registry know one set, `mood`, with one table."""
    packed = gzip.compress(content, mtime=0)
    pinned = {
        "repository": "some/where",
        "commit": "c" * 40,
        "path": "data/mood.csv",
        "bytes": len(content),
        "sha256": sha256(content),
    }
    raw = RawFile(
        file="mood/mood.csv.gz",
        bytes=len(packed),
        sha256=sha256(packed),
        rows=5000,
        download=Download(**(pinned | download)),
    )
    entry = Registered("mood", "Mood. Many people.", "A class.", "CC0.", {"answers": raw})
    monkeypatch.setattr(fetching, "_registry", lambda: {"mood": entry})
    return raw


def files_in(folder):
    return sorted(p.name for p in folder.rglob("*") if p.is_file())


def cached(cache, content):
    path = cache / "mood" / "mood.csv"
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    return path


def watched(watch, piece=b"who"):
    """A downloader that receives one piece and then lets somebody watch."""

    class Downloader:
        def __init__(self, **choices):
            pass

        def __call__(self, url, target, pooch):
            target.write(piece)
            watch()

    return Downloader


def interrupted_after(piece):
    def interrupt():
        raise KeyboardInterrupt

    return watched(interrupt, piece)


PATH = f"/some/where/{'c' * 40}/data/mood.csv"


class TestDownload:
    def test_it_is_verified_and_kept(self, monkeypatch, server, cache):
        register(monkeypatch)
        server.files[PATH] = TABLE
        assert raw_content("mood", "answers") == TABLE
        assert files_in(cache) == ["mood.csv"]
        server.files.clear()
        assert raw_content("mood", "answers") == TABLE
        assert server.asked == [PATH]

    def test_a_short_one_says_nothing(self, monkeypatch, server, cache, capfd):
        register(monkeypatch)
        server.files[PATH] = TABLE
        raw_content("mood", "answers")
        assert capfd.readouterr() == ("", "")

    def test_a_wrong_hash_is_refused_and_nothing_is_kept(self, monkeypatch, server, cache):
        register(monkeypatch)
        server.files[PATH] = OTHER
        with pytest.raises(DatasetUnavailableError, match=r"another sha256 .* refused"):
            raw_content("mood", "answers")
        assert not cache.exists()

    def test_a_wrong_hash_leaves_the_file_in_the_cache_alone(self, monkeypatch, server, cache):
        register(monkeypatch)
        # a good file of an earlier version of the package
        path = cached(cache, b"an earlier version")
        server.files[PATH] = OTHER
        with pytest.raises(DatasetUnavailableError, match="another sha256"):
            raw_content("mood", "answers")
        assert path.read_bytes() == b"an earlier version"
        assert files_in(cache) == ["mood.csv"]

    def test_a_good_cache_is_never_downloaded_again(self, monkeypatch, server, cache):
        register(monkeypatch)
        path = cached(cache, TABLE)
        server.files[PATH] = OTHER
        assert raw_content("mood", "answers") == TABLE
        assert path.read_bytes() == TABLE
        assert server.asked == []

    def test_a_spoilt_cache_is_replaced(self, monkeypatch, server, cache):
        register(monkeypatch)
        path = cached(cache, TABLE[:100])
        server.files[PATH] = TABLE
        assert raw_content("mood", "answers") == TABLE
        assert path.read_bytes() == TABLE

    def test_a_connection_that_breaks_off_leaves_nothing(self, monkeypatch, server, cache):
        register(monkeypatch)
        server.files[PATH], server.cut = TABLE, len(TABLE) // 2
        with pytest.raises(DatasetUnavailableError, match=r"download failed|another sha256"):
            raw_content("mood", "answers")
        assert not cache.exists()

    def test_an_interruption_leaves_nothing(self, monkeypatch, cache):
        register(monkeypatch)
        monkeypatch.setattr("pooch.HTTPDownloader", interrupted_after(TABLE[:1000]))
        with pytest.raises(KeyboardInterrupt):
            raw_content("mood", "answers")
        assert not cache.exists()

    def test_nothing_is_on_the_disk_before_it_is_verified(self, monkeypatch, cache):
        # so a run that is killed outright has nothing to leave behind
        register(monkeypatch)
        seen = []
        monkeypatch.setattr("pooch.HTTPDownloader", watched(lambda: seen.append(cache.exists())))
        with pytest.raises(DatasetUnavailableError, match="another sha256"):
            raw_content("mood", "answers")
        assert seen == [False]

    def test_a_malformed_proxy_is_not_called_a_wrong_file(self, monkeypatch, server, cache):
        register(monkeypatch)
        monkeypatch.setenv("http_proxy", "http://")
        monkeypatch.setenv("no_proxy", "")
        with pytest.raises(
            DatasetUnavailableError, match=r"failed \(InvalidProxyURL: .* proxy URL"
        ):
            raw_content("mood", "answers")

    def test_without_room_in_the_cache_the_table_is_given_all_the_same(
        self, monkeypatch, server, cache
    ):
        register(monkeypatch)
        server.files[PATH] = TABLE
        cache.write_text("a file where a folder should be")
        with pytest.warns(SegkitWarning, match=r"cannot be kept as .* download it again"):
            assert raw_content("mood", "answers") == TABLE

    def test_the_error_says_what_how_large_and_the_remedy(self, monkeypatch, server, cache):
        raw = register(monkeypatch)
        with pytest.raises(DatasetUnavailableError) as caught:
            raw_content("mood", "answers")
        assert str(caught.value) == (
            f"The data set `mood` (5,000 rows, {raw.bytes / 1e3:.0f} kB, "
            f"{len(TABLE) / 1e3:.0f} kB to download) is neither in SEGKIT_DATA (it is not set) nor "
            "in the cache. The download failed (HTTPError: 404 Client Error: Not Found for url: "
            f"{raw.download.address}). Set SEGKIT_DATA to a folder that holds `mood/mood.csv.gz`, "
            "or call again with a network."
        )

    def test_the_error_is_one(self, monkeypatch, cache):
        register(monkeypatch)
        monkeypatch.setattr(fetching, "RAW_ADDRESS", "http://127.0.0.1:9/{path}")
        with pytest.raises(
            DatasetUnavailableError, match=r"ConnectionError: .* refused\)"
        ) as caught:
            raw_content("mood", "answers")
        assert caught.value.__suppress_context__

    def test_a_missing_page_is_the_same_clear_error(self, monkeypatch, server, cache):
        register(monkeypatch)
        with pytest.raises(DatasetUnavailableError, match=r"The download failed \(HTTPError: 404"):
            raw_content("mood", "answers")
        assert not cache.exists()

    def test_the_bar_reaches_the_size(self, monkeypatch, server, cache):
        raw = register(monkeypatch)
        server.files[PATH] = TABLE
        seen = []

        class Bar:
            def __init__(self, what, total, unit):
                self.total, self.n = total, 0

            def update(self, n):
                self.n += n

            def close(self):
                seen.append((self.total, self.n))

        monkeypatch.setattr(fetching, "progress_bar", Bar)
        raw_content("mood", "answers")
        assert seen == [(raw.download.bytes, raw.download.bytes)]

    def test_a_set_without_download_is_not_asked_for(self, monkeypatch, server, cache):
        raw = register(monkeypatch)
        files = {"answers": RawFile(raw.file, raw.bytes, raw.sha256, raw.rows)}
        entry = Registered("mood", "Mood. Many.", "A class.", "None.", files)
        monkeypatch.setattr(fetching, "_registry", lambda: {"mood": entry})
        with pytest.raises(DatasetUnavailableError, match="allow no download"):
            raw_content("mood", "answers")
        assert server.asked == []


class TestArchive:
    def packed(self, content):
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            archive.writestr("inner/mood.csv", content)
        return buffer.getvalue()

    def test_the_member_is_verified_too(self, monkeypatch, server, cache):
        archive = self.packed(TABLE)
        inner = {"member": "inner/mood.csv", "member_sha256": sha256(TABLE)}
        register(monkeypatch, path="mood.zip", sha256=sha256(archive), **inner)
        server.files[f"/some/where/{'c' * 40}/mood.zip"] = archive
        assert raw_content("mood", "answers") == TABLE
        assert raw_content("mood", "answers") == TABLE
        assert len(server.asked) == 1

    def test_a_wrong_member_is_refused(self, monkeypatch, server, cache):
        archive = self.packed(OTHER)
        inner = {"member": "inner/mood.csv", "member_sha256": sha256(TABLE)}
        register(monkeypatch, path="mood.zip", sha256=sha256(archive), **inner)
        server.files[f"/some/where/{'c' * 40}/mood.zip"] = archive
        with pytest.raises(SegkitError, match=r"`inner/mood\.csv` .* another sha256"):
            raw_content("mood", "answers")


class TestFolder:
    def test_it_comes_before_cache_and_network(self, monkeypatch, server, cache, folder):
        register(monkeypatch)
        (folder / "mood" / "mood.csv.gz").write_bytes(gzip.compress(TABLE, mtime=0))
        assert raw_content("mood", "answers") == TABLE
        assert server.asked == []
        assert not cache.exists()

    def test_another_gzip_of_the_right_table_is_good(self, monkeypatch, cache, folder):
        register(monkeypatch)
        (folder / "mood" / "mood.csv.gz").write_bytes(gzip.compress(TABLE, 1, mtime=5))
        assert raw_content("mood", "answers") == TABLE

    def test_a_wrong_file_is_refused_by_name(self, monkeypatch, cache, folder):
        raw = register(monkeypatch)
        path = folder / "mood" / "mood.csv.gz"
        path.write_bytes(gzip.compress(OTHER, mtime=0))
        with pytest.raises(SegkitError, match=f"{re.escape(str(path))}.*expected {raw.sha256}"):
            raw_content("mood", "answers")

    def test_a_wrong_file_of_a_set_without_download_is_to_be_replaced(
        self, monkeypatch, cache, folder
    ):
        raw = register(monkeypatch)
        files = {"answers": RawFile(raw.file, raw.bytes, raw.sha256, raw.rows)}
        entry = Registered("mood", "Mood. Many.", "A class.", "None.", files)
        monkeypatch.setattr(fetching, "_registry", lambda: {"mood": entry})
        (folder / "mood" / "mood.csv.gz").write_bytes(gzip.compress(OTHER, mtime=0))
        with pytest.raises(SegkitError, match=r"not the registered file .*\. Replace the file\.$"):
            raw_content("mood", "answers")

    def test_a_tilde_is_the_home_folder(self, monkeypatch, cache, folder):
        register(monkeypatch)
        (folder / "mood" / "mood.csv.gz").write_bytes(gzip.compress(TABLE, mtime=0))
        monkeypatch.setenv("HOME", str(folder.parent))
        monkeypatch.setenv("SEGKIT_DATA", "~/data")
        assert raw_content("mood", "answers") == TABLE

    def test_a_warm_cache_serves_what_the_folder_lacks(self, monkeypatch, server, cache, folder):
        register(monkeypatch)
        cached(cache, TABLE)
        assert raw_content("mood", "answers") == TABLE
        assert server.asked == []

    def test_a_file_cut_short_is_refused(self, monkeypatch, cache, folder):
        register(monkeypatch)
        (folder / "mood" / "mood.csv.gz").write_bytes(gzip.compress(TABLE, mtime=0)[:200])
        with pytest.raises(SegkitError, match="does not unpack"):
            raw_content("mood", "answers")

    def test_a_set_it_lacks_is_downloaded(self, monkeypatch, server, cache, folder):
        register(monkeypatch)
        server.files[PATH] = TABLE
        assert raw_content("mood", "answers") == TABLE

    def test_a_name_that_is_no_folder_is_an_error(self, monkeypatch, cache, tmp_path):
        register(monkeypatch)
        monkeypatch.setenv("SEGKIT_DATA", str(tmp_path / "nowhere"))
        with pytest.raises(SegkitError, match=r"SEGKIT_DATA names .* not a folder"):
            raw_content("mood", "answers")


class TestRegistry:
    def test_every_entry_is_complete(self):
        for name, entry in fetching._registry().items():
            assert entry.name == name
            assert re.match(r"[^.]+\. \S", entry.description)
            assert entry.licence
            for raw in entry.files.values():
                assert re.fullmatch(r"[0-9a-f]{64}", raw.sha256)
                assert raw.bytes > 0
                assert raw.rows > 0

    def test_downloads_are_pinned(self):
        pinned = [
            raw.download
            for entry in fetching._registry().values()
            for raw in entry.files.values()
            if raw.download is not None
        ]
        assert len(pinned) == 9
        for download in pinned:
            assert re.fullmatch(r"[0-9a-f]{40}", download.commit)
            assert re.fullmatch(r"[0-9a-f]{64}", download.content_sha256)
            assert f"/{download.repository}/{download.commit}/" in download.address
            assert " " not in download.address

    @pytest.mark.parametrize("name", ["receivables", "payment_choice", "bank_transactions"])
    def test_sets_without_raw_file_or_clear_licence_have_no_download(self, name):
        assert all(raw.download is None for raw in registered(name).files.values())

    def test_an_unknown_name_lists_the_known_ones(self):
        with pytest.raises(SegkitError, match="financial_wellbeing"):
            registered("moods")

    @pytest.mark.real_data
    def test_files_hold_what_both_hashes_say(self, data_folder):
        for entry in fetching._registry().values():
            for raw in entry.files.values():
                stored = (data_folder / raw.file).read_bytes()
                assert sha256(stored) == raw.sha256
                assert len(stored) == raw.bytes
                if raw.download is not None:
                    table = gzip.decompress(stored) if raw.file.endswith(".gz") else stored
                    assert sha256(table) == raw.download.content_sha256
