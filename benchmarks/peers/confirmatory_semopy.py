"""CPU seconds of semopy's confirmatory factor analysis: five factors of five items each.

    python confirmatory_semopy.py answers.csv repeats result.csv

Prints the seconds of each repeat, chi-square and the version; the start of Python is left out.
"""

import sys
import time
from importlib.metadata import version

import pandas as pd
import semopy

answers = pd.read_csv(sys.argv[1]).drop(columns="group")
sets = [list(answers.columns[k : k + 5]) for k in range(0, 25, 5)]
text = "\n".join(f"f{k + 1} =~ {' + '.join(items)}" for k, items in enumerate(sets))
seconds = []
for _ in range(int(sys.argv[2])):
    start = time.process_time()
    model = semopy.Model(text)
    model.fit(answers)
    semopy.calc_stats(model)
    seconds.append(time.process_time() - start)
print("seconds", *seconds)
print("chi2", float(semopy.calc_stats(model)["chi2"].iloc[0]))
print("semopy", version("semopy"))
