"""Choosing 8 of 41 attitude items of the financial well-being survey, five times five folds.

The whole of `golden_questions` (the choice on everyone and in each fold, whole points, the
accuracy of all items, what each question adds) beside a greedy search of plain logits by
scikit-learn on the same folds. Attitudes are all items but those of money management, outlook
and life; segments are k-means of their z-scores. Respondents are dealt out to folds five times.

A third column of figures is the plain logit on the items that segkit chooses in each training
part: what the choice is worth by itself, without the points.
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
N_DEALS = 5


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


def ours(items, segments):
    """Return the places of the items that segkit chooses from respondents."""
    found = golden_questions(items, segments, max_items=N_QUESTIONS, n_folds=2)
    return [items.columns.get_loc(name) for name in found.items(N_QUESTIONS)]


def left_out(choose, z, segments, folds):
    """Return whom a plain logit on chosen items places right when they are left out."""
    hit = np.empty(len(z))
    for fold in range(folds.max() + 1):
        train, test = folds != fold, folds == fold
        own = choose(train)
        fitted = LogisticRegression().fit(z[train][:, own], segments[train])
        hit[test] = fitted.predict(z[test][:, own]) == segments[test]
    return hit


def cpu_seconds(work):
    """Return what `work` gives and the CPU seconds it took."""
    start = time.process_time()
    result = work()
    return result, time.process_time() - start


def deal(items, z, segments, seed):
    """Return who is placed right in one deal of the folds, each way, and the CPU seconds."""
    found, own = cpu_seconds(
        lambda: golden_questions(items, segments, max_items=N_QUESTIONS, random_state=seed)
    )
    folds = found.folds[0]
    peer_hit, peer = cpu_seconds(
        lambda: left_out(lambda part: greedy(z[part], segments[part]), z, segments, folds)
    )
    choice = left_out(lambda part: ours(items[part], segments[part]), z, segments, folds)
    own_hit = (found.tags[N_QUESTIONS] == segments).astype(float)
    ceiling = found.frame()["ceiling"].iloc[-1]
    return (own_hit, choice, peer_hit), (own, peer), ceiling


def difference(name, more):
    """Return a mean over deals and respondents with its interval over respondents."""
    each = more.mean(axis=0)
    error = 1.96 * each.std() / np.sqrt(each.size)
    return {
        name: each.mean(),
        f"{name}, low": each.mean() - error,
        f"{name}, high": each.mean() + error,
    }


def run():
    items, z, segments = attitudes()
    deals = [deal(items, z, segments, seed) for seed in range(N_DEALS)]
    own, choice, peer = (np.stack([d[0][i] for d in deals]) for i in range(3))
    seconds, peer_seconds = (float(np.mean([d[1][i] for d in deals])) for i in range(2))
    return {
        "name": "Choose 8 of 41 questions for 6,394 respondents, five times five folds",
        "figures": {
            "CPU s a deal": seconds,
            "ratio to scikit-learn": peer_seconds / seconds,
            "accuracy": own.mean(),
            "accuracy of all items": float(np.mean([d[2] for d in deals])),
            **difference("more than the peer, share of people", own - peer),
            **difference("more by the choice alone, share of people", choice - peer),
        },
        "peers": {
            "scikit-learn, greedy": {
                "call": "LogisticRegression().fit for each item, forward by log loss, five folds",
                "figures": {"CPU s a deal": peer_seconds, "accuracy": peer.mean()},
                "ran": True,
            }
        },
    }
