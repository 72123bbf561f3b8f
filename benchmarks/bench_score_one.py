"""One customer at a time, as in a call centre: 200 trees, 10 and 40 fields, 4 segments.

`score_one` takes the customer's fields as they are (numbers, text, gaps) and gives tag,
probabilities and reason. The peer, scikit-learn's random forest of as many trees and leaves,
gets the same customers as a row of numbers that are coded already, and gives probabilities.
"""

import statistics
import time

import numpy as np
import pandas as pd
from sklearn.ensemble import RandomForestClassifier

from segkit.typing_tool import TypingTool

N_RESPONDENTS = 2000
N_CUSTOMERS = 300
PEER_CUSTOMERS = 60


def people(n, n_fields, rng):
    """Draw fields, four numbers to one text, and the segments that lean on them."""
    numbers = rng.normal(size=(n, n_fields))
    signal = numbers[:, :4] + rng.normal(size=(n, 4))
    frame = pd.DataFrame({f"field_{j}": numbers[:, j] for j in range(n_fields)})
    for j in range(4, n_fields, 5):
        frame[f"field_{j}"] = np.array(["low", "middle", "high"])[
            np.digitize(numbers[:, j], [-1, 1])
        ]
    frame = frame.mask(rng.random(frame.shape) < 0.03)
    return frame, signal.argmax(axis=1)


def milliseconds(action, customers):
    """Return the median CPU milliseconds of a call, after a few calls to warm up."""
    taken = []
    for at, customer in enumerate([*customers[:10], *customers]):
        start = time.process_time()
        action(customer)
        if at >= 10:
            taken.append(1000 * (time.process_time() - start))
    return statistics.median(taken)


def measured(n_fields):
    """Return CPU milliseconds of ours and of the peer, and the trees."""
    rng = np.random.default_rng(0)
    fields, segments = people(N_RESPONDENTS, n_fields, rng)
    base, _ = people(N_CUSTOMERS, n_fields, rng)
    tool = TypingTool(n_folds=2).fit(fields, segments)
    customers = base.astype(object).where(base.notna(), None).to_dict("records")
    own = milliseconds(tool.score_one, customers)
    encode = tool.model_.codes.encode
    n_trees = tool.model_.forest.n_trees
    peer = RandomForestClassifier(n_trees, max_leaf_nodes=64, min_samples_leaf=5, random_state=0)
    peer.fit(encode(fields).astype(np.float32), segments)
    rows = [row[None] for row in encode(base).astype(np.float32)[:PEER_CUSTOMERS]]
    return own, milliseconds(peer.predict_proba, rows), n_trees


def run():
    figures, theirs = {}, {}
    for n_fields in (10, 40):
        own, peer, n_trees = measured(n_fields)
        figures[f"{n_fields} fields, trees"] = n_trees
        figures[f"{n_fields} fields, CPU ms a customer (promised: below 1)"] = own
        figures[f"{n_fields} fields, scikit-learn's CPU ms to ours"] = peer / own
        theirs[f"{n_fields} fields, CPU ms a customer"] = peer
    return {
        "name": "Type one customer, fields in, tag and probabilities out (median)",
        "figures": figures,
        "peers": {
            "scikit-learn": {
                "call": "RandomForestClassifier(same trees, max_leaf_nodes=64).predict_proba(row "
                "of codes)",
                "figures": theirs,
                "ran": True,
            }
        },
    }
