"""The figures of fitted candidates, as columns: one entry a candidate."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy.stats import t as student

from segkit._frames import column_names, select, take
from segkit._progress import track
from segkit.choose.candidates import Fitted
from segkit.choose.constraints import Constraints
from segkit.choose.effects import effect, read_outcomes
from segkit.choose.front import on_front
from segkit.choose.joint_structure import joint_structure
from segkit.choose.material import Material
from segkit.choose.model_criteria import model_criteria
from segkit.choose.questions import N_QUESTIONS, few_questions, read_questions
from segkit.choose.sampling import Sampled
from segkit.choose.separation import separation
from segkit.choose.store import NOTHING_KEPT, Store, of_candidate
from segkit.choose.typability import typable_fields, typed_kappa

__all__ = [
    "Columns",
    "choice_columns",
    "figure_columns",
    "structure_columns",
    "typing_columns",
]

Columns = dict[str, Any]


def figure_columns(
    fitted: Sequence[Fitted], samples: Sequence[Sampled], material: Material, outcomes: Any
) -> Columns:
    """Return what every comparison shows: names, separation, stability, sizes, criteria, effects.

    Parameters
    ----------
    fitted : sequence of Fitted
        The candidates.
    samples : sequence of Sampled
        What the bootstrap samples say of each.
    material : Material
        The tables.
    outcomes : frame or None
        Outside variables.

    Returns
    -------
    dict
    """
    return {
        **_names(fitted),
        **_separation(fitted, material),
        **_stability(samples),
        **_sizes(fitted, material.w),
        **_criteria(fitted, material),
        **_effects(fitted, material, outcomes),
    }


def typing_columns(
    fitted: Sequence[Fitted],
    material: Material,
    fields: Any,
    limits: Constraints,
    questions: Any,
    seed: int,
    store: Store = NOTHING_KEPT,
) -> Columns:
    """Return how well fields, and the best few questions, tell the segments.

    Parameters
    ----------
    fitted : sequence of Fitted
        The candidates.
    material : Material
        The tables.
    fields : frame or None
        What the base knows.
    limits : Constraints
        With the fields that may not type anybody.
    questions : frame or None
        Items that a later survey could ask.
    seed : int
        The seed.
    store : Store
        What earlier calls found.

    Returns
    -------
    dict
        typability, NaN without fields; questions, where they were given.
    """
    out = {"typability": np.full(len(fitted), np.nan)}
    if fields is not None:
        table = typable_fields(fields, limits.excluded_fields, material.n_rows)
        table = take(table, material.rows)
        for i, one in enumerate(track(fitted, what="typability", total=len(fitted))):
            out["typability"][i] = _kappa(store, table, one, material, seed)
    if questions is not None:
        values = read_questions(questions, material.rows, material.n_rows)
        table = take(questions, material.rows)
        out["questions"] = np.empty(len(fitted))
        for i, one in enumerate(track(fitted, what="questions", total=len(fitted))):
            best = few_questions(values, one.labels, material.w, N_QUESTIONS)
            asked = select(table, [column_names(table)[j] for j in best])
            out["questions"][i] = _kappa(store, asked, one, material, seed)
    return out


def _kappa(store: Store, table: Any, one: Fitted, material: Material, seed: int) -> float:
    found = store.arrays(
        "typability",
        [table, one.labels, material.w, seed],
        lambda: {"kappa": np.array(typed_kappa(table, one.labels, material.w, seed))},
    )
    return float(found["kappa"])


def structure_columns(
    fitted: Sequence[Fitted],
    material: Material,
    n_null: int,
    n_init: int | None,
    seed: int,
    store: Store = NOTHING_KEPT,
) -> Columns:
    """Return the verdicts against worlds without segments; "" where none are asked for.

    Parameters
    ----------
    fitted : sequence of Fitted
        The candidates.
    material : Material
        The tables.
    n_null : int
        The most worlds; 0: not asked.
    n_init : int or None
        Starts of every fit.
    seed : int
        The seed.
    store : Store
        What earlier calls found.

    Returns
    -------
    dict
        structure; where asked, structure_p with its interval, and borderline.
    """
    if not n_null:
        return {"structure": [""] * len(fitted)}

    def columns() -> dict[str, np.ndarray]:
        found = joint_structure(fitted, material, n_null=n_null, n_init=n_init, seed=seed)
        return {
            "structure": np.array(found.verdicts),
            "structure_p": found.p,
            "structure_p_low": found.low,
            "structure_p_high": found.high,
            "borderline": found.borderline,
        }

    inputs = [part for f in fitted for part in of_candidate(f, material)]
    kept = store.arrays("structure", [*inputs, n_null, n_init, seed], columns)
    return {**kept, "structure": kept["structure"].tolist()}


def choice_columns(columns: Columns, limits: Constraints) -> Columns:
    """Return what the constraints allow and which candidates are on the front.

    Parameters
    ----------
    columns : dict
        The figures.
    limits : Constraints
        What may not be suggested.

    Returns
    -------
    dict
        allowed, breach, front.
    """
    breach = [
        limits.breach(int(k), float(small), float(large))
        for k, small, large in zip(
            columns["n_segments"], columns["smallest"], columns["largest"], strict=True
        )
    ]
    allowed = np.array([not b for b in breach])
    names = ["weakest", "separation", "smallest"]
    names += ["typability"] if np.isfinite(columns["typability"]).any() else []
    front = on_front(np.column_stack([columns[name] for name in names]), allowed)
    return {"allowed": allowed, "breach": breach, "front": front}


def _names(fitted: Sequence[Fitted]) -> Columns:
    return {
        "input": [f.candidate.input for f in fitted],
        "model": [f.candidate.model for f in fitted],
        "n_segments": np.array([f.n_segments for f in fitted]),
    }


def _separation(fitted: Sequence[Fitted], material: Material) -> Columns:
    found = [separation(material.spaces[f.candidate.input], f.labels, material.w) for f in fitted]
    return {
        "separation": np.array([s.silhouette for s in found]),
        "space": [material.space] * len(found),
        "calinski_harabasz": np.array([s.calinski_harabasz for s in found]),
        "davies_bouldin": np.array([s.davies_bouldin for s in found]),
        "explained": np.array([s.explained for s in found]),
    }


def _stability(samples: Sequence[Sampled]) -> Columns:
    worst = [s.jaccard[:, int(s.jaccard.mean(axis=0).argmin())] for s in samples]
    return {
        **_with_interval("stability", [s.ari for s in samples]),
        **_with_interval("weakest", worst),
    }


def _with_interval(name: str, samples: Sequence[np.ndarray]) -> Columns:
    """Return means with their 95 % Monte-Carlo interval (Student)."""
    mean = np.array([s.mean() for s in samples])
    half = np.array([student.ppf(0.975, s.size - 1) * s.std(ddof=1) / s.size**0.5 for s in samples])
    return {name: mean, f"{name}_low": mean - half, f"{name}_high": np.minimum(mean + half, 1.0)}


def _sizes(fitted: Sequence[Fitted], w: np.ndarray) -> Columns:
    shares = [
        np.bincount(f.labels[f.labels >= 0], weights=w[f.labels >= 0]) / w.sum() for f in fitted
    ]
    return {
        "smallest": np.array([s.min() for s in shares]),
        "largest": np.array([s.max() for s in shares]),
    }


def _criteria(fitted: Sequence[Fitted], material: Material) -> Columns:
    found = [
        model_criteria(f.estimator, material.inputs[f.candidate.input], material.w) for f in fitted
    ]
    columns = {
        name: np.array([getattr(c, name) for c in found]) for name in ("entropy", "aic", "bic")
    }
    return {name: values for name, values in columns.items() if np.isfinite(values).any()}


def _effects(fitted: Sequence[Fitted], material: Material, outcomes: Any) -> Columns:
    if outcomes is None:
        return {}
    read = read_outcomes(outcomes, material.rows, material.n_rows)
    found = np.array([[effect(o, f.labels, material.w) for o in read] for f in fitted])
    by_name = {f"effect_{o.name}": found[:, j] for j, o in enumerate(read)}
    known = np.isfinite(found).any(axis=0)
    mean = found[:, known].mean(axis=1) if known.any() else np.full(len(fitted), np.nan)
    return {"effect": mean, **by_name}
