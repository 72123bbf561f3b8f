"""Bootstrap intervals of the loadings of the 25 bfi items on 5 factors, ordinal and Pearson.

R's psych runs beside it, on the same answers in the same minute, where Rscript and psych are
installed (`peers/loading_intervals.R`): the CPU seconds that one more bootstrap sample costs.
"""

from beside import bfi_answers, median_cpu, run_r

from segkit import factors

SAMPLES = 200
CALLS = {
    "polychoric": "psych::fa(answers, 5, cor = 'poly', n.iter = 2), less the same without n.iter",
    "pearson": "psych::fa(answers, 5, n.iter = 20), less the same without n.iter",
}


def run() -> dict:
    table, name = bfi_answers()
    figures, peers = {}, {}
    for kind, call in CALLS.items():
        model = factors.FactorModel(5, kind).fit(table)
        ours = median_cpu(lambda model=model: model.loading_intervals(SAMPLES), 1)
        figures[f"{kind}, {SAMPLES} samples, CPU s"] = ours
        psych = run_r(f"loading_intervals_{kind}.R", table, 1)
        if not psych.fault:  # a ratio is told only of figures measured side by side
            figures[f"{kind}, psych's CPU s a sample to ours"] = psych.seconds / (ours / SAMPLES)
        peers[f"R psych, {kind}"] = psych.peer(call, "one sample, CPU s")
    n, p = table.shape
    return {
        "name": f"Loading intervals, {name}: {p} items of {n:,} people on 5 factors",
        "figures": figures,
        "peers": peers,
    }
