"""Fit a typing tool with its honest figures: 3,000 respondents of the made study, 11 fields.

The peer does the same job by hand with scikit-learn: fields to numbers (ordinal codes of text),
a random forest of as many trees and leaves, calibrated in an inner cross-validation, its
accuracy from five outer folds, then fitted on everyone. It leaves out what the tool also does:
intervals, importance of fields, prediction sets, typing error for the sizes, a coverage curve.
"""

import time
import warnings

import numpy as np
from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import make_column_transformer
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import cohen_kappa_score
from sklearn.model_selection import cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OrdinalEncoder

from segkit import datasets
from segkit.typing_tool import TypingTool


def cpu_seconds(work):
    """Return what `work` gives and the CPU seconds it took."""
    start = time.process_time()
    result = work()
    return result, time.process_time() - start


def plain(fields):
    """Return the fields in the types that scikit-learn takes; not part of the time."""
    numbers = [c for c in fields if fields[c].dtype.kind in "iufb"]
    out = fields.astype(dict.fromkeys(numbers, float))
    rest = [c for c in fields if c not in numbers]
    return out.assign(**{c: fields[c].astype(object).where(fields[c].notna(), "gap") for c in rest})


def by_hand(fields, labels, n_trees):
    """Return out-of-fold tags and the fitted pipeline, the way of scikit-learn's guide."""
    text = [c for c in fields if fields[c].dtype.kind != "f"]
    coder = OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1)
    forest = RandomForestClassifier(n_trees, max_leaf_nodes=64, min_samples_leaf=5, random_state=0)
    pipeline = make_pipeline(
        make_column_transformer((coder, text), remainder="passthrough"),
        CalibratedClassifierCV(forest, method="sigmoid", cv=5),
    )
    tags = cross_val_predict(pipeline, fields, labels, cv=5)
    return tags, pipeline.fit(fields, labels)


def run():
    study = datasets.make_payments_study(n_respondents=3000, n_customers=50_000, random_state=0)
    labels = study.truth.respondents
    tool, own = cpu_seconds(lambda: TypingTool().fit(study.fields, labels))
    given, base = plain(study.fields), plain(study.base[list(study.fields)])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the peer's libraries about each other
        (tags, peer), theirs = cpu_seconds(
            lambda: by_hand(given, labels, tool.model_.forest.n_trees)
        )
        peer_right = np.mean(peer.predict(base) == study.truth.customers)
    right = np.mean(tool.predict(study.base) == study.truth.customers)
    figures = tool.evaluation_
    return {
        "name": "Fit a typing tool and evaluate it: 3,000 respondents, 11 fields, 5 folds",
        "figures": {
            "trees": tool.model_.forest.n_trees,
            "fit and evaluation, CPU s": own,
            "scikit-learn's CPU s to ours": theirs / own,
            "accuracy it reports": figures.accuracy,
            "accuracy on 50,000 fresh customers": right,
            "kappa it reports": figures.kappa,
        },
        "peers": {
            "scikit-learn": {
                "call": "cross_val_predict(CalibratedClassifierCV(RandomForestClassifier(same "
                "trees, max_leaf_nodes=64), cv=5), cv=5), then fit",
                "figures": {
                    "fit and evaluation, CPU s": theirs,
                    "accuracy it reports": np.mean(tags == labels),
                    "accuracy on 50,000 fresh customers": peer_right,
                    "kappa it reports": cohen_kappa_score(labels, tags),
                },
                "ran": True,
            }
        },
    }
