"""Published data that several tests of the room share."""

import json
from pathlib import Path

import numpy as np
import pytest

THREE_STEP = Path(__file__).parents[1] / "reference" / "three_step.json"


@pytest.fixture(scope="session")
def three_step():
    """The figures of other programs on classification errors and three-step estimates."""
    return json.loads(THREE_STEP.read_text())


@pytest.fixture(scope="session")
def cheating(three_step):
    """Four items and the grade (missing: NaN) of 319 students, a row each."""
    rows = three_step["cheating"]["rows"]
    count = [r[2] for r in rows]
    items = np.array([[float(c) for c in r[0]] for r in rows])
    grade = np.array([float(r[1]) or np.nan for r in rows])
    return np.repeat(items, count, axis=0), np.repeat(grade, count)
