import importlib
import warnings

import numpy as np
import pandas as pd
import pytest
from sklearn.cluster import KMeans

from segkit import choose
from segkit.choose.constraints import read_constraints
from segkit.choose.material import read_material
from segkit.choose.outside import check_outside
from segkit.exceptions import SegkitError

X = np.random.default_rng(0).normal(size=(60, 2))
GOOD = pd.DataFrame({"age": np.arange(60) % 50, "plan": ["a", "b"] * 30})
WRONG = [
    ({"fields": GOOD.head(5)}, "fields has 5 rows but X has 60"),
    ({"fields": GOOD.assign(late=np.nan)}, "`late` in fields holds no value at all"),
    ({"fields": GOOD.assign(customer_id=range(60))}, "`customer_id` has 60 different values"),
    ({"questions": GOOD[["age"]].head(5)}, "questions has 5 rows but X has 60"),
    ({"questions": GOOD}, "`plan` in questions"),
    ({"outcomes": GOOD.head(5)}, "outcomes has 5 rows but X has 60"),
]


@pytest.mark.parametrize(("given", "message"), WRONG)
def test_a_mistake_is_told_before_anything_long_begins(given, message, monkeypatch):
    monkeypatch.setattr(importlib.import_module("segkit.choose.compare"), "fit_all", None)
    with pytest.raises(SegkitError, match=message):
        choose.compare(X, [KMeans(n_init=1)], **given)


def test_what_is_excluded_or_constant_is_no_mistake():
    limits = read_constraints({"excluded_fields": ["late"]})
    material = read_material(X, None, None)
    fields = GOOD.assign(late=np.nan, country="CH")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        check_outside(fields, GOOD[["age"]], GOOD, limits, material)
        check_outside(None, None, None, limits, material)
