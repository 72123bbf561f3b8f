"""CPU seconds of NannyML's univariate drift: the first half of the rows against the second.

    python drift_nannyml.py table.csv repeats result.csv

Prints the seconds of each repeat, first with the distance it takes when none is asked for, then
with three, and the version; reading the table and the start of Python are left out. It needs
statsmodels beside it, which it does not ask for.
"""

import os
import statistics
import sys
import time
import warnings
from importlib.metadata import version

os.environ["NML_DISABLE_USAGE_LOGGING"] = "1"  # read on import: it reports its use to a server

import nannyml
import pandas as pd

warnings.simplefilter("ignore")
table = pd.read_csv(sys.argv[1])
half = len(table) // 2
reference, current = table.iloc[:half], table.iloc[half:].reset_index(drop=True)


def seconds_of(methods: list[str]) -> list[float]:
    seconds = []
    for _ in range(int(sys.argv[2])):
        start = time.process_time()
        nannyml.UnivariateDriftCalculator(
            column_names=list(table.columns), continuous_methods=methods, chunk_number=1
        ).fit(reference).calculate(current)
        seconds.append(time.process_time() - start)
    return seconds


print("seconds", *seconds_of(["jensen_shannon"]))
three = seconds_of(["jensen_shannon", "kolmogorov_smirnov", "wasserstein"])
print("three", statistics.median(three))
print("nannyml", version("nannyml"))
