"""Choosing 8 of 41 attitude items of the financial well-being survey, five folds.

The whole of `golden_questions` (the choice on everyone and in each of five folds, whole points,
the accuracy of all items, what each question adds) beside a greedy search of plain logits by
scikit-learn on the same folds. Attitudes are all items but those of money management, outlook
and life; segments are k-means of their z-scores.
"""

import time

import numpy as np
from sklearn.cluster import KMeans
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss

from segkit import datasets
from segkit.typing_tool import golden_questions

NO_ATTITUDES = ("money management", "outlook", "life")
N_QUESTIONS = 8


def attitudes():
    """Return the items, their z-scores and the segments."""
    survey = datasets.fetch_financial_wellbeing()
    book = survey.codebook
    names = [n for n in book.names("item") if book[n].block not in NO_ATTITUDES]
    items = book.clean(survey.answers)[names].astype(float)
    items = items.fillna(items.median())
    z = ((items - items.mean()) / items.std(ddof=0)).to_numpy()
    return items, z, KMeans(4, n_init=20, random_state=0).fit_predict(z)


def greedy(z, segments):
    """Return the items that forward selection by the log loss of plain logits takes."""
    chosen = []
    for _ in range(N_QUESTIONS):
        loss = {}
        for j in set(range(z.shape[1])) - set(chosen):
            own = z[:, [*chosen, j]]
            fitted = LogisticRegression().fit(own, segments)
            loss[j] = log_loss(segments, fitted.predict_proba(own))
        chosen.append(min(loss, key=loss.get))
    return chosen


def peer_hits(z, segments, folds):
    """Return whom the greedy search places right when they are left out."""
    hit = np.empty(len(z), dtype=bool)
    for fold in range(folds.max() + 1):
        train, test = folds != fold, folds == fold
        own = greedy(z[train], segments[train])
        fitted = LogisticRegression().fit(z[train][:, own], segments[train])
        hit[test] = fitted.predict(z[test][:, own]) == segments[test]
    return hit


def cpu_seconds(work):
    """Return what `work` gives and the CPU seconds it took."""
    start = time.process_time()
    result = work()
    return result, time.process_time() - start


def run():
    items, z, segments = attitudes()
    found, own = cpu_seconds(lambda: golden_questions(items, segments, max_items=N_QUESTIONS))
    hit, peer = cpu_seconds(lambda: peer_hits(z, segments, found.folds[0]))
    more = (found.tags[N_QUESTIONS] == segments).astype(float) - hit
    error = 1.96 * more.std() / np.sqrt(len(more))
    return {
        "name": "Choose 8 of 41 questions for 6,394 respondents, five folds",
        "figures": {
            "CPU s": own,
            "ratio to scikit-learn": peer / own,
            "accuracy": found.frame()["accuracy"].iloc[-1],
            "accuracy of all items": found.frame()["ceiling"].iloc[-1],
            "more than the peer, share of people": more.mean(),
            "more than the peer, low": more.mean() - error,
            "more than the peer, high": more.mean() + error,
        },
        "peers": {
            "scikit-learn, greedy": {
                "call": "LogisticRegression().fit for each item, forward by log loss, five folds",
                "figures": {"CPU s": peer, "accuracy": hit.mean()},
                "ran": True,
            }
        },
    }
