from pathlib import Path

import pandas as pd
import pytest

from segkit.exceptions import SegkitError
from segkit.study.config import StudyConfig
from segkit.study.reference import reference_of


def test_days_are_compared_with_the_tagged_base_which_is_not_read():
    config = StudyConfig(name="acme", base="base.parquet")
    assert reference_of(config, Path("absent.parquet")) == (Path("absent.parquet"), None)


def test_respondents_whom_the_tool_knows_are_no_reference():
    assert reference_of(StudyConfig(name="acme"), Path("absent.parquet")) == (None, None)


def test_weights_of_the_base_come_along(tmp_path):
    path = tmp_path / "tagged.parquet"
    pd.DataFrame({"age": [30, 40], "w": [1, 3]}).to_parquet(path)
    config = StudyConfig(name="acme", base="base.parquet", base_weight="w")
    reference, weights = reference_of(config, path)
    assert reference == path
    assert weights.tolist() == [1.0, 3.0]
    with pytest.raises(SegkitError, match="`v`"):
        reference_of(StudyConfig(name="acme", base="base.parquet", base_weight="v"), path)
