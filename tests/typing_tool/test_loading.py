import numpy as np
import pytest

from segkit.exceptions import SegkitError
from segkit.typing_tool import TypingTool, load


def test_a_loaded_tool_has_the_settings_and_answers_of_the_saved_one(small_tool, people, tmp_path):
    pandas = pytest.importorskip("pandas")
    base = pandas.DataFrame(people(100, seed=3).columns)
    again = load(small_tool.save(tmp_path / "tool.segkit"))
    assert again.get_params() == small_tool.get_params()
    assert list(again.feature_names_in_) == list(small_tool.feature_names_in_)
    np.testing.assert_array_equal(again.predict_proba(base), small_tool.predict_proba(base))


def test_a_tool_of_arrays_comes_back_without_names(tmp_path):
    X = np.arange(80, dtype=float).reshape(40, 2)
    tool = TypingTool(n_trees=5, n_folds=2).fit(X, np.arange(40) // 20)
    again = load(tool.save(tmp_path / "tool.segkit"))
    assert not hasattr(again, "feature_names_in_")
    np.testing.assert_array_equal(again.predict(X), tool.predict(X))


def test_a_setting_that_no_tool_has_is_refused(small_tool, tmp_path, monkeypatch):
    odd = small_tool.get_params() | {"n_wheels": 4}
    monkeypatch.setattr(type(small_tool), "get_params", lambda self, deep=True: odd)
    path = small_tool.save(tmp_path / "tool.segkit")
    monkeypatch.undo()
    with pytest.raises(SegkitError, match="it has a setting 'n_wheels' that no tool has"):
        load(path)


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(SegkitError, match="nowhere"):
        load(tmp_path / "nowhere.segkit")
