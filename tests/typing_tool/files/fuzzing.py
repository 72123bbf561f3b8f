"""Damages and attacks: each turns the bytes of a tool's file into those of another file.

Run as a script in a process of its own (``fuzzing.py FILE TRIALS SEED MEGABYTES``), it loads
that many changed files with no more memory than given beyond what loading the libraries took,
and prints as JSON how often a file was refused, gave the same answers, or, where its numbers
were edited and its checksums corrected, was another tool that works.
"""

import hashlib
import io
import json
import pickle
import signal
import stat
import struct
import sys
import tempfile
import warnings
import zipfile
from collections import Counter
from pathlib import Path

import numpy as np

MANIFEST = "manifest.json"
DEEP = "[" * 100_000 + "]" * 100_000
ODD = (
    *(None, True, False, -1, 0, 1, 63, 64, 2**31, 2**63, 2**64, 10**40, -(10**400), 0.5, -0.0),
    *(1e308, 5e-324, float("nan"), float("inf"), -float("inf"), "", "x", "1", "NaN", "../x"),
    *("\0", "\ud800", "a" * 10_001, "__class__", "{0.__class__}"),
    *([], [[]], [None], {}, {"a": 1}, [1] * 70),
)
SECONDS = 20  # of the processor, for one file
RUNNING = ("pickle.find_class", "os.system", "subprocess.Popen", "os.exec", "os.posix_spawn")
TYPES = ("<i2", "<i4", "<i8", "<f8", "|u1", ">i8", "<f4", "?", "<c16")


class Opened:
    """What a pickle does when it is opened: the audit hook would see it."""

    def __reduce__(self):
        import os

        return os.system, ("true",)


def npy(array, **options):
    buffer = io.BytesIO()
    np.save(buffer, array, **options)
    return buffer.getvalue()


def members_of(data):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {i.filename: archive.read(i) for i in archive.infolist()}


def zipped(entries, kind=zipfile.ZIP_DEFLATED):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", kind) as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # names that occur twice are meant
        for name, content in entries:
            archive.writestr(name, content)
    return buffer.getvalue()


def signed(members):
    """Correct the checksums: what stands against the change is what the numbers mean."""
    manifest = json.loads(members[MANIFEST])
    arrays = {n: d for n, d in members.items() if n != MANIFEST}
    manifest["sha256"] = {n: hashlib.sha256(d).hexdigest() for n, d in arrays.items()}
    return zipped({MANIFEST: json.dumps(manifest).encode(), **arrays}.items())


def flipped(rng, data):
    out = bytearray(data)
    for at in rng.integers(0, len(out), int(rng.integers(1, 9))):
        out[at] ^= 1 << int(rng.integers(8))
    return bytes(out)


def overwritten(rng, data):
    out, at, n = bytearray(data), int(rng.integers(len(data))), int(rng.integers(1, 200))
    out[at : at + n] = rng.bytes(n)
    return bytes(out)


def truncated(rng, data):
    at = int(rng.integers(len(data)))
    return data[:at] if rng.random() < 0.7 else data[at:]


def cut_out(rng, data):
    a, b = sorted(rng.integers(0, len(data), 2))
    return data[:a] + data[b:]


def listed_wrongly(rng, data):
    """Change the directory of the zip: sizes, offsets, flags, methods, names."""
    at = data.rindex(b"PK\x05\x06")
    start = struct.unpack("<I", data[at + 16 : at + 20])[0]
    out = bytearray(data)
    for place in rng.integers(start, len(out), int(rng.integers(1, 5))):
        out[place] = int(rng.choice([0, 1, 8, 12, 14, 99, 127, 255, int(rng.integers(256))]))
    return bytes(out)


def swapped(rng, data):
    members = members_of(data)
    a, b = rng.choice(list(members), 2, replace=False)
    members[a], members[b] = members[b], members[a]
    return zipped(members.items()) if rng.random() < 0.5 or MANIFEST in (a, b) else signed(members)


def dropped_or_added(rng, data):
    members = members_of(data)
    if rng.random() < 0.5:
        members.pop(str(rng.choice(list(members))))
    else:
        extra = ["x.npy", "../x.npy", "/tmp/x.npy", "C:\\x.npy", "a/../../x", "x/", "a\0b"]
        members[str(rng.choice(extra))] = npy(np.zeros(3)) if rng.random() < 0.5 else b""
    whole = MANIFEST in members and rng.random() < 0.5
    return signed(members) if whole else zipped(members.items())


def doubled(rng, data):
    entries = list(members_of(data).items())
    name, content = entries[int(rng.integers(len(entries)))]
    other = content if rng.random() < 0.5 else rng.bytes(50)
    entries.insert(int(rng.integers(len(entries) + 1)), (name, other))
    return zipped(entries)


def linked(rng, data):
    """A member that is a symbolic link, as the zip's directory can say."""
    members = members_of(data)
    name = str(rng.choice(list(members)))
    entries = []
    for n, content in members.items():
        info = zipfile.ZipInfo(n)
        if n == name:
            info.external_attr = (stat.S_IFLNK | 0o777) << 16
        entries.append((info, b"/etc/passwd" if n == name else content))
    return zipped(entries)


def nested(rng, data):
    if rng.random() < 0.3:
        return zipped([(MANIFEST, data)])
    members = members_of(data)
    members[str(rng.choice([n for n in members if n != MANIFEST]))] = data
    return signed(members)


def bomb(rng, data):
    """Members of many megabytes that pack into little, or many members."""
    members = members_of(data)
    kind = int(rng.integers(4))
    if kind == 0:
        members[str(rng.choice([n for n in members if n != MANIFEST]))] = npy(np.zeros(10**7))
        return signed(members)
    if kind == 1:
        members[MANIFEST] = b" " * 2 * 10**7 + members[MANIFEST]
    elif kind == 2:
        members |= {f"{i}.npy": b"" for i in range(int(rng.integers(60, 5000)))}
    else:
        members[MANIFEST] = b"[" + b"[],[]," * 10**6 + b"[]]"
    return zipped(members.items())


def pickled(rng, data):
    members = members_of(data)
    name = str(rng.choice([n for n in members if n != MANIFEST]))
    thing = np.array([Opened()], dtype=object)
    members[name] = npy(thing, allow_pickle=True) if rng.random() < 0.5 else pickle.dumps(Opened())
    return signed(members)


def headed(rng, data):
    """Headers of arrays that lie, are huge, or hold what is no dictionary of plain things."""
    members = members_of(data)
    name = str(rng.choice([n for n in members if n != MANIFEST]))
    content = members[name]
    texts = (
        "{'descr': '<f8', 'fortran_order': False, 'shape': (1099511627776,), }",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (-1,), }",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (0, 1099511627776), }",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (True, 2.5), }",
        "{'descr': '|O', 'fortran_order': False, 'shape': (1,), }",
        "{'descr': [('a', '<i8')], 'fortran_order': False, 'shape': (1,), }",
        "{'descr': '<V0', 'fortran_order': False, 'shape': (9999999,), }",
        "{'descr': '>i8', 'fortran_order': True, 'shape': (1,), }",
        "{'descr': __import__('os').system('true'), 'fortran_order': False, 'shape': (1,), }",
        "[" * 9000,
        "(" * 90 + ")" * 90,
        "x" * 60_000,
        "",
    )
    text = texts[int(rng.integers(len(texts)))].encode()
    version = bytes(rng.choice([[1, 0], [1, 0], [2, 0], [3, 0], [9, 9]]).tolist())
    size = struct.pack("<H" if version[0] == 1 else "<I", len(text) + 1)
    members[name] = b"\x93NUMPY" + version + size + text + b"\n" + content[128:]
    return signed(members)


def changed_numbers(rng, data):
    """Other numbers, shapes or types in an array, with the checksum that fits them."""
    members = members_of(data)
    name = str(rng.choice([n for n in members if n != MANIFEST]))
    a = np.load(io.BytesIO(members[name])).copy()
    kind = int(rng.integers(8))
    if kind < 4 and a.size:
        extremes = [0, 1, -1, 2, 63, 64, a.min(), a.max(), a.max() + 1, a.min() - 1]
        if a.dtype.kind == "f":
            extremes += [np.nan, np.inf, -np.inf, -1e-300, 1e308, 0.999999]
        else:
            extremes += [np.iinfo(a.dtype).max, np.iinfo(a.dtype).min]
        with np.errstate(all="ignore"):
            for at in rng.integers(0, a.size, int(rng.choice([1, 1, 2, 20]))):
                near = [a.flat[at] + 1, a.flat[at] - 1, a.flat[at] + 2, a.flat[at] * 2] * 3
                value = [*extremes, *near][int(rng.integers(len(extremes) + len(near)))]
                a.flat[at] = np.array(value).astype(a.dtype)
    elif kind == 4:
        a = rng.permutation(a.ravel()).reshape(a.shape)
    elif kind == 5:
        a = a.astype(
            str(rng.choice(["<i2", "<i4", "<i8", "<f8", "|u1", ">i8", "<f4", "?", "<c16"]))
        )
    elif kind == 6:
        a = [a[:-1], a[:0], a[None], a.ravel(), np.concatenate([a, a]), a[::-1]][rng.integers(6)]
    else:
        a = a.T if a.ndim > 1 else a.reshape(-1, 1)
    members[name] = npy(a)
    return signed(members)


def changed_manifest(rng, data):
    """Something odd at any place of the manifest, with the checksums that fit."""
    members = members_of(data)
    manifest = json.loads(members[MANIFEST])
    node, key = None, None
    at = manifest
    while isinstance(at, dict | list) and at and (node is None or rng.random() < 0.85):
        node = at
        key = str(rng.choice(list(at))) if isinstance(at, dict) else int(rng.integers(len(at)))
        at = node[key]
    kind = int(rng.integers(6))
    if kind == 0:
        del node[key]
    elif kind == 1 and isinstance(node, list):
        node.append(node[key])
    elif kind == 1:
        node[str(rng.choice(["extra", "max_depth", "__class__", "../x"]))] = node[key]
    else:
        node[key] = ODD[int(rng.integers(len(ODD)))]
    text = json.dumps(manifest)
    if kind == 5:
        text = text.replace("null", DEEP, 1)
    if kind == 4 and rng.random() < 0.5:
        text = text[:-1] + ', "cut": 0, "cut": 5}'
    entries = {**members, MANIFEST: text.encode()}
    return zipped(entries.items())


DAMAGES = (flipped, overwritten, truncated, cut_out, listed_wrongly)
ATTACKS = (swapped, dropped_or_added, doubled, linked, nested, bomb, pickled, headed)
EDITS = (changed_numbers, changed_manifest)
KINDS = (*DAMAGES, *ATTACKS, *EDITS, *EDITS)


def watched():
    """Note from now on what only executed code would do."""
    seen = []

    def hook(event, arguments):
        if event in RUNNING or (event == "open" and "w" in str(arguments[1])):
            seen.append((event, str(arguments)))

    sys.addaudithook(hook)
    return seen


def answers(tool, base):
    votes = tool.model_.voter.score(tool.model_.codes.encode(base))
    return votes, tool.tag(base), tool.summary(), tool.card()


def outcome(path, base, expected):
    """Load a file: "refused", "same", or "other" tool that works; anything else raises."""
    from segkit.exceptions import SegkitError
    from segkit.typing_tool import load

    try:
        tool = load(path)
        found = answers(tool, base)
        one = tool.score_one(dict.fromkeys(tool.model_.codes.names))
    except SegkitError:
        return "refused"
    if (found[0] == expected[0]).all() and found[1].equals(expected[1]):
        return "same"
    shares = tool.predict_proba(base)
    if not (np.isfinite(shares).all() and np.allclose(shares.sum(axis=1), 1) and shares.min() >= 0):
        raise ValueError("shares that are none")
    if not np.isclose(sum(one["probabilities"].values()), 1):
        raise ValueError("shares of one person that are none")
    tool.evaluation_.frame(), tool.importance_.frame(), tool.model_.codes.frame()
    return "other"


def limited(megabytes):
    """Refuse this process more memory than it has and so many megabytes on top."""
    import resource

    pages = int(Path("/proc/self/statm").read_text().split()[0])
    most = pages * resource.getpagesize() + megabytes * 2**20
    resource.setrlimit(resource.RLIMIT_AS, (most, most))


def out_of_time(*_):
    raise TimeoutError


def main(file, trials, seed, megabytes):
    import pandas

    from segkit.typing_tool import load

    base = pandas.DataFrame(json.loads(Path(file).with_suffix(".json").read_text("utf-8"))["base"])
    expected, data = answers(load(file), base), Path(file).read_bytes()
    counts = {kind.__name__: Counter() for kind in KINDS}
    warnings.simplefilter("ignore")  # of zip and numpy, about what was changed
    faults = []
    signal.signal(signal.SIGVTALRM, out_of_time)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "tool.segkit")
        if megabytes and sys.platform == "linux":
            limited(megabytes)
        for trial in range(trials):
            kind = KINDS[trial % len(KINDS)]
            changed = kind(np.random.default_rng([seed, trial]), data)
            path.write_bytes(changed)
            seen.clear()
            signal.setitimer(signal.ITIMER_VIRTUAL, SECONDS)
            try:
                counts[kind.__name__][outcome(path, base, expected)] += 1
            except BaseException as error:
                faults.append([trial, kind.__name__, type(error).__name__, str(error)[:200]])
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)
            if seen:
                faults.append([trial, kind.__name__, "ran code", str(seen[:2])])
    sys.stdout.write(json.dumps({"counts": counts, "faults": faults}))


if __name__ == "__main__":
    seen = watched()
    main(sys.argv[1], *map(int, sys.argv[2:]))
