"""The promise: `import segkit` is light, and nothing heavy loads before it is used."""

import subprocess
import sys

ROOMS = (
    "survey, datasets, factors, segments, typing_tool, diagnostics, choose, reports, study, plots"
)
HEAVY = {
    "umap",
    "hdbscan",
    "numba",
    "matplotlib.pyplot",
    "duckdb",
    "polars",
    "factor_analyzer",
    "pyspark",
    "dask",
    "onnx",
    "onnxruntime",
}


def output_of(code):
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout


def loaded_by(statement):
    return set(output_of(f"import sys; {statement}; print(*sys.modules)").split())


def cpu_seconds(statement):
    timed = f"import time; t = time.process_time(); {statement}; print(time.process_time() - t)"
    return float(output_of(timed))


def test_importing_segkit_loads_no_room_and_nothing_heavy():
    loaded = loaded_by("import segkit")
    assert loaded & HEAVY == set()
    assert [m for m in loaded if m.startswith("segkit.")] == ["segkit._version"]


def test_importing_every_room_loads_nothing_heavy():
    assert loaded_by(f"from segkit import {ROOMS}") & HEAVY == set()


def test_importing_segkit_costs_at_most_one_and_a_half_times_sklearn():
    assert cpu_seconds("import segkit") <= 1.5 * cpu_seconds("import sklearn")


def test_a_name_of_the_public_face_loads_when_it_is_asked_for():
    names = "s.SegkitError, s.SegkitWarning, s.Study"
    code = f"import segkit as s; print(*(x.__name__ for x in ({names})))"
    assert output_of(code).split() == ["SegkitError", "SegkitWarning", "Study"]


def test_importing_changes_no_global_setting_and_prints_nothing():
    # scipy and scikit-learn set filters of their own when they are imported
    code = f"""
import matplotlib, pandas, scipy.sparse, scipy.special, sklearn.cluster, warnings, numpy as np
def state():
    return dict(matplotlib.rcParams), list(warnings.filters), np.geterr(), np.get_printoptions()
before = state()
from segkit import {ROOMS}
assert state() == before
"""
    assert output_of(code) == ""
