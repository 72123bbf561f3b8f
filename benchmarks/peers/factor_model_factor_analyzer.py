"""CPU seconds of factor_analyzer: five factors by minres and oblimin, with the weights of scores.

    python factor_model_factor_analyzer.py answers.csv repeats result.csv

Prints the seconds of each repeat and the versions, and writes the loadings; the start of Python
is left out. It needs scikit-learn below 1.6.
"""

import sys
import time
import warnings
from importlib.metadata import version

import pandas as pd
from factor_analyzer import FactorAnalyzer

warnings.simplefilter("ignore")
answers = pd.read_csv(sys.argv[1])
answers = answers.fillna(answers.mean())  # it knows no pairwise correlations
seconds = []
for _ in range(int(sys.argv[2])):
    start = time.process_time()
    model = FactorAnalyzer(n_factors=5, rotation="oblimin", method="minres").fit(answers)
    seconds.append(time.process_time() - start)
pd.DataFrame(model.loadings_).to_csv(sys.argv[3], index=False)
print("seconds", *seconds)
print("factor-analyzer", version("factor-analyzer"))
print("scikit-learn", version("scikit-learn"))
