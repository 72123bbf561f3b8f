import pickle

import numpy as np
import pytest

from segkit.typing_tool.base.frames import workers
from segkit.typing_tool.base.frames.workers import SavedTool


def test_a_tool_is_read_once_a_worker_and_tags_the_same(shy_tool, people):
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame(people(300, seed=13).columns)
    workers._read.cache_clear()
    saved = SavedTool(shy_tool._saved())
    for _ in range(3):
        # each task gets a copy of its own
        tagger = pickle.loads(pickle.dumps(saved)).tagger()
    assert workers._read.cache_info().misses == 1
    assert tagger.n_jobs == 1
    tagged, _ = tagger.tag_part(frame)
    pandas.testing.assert_frame_equal(tagged, shy_tool.tag(frame))


def test_what_travels_is_the_file_alone(shy_tool):
    saved = SavedTool(shy_tool._saved())
    assert saved.data[:2] == b"PK"
    assert len(pickle.dumps(saved)) < len(saved.data) + 200


def test_prediction_sets_travel_with_it(shy_tool, people):
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame(people(300, seed=13).columns)
    tagged, _ = SavedTool(shy_tool._saved(), 0.8).tagger().tag_part(frame)
    pandas.testing.assert_frame_equal(tagged, shy_tool.tag(frame, sets=0.8))


def test_a_worker_without_numba_gives_the_same_votes_and_tags(big, monkeypatch):
    codes = big.tool.model_.codes.encode(big.base)
    votes = big.tool.model_.forest.score(codes)
    for module in ("models.engine", "models.calibration", "base.repeats", "coding.field_code"):
        monkeypatch.setattr(f"segkit.typing_tool.{module}.loops", lambda n_rows: None)
    np.testing.assert_array_equal(big.tool.model_.codes.encode(big.base), codes)
    np.testing.assert_array_equal(big.tool.model_.forest.score(codes), votes)
    assert big.tags_of(big.tool.tag(big.base)) == big.tags
