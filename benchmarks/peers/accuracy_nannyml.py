"""Accuracy without labels by NannyML (CBPE), case by case.

    python accuracy_nannyml.py table.csv repeats result.csv

The table has a case and a period (reference, analysis), probabilities p_0, p_1, ..., the tag, and
the segment, which only rows of the reference have. Prints the seconds of each repeat, all cases
together, and the version, and writes the estimated accuracy of each case.
"""

import os
import sys
import time
import warnings
from importlib.metadata import version

os.environ["NML_DISABLE_USAGE_LOGGING"] = "1"  # read on import: it reports its use to a server

import nannyml
import pandas as pd

warnings.simplefilter("ignore")
table = pd.read_csv(sys.argv[1])
stated = {int(c[2:]): c for c in table.columns if c.startswith("p_")}


def estimated(case: pd.DataFrame) -> float:
    parts = {p: rows.reset_index(drop=True) for p, rows in case.groupby("period")}
    reference = parts["reference"].astype({"segment": int, "tag": int})
    current = parts["analysis"].drop(columns="segment").astype({"tag": int})
    found = nannyml.CBPE(
        metrics=["accuracy"],
        y_pred_proba=stated,
        y_pred="tag",
        y_true="segment",
        problem_type="classification_multiclass",
        chunk_number=1,
    )
    frame = found.fit(reference).estimate(current).filter(period="analysis").to_df()
    return float(frame[("accuracy", "value")].iloc[0])


seconds = []
for _ in range(int(sys.argv[2])):
    start = time.process_time()
    values = {name: estimated(case) for name, case in table.groupby("case")}
    seconds.append(time.process_time() - start)
pd.DataFrame({"case": list(values), "accuracy": list(values.values())}).to_csv(
    sys.argv[3], index=False
)
print("seconds", *seconds)
print("nannyml", version("nannyml"))
