import numpy as np
import pytest

from segkit.exceptions import SegkitError


def test_sizes_are_those_of_the_sets_in_frames_and_files(small_tool, frame_kind, people, tmp_path):
    polars = pytest.importorskip("polars")
    columns = people(900, seed=3).columns
    base = frame_kind.make(columns)
    found = small_tool.set_sizes(base, 0.8)
    sizes = small_tool.prediction_set(base, 0.8).sum(axis=1)
    assert found.table["n"] == [int((sizes == s).sum()) for s in (1, 2, 3)]
    assert found.mean == pytest.approx(sizes.mean())
    assert type(found.frame()) is type(base)
    polars.DataFrame(columns).write_parquet(tmp_path / "base.parquet")
    assert small_tool.set_sizes(tmp_path / "base.parquet", 0.8).table == found.table
    assert "of 900 customers, all 3 for" in found.summary()
    assert "on average" in found.plot().get_title(loc="left")


def test_surer_sets_are_larger_and_shares_are_asked_for(small_tool, people):
    pandas = pytest.importorskip("pandas")
    base = pandas.DataFrame(people(300, seed=3).columns)
    means = [small_tool.set_sizes(base, c).mean for c in (0.5, 0.8, 0.95)]
    assert np.all(np.diff(means) > 0)
    with pytest.raises(SegkitError, match=r"coverage=2 was given; expected a share"):
        small_tool.set_sizes(base, 2)
    with pytest.raises(SegkitError, match="re-weighted to the sizes of a base, and set_sizes"):
        small_tool.reweighted([0.2, 0.2, 0.6]).set_sizes(base)
