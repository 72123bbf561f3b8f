import numpy as np

from segkit import _fingerprint
from segkit._fingerprint import code_digest, fingerprint


def test_the_code_is_known_by_version_and_source(tmp_path, monkeypatch):
    (tmp_path / "room").mkdir()
    source = tmp_path / "room" / "step.py"
    source.write_text("a = 1")
    monkeypatch.setattr(_fingerprint, "__file__", str(tmp_path / "_fingerprint.py"))
    digests = [code_digest.__wrapped__()]
    source.write_text("a = 2")
    digests.append(code_digest.__wrapped__())
    monkeypatch.setattr(_fingerprint, "__version__", "99")
    digests.append(code_digest.__wrapped__())
    assert len(set(digests)) == 3


def test_fingerprints_tell_frames_arrays_and_files_by_content(frame_kind, tmp_path):
    table = frame_kind.make({"a": [1, 2], "b": ["x", None]})
    same = frame_kind.make({"a": [1, 2], "b": ["x", None]})
    other = frame_kind.make({"a": [1, 2], "b": ["x", "y"]})
    assert fingerprint([table]) == fingerprint([same]) != fingerprint([other])
    assert fingerprint([np.arange(3)]) != fingerprint([np.arange(3.0)])
    path = tmp_path / "a"
    path.write_text("one")
    before = fingerprint([path])
    path.write_text("two")
    assert fingerprint([path]) != before
