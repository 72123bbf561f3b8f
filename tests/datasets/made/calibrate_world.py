"""How ANSWER_SCALE and FIELD_SCALE were found; run by hand, prints them.

Bisection on the oracle's expected accuracy over people drawn with one fixed seed, so that
the accuracy is a smooth function of the scale.
"""

import sys

import numpy as np
from scipy.optimize import brentq

from segkit.datasets.made.answers import answer_items, draw_minds, leave_gaps
from segkit.datasets.made.fields import field_model
from segkit.datasets.made.oracle import answers_posterior, fields_posterior, oracle_score
from segkit.datasets.made.people import draw_people
from segkit.datasets.made.world import make_world

FROM_ANSWERS, FROM_FIELDS = 0.89, 0.575


def answers_accuracy(k: int, scale: float, n: int, n_points: int = 32, seed: int = 1) -> float:
    world = make_world(k, scale)
    rng = np.random.default_rng(seed)
    segments = rng.choice(k, n, p=world.shares)
    minds = draw_minds(world, segments, rng)
    answers = answer_items(world, minds, rng)
    answers[leave_gaps(48, minds, rng)] = 0
    return oracle_score(answers_posterior(world, answers, n_points=n_points), segments).accuracy


def fields_accuracy(k: int, scale: float, n: int, seed: int = 1) -> float:
    world, model = make_world(k), field_model(k, scale)
    people = draw_people(model, world.shares, n, seed)
    return oracle_score(fields_posterior(world, model, people.codes), people.segments).accuracy


def solved(accuracy, k: int, n: int, wanted: float, low: float, high: float) -> float:
    return brentq(lambda scale: accuracy(k, scale, n) - wanted, low, high, xtol=0.004)


if __name__ == "__main__":
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    for k in (3, 4, 5, 6):
        answers = solved(answers_accuracy, k, n, FROM_ANSWERS, 0.7, 1.6)
        fields = solved(fields_accuracy, k, 5 * n, FROM_FIELDS, 0.4, 1.2)
        sys.stdout.write(f"{k} segments: answers {answers:.3f}, fields {fields:.3f}\n")
        sys.stdout.flush()
