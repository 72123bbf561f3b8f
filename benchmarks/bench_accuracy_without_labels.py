"""The typing tool's accuracy in bases of other people, estimated without labels.

Ten made studies, and of each base three draws of customers who lean to another channel, age or
number of products; people with the same fields belong where they did. Beside it CBPE of NannyML
(NANNYML_PYTHON names an interpreter that has it) with the same probabilities of the customers; its
reference are the respondents with the probabilities of tools that did not know them.
"""

import numpy as np
import pandas as pd
from beside import run_python

from segkit import datasets
from segkit.diagnostics import drift
from segkit.typing_tool import TypingTool

SEEDS, RESPONDENTS, CUSTOMERS, DRAWN, FOLDS = 10, 3000, 40_000, 8000, 5
LEANINGS = {
    "channel": lambda base: np.where(base["app_logins_30d"].isna(), -1.0, 1.0),
    "age": lambda base: ((base["age"].astype(float) - 45) / 17).fillna(0).to_numpy(),
    "products": lambda base: ((base["products"].astype(float) - 2) / 2).fillna(0).to_numpy(),
}


def tool_of(fields, segments):
    return TypingTool(n_trees=40).fit(fields, segments)


def rows_of(case, period, stated, segments=None):
    """Return what NannyML is given of some people."""
    table = pd.DataFrame(stated, columns=[f"p_{k}" for k in range(stated.shape[1])])
    tags = stated.argmax(axis=1)
    return table.assign(case=case, period=period, tag=tags, segment=segments)


def unknown_to_the_tool(fields, segments, seed):
    """Return each respondent's probabilities by a tool that the others taught."""
    fold = np.random.default_rng(seed).permutation(len(fields)) % FOLDS
    stated = np.zeros((len(fields), len(np.unique(segments))))
    for k in range(FOLDS):
        tool = tool_of(fields[fold != k], segments[fold != k])
        stated[fold == k] = tool.predict_proba(fields[fold == k])
    return stated


def cases_of(seed):
    """Yield a case, its truth, our estimate, the plain mean probability, and NannyML's rows."""
    made = datasets.make_payments_study(RESPONDENTS, CUSTOMERS, random_state=seed)
    labels = np.asarray(made.truth.respondents)
    tool = tool_of(made.fields, labels)
    known = unknown_to_the_tool(made.fields, labels, seed)
    strange = ~made.base["customer_id"].isin(made.links["customer_id"]).to_numpy()
    base = made.base[strange].drop(columns="customer_id")
    truth = np.asarray(made.truth.customers)[strange]
    rng = np.random.default_rng(seed)
    for leaning, lean in LEANINGS.items():
        chance = np.exp(lean(base))
        drawn = rng.choice(len(base), DRAWN, replace=False, p=chance / chance.sum())
        current = base.iloc[drawn].reset_index(drop=True)
        stated = tool.predict_proba(current)
        case = f"{seed} {leaning}"
        right = float((tool.classes_[stated.argmax(axis=1)] == truth[drawn]).mean())
        ours = float(drift(made.fields, current, tool).accuracy["accuracy"].iloc[1])
        given = [rows_of(case, "reference", known, labels), rows_of(case, "analysis", stated)]
        yield case, right, ours, float(stated.max(axis=1).mean()), pd.concat(given)


def errors(what, estimates, truth):
    away = 100 * (np.asarray(estimates) - np.asarray(truth))
    return {
        f"{what}, mean size of the error, points": float(np.abs(away).mean()),
        f"{what}, mean error, points": float(away.mean()),
        f"{what}, largest error, points": float(np.abs(away).max()),
        f"{what}, share within two points": float((np.abs(away) <= 2).mean()),
    }


def run():
    names, truth, ours, plain, given = zip(
        *(case for seed in range(SEEDS) for case in cases_of(seed)), strict=True
    )
    figures = {"bases": len(names)} | errors("drift", ours, truth)
    figures |= errors("mean probability alone", plain, truth)
    nannyml = run_python("accuracy_nannyml.py", pd.concat(given), 1, "NANNYML_PYTHON")
    peer = nannyml.peer("CBPE(['accuracy'], ...).fit(reference).estimate(base)", "CPU s")
    if nannyml.result is not None:
        found = nannyml.result.set_index("case")["accuracy"]
        peer["figures"] |= errors("CBPE", found[list(names)], truth)
    return {
        "name": f"Accuracy without labels in bases of other people ({RESPONDENTS:,} respondents, "
        f"{DRAWN:,} customers)",
        "figures": figures,
        "peers": {"NannyML": peer},
    }
