import re

import numpy as np

from segkit.datasets.made.archetypes import CASTS
from segkit.datasets.made.verbatims import write_verbatims


def write(n=4000, segment=0, careless="", seed=0):
    kinds = np.full(n, careless, dtype="<U11")
    segments = np.full(n, segment)
    return write_verbatims(CASTS[6], segments, kinds, np.random.default_rng(seed))


def test_a_third_writes_nothing():
    texts = write()
    silent = np.mean([t is None for t in texts])
    assert 0.3 < silent < 0.36
    written = {t for t in texts if t is not None}
    assert len(written) > 500
    assert not any("{" in t for t in written)


def test_segments_complain_of_different_things():
    about = [" ".join(t for t in write(500, s) if t) for s in range(6)]
    assert about[0].count("agreement") > 3 * about[4].count("agreement")
    assert about[2].count("wrong") > 3 * about[1].count("wrong")


def test_careless_respondents_write_next_to_nothing():
    texts = write(careless="random")
    assert np.mean([t is None for t in texts]) > 0.7
    assert max(len(t) for t in texts if t) < 6


def test_some_leave_personal_data_that_belongs_to_nobody():
    texts = [t for t in write() if t]
    mails = [m for t in texts for m in re.findall(r"[\w.]+@[\w.]+", t)]
    calls = [m for t in texts for m in re.findall(r"\+1 202 555 01\d\d", t)]
    assert len(mails) > 10
    assert len(calls) > 5
    assert all(m.rstrip(".").endswith("@example.com") for m in mails)
