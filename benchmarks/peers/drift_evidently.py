"""CPU seconds of Evidently's drift report: the first half of the rows against the second.

    python drift_evidently.py table.csv repeats result.csv

Prints the seconds of each repeat, the number of drifted columns and the version; reading the table
and the start of Python are left out, and so is drawing the report.
"""

import sys
import time
import warnings
from importlib.metadata import version

import pandas as pd
from evidently import Report
from evidently.presets import DataDriftPreset

warnings.simplefilter("ignore")
table = pd.read_csv(sys.argv[1])
half = len(table) // 2
reference, current = table.iloc[:half], table.iloc[half:].reset_index(drop=True)
seconds = []
for _ in range(int(sys.argv[2])):
    start = time.process_time()
    result = Report([DataDriftPreset()]).run(current, reference).dict()
    seconds.append(time.process_time() - start)
print("seconds", *seconds)
print("drifted", result["metrics"][0]["value"]["count"])
print("evidently", version("evidently"))
