"""Many segmentations of the same people: each on some of the people and some of the items.

References
----------
Fred, A. L. N. and Jain, A. K. (2005). Combining multiple clusterings using evidence
accumulation. IEEE Transactions on Pattern Analysis and Machine Intelligence 27, 835-850.
Orme, B. and Johnson, R. (2008). Improving k-means cluster analysis: ensemble analysis instead
of highest reproducibility replicates. Sawtooth Software research paper (many kinds of members).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from segkit._frames import Matrix
from segkit._progress import track
from segkit._threads import one_blas_thread
from segkit._weights import weighted_mean
from segkit.exceptions import SegkitError
from segkit.segments.ensembles.refitting import predicts, refit, seeded, takes_weights
from segkit.segments.mixtures.latent_class import LatentClass
from segkit.segments.patterns import Patterns
from segkit.segments.reduced.reduced_kmeans import ReducedKMeans
from segkit.segments.reduced.reduced_space import Answers
from segkit.segments.scaling import Scaling

__all__ = ["Draw", "Member", "as_table", "default_members", "fit_member", "fit_members"]


@dataclass(frozen=True)
class Draw:
    """How each member looks at a part of the people and of the items.

    Attributes
    ----------
    sample_share, item_share : float
        Shares drawn, above 0 to 1.
    """

    sample_share: float
    item_share: float


@dataclass(frozen=True)
class Member:
    """One fitted segmentation.

    Attributes
    ----------
    model : estimator
        The fitted model.
    columns : ndarray of shape (n_drawn_items,)
        The items that it looked at.
    numbers : ndarray of shape (n_segments,)
        The model's own numbers of its segments.
    means : ndarray of shape (n_segments, n_items) or None
        Scaled means of its segments, for a model that cannot place new people.
    n_people : int
        Distinct respondents that it looked at.
    complaints : tuple of str
        The kinds of warnings that its fit raised.
    """

    model: Any
    columns: np.ndarray
    numbers: np.ndarray
    means: np.ndarray | None
    n_people: int
    complaints: tuple[str, ...] = ()

    @property
    def kind(self) -> str:
        """The name of the model; of a pipeline, of its last step."""
        last = self.model.steps[-1][1] if hasattr(self.model, "steps") else self.model
        return type(last).__name__

    def place(self, table: Matrix, scaling: Scaling) -> np.ndarray:
        """Return the segment of each person from 0; -1 where the model says nothing.

        Parameters
        ----------
        table : Matrix
            Answers to all items.
        scaling : Scaling
            Makes items comparable for a model that cannot place new people: they then go to
            the nearest mean.

        Returns
        -------
        ndarray of shape (n,)
        """
        if self.means is None:
            return _codes(
                np.asarray(self.model.predict(as_table(table, self.columns))), self.numbers
            )
        scaled = scaling.apply(table.values)
        scaled[:, np.setdiff1d(np.arange(scaled.shape[1]), self.columns)] = np.nan
        people = Answers.of(scaled, np.ones(len(scaled)))
        nearest = people.distances(np.nan_to_num(self.means)).argmin(axis=1)
        return np.where(np.isnan(scaled).all(axis=1), -1, nearest)


def default_members(n_segments: int) -> list[Any]:
    """Return k-means, reduced k-means and numeric latent classes, all at home with gaps."""
    return [
        ReducedKMeans(n_segments, n_segments - 1, n_init=5),
        ReducedKMeans(n_segments, max(1, min(2, n_segments - 2)), n_init=5),
        LatentClass(n_segments, "gaussian", n_init=5, tol=1e-6),
    ]


def as_table(table: Matrix, columns: np.ndarray) -> Any:
    """Return some items in the kind of table they came from."""
    values = table.values[:, columns]
    if table.origin.kind == "array":
        return values
    names = [table.names[j] for j in columns]
    return table.origin.frame(dict(zip(names, values.T, strict=True)))


def fit_members(
    models: Sequence[Any],
    table: Matrix,
    patterns: Patterns,
    repeats: np.ndarray,
    draw: Draw,
    seeds: np.ndarray,
) -> tuple[list[Member], np.ndarray]:
    """Fit every model once a seed, each on its own draw of people and items.

    Parameters
    ----------
    models : sequence of estimator
        Unfitted.
    table : Matrix
        The distinct rows of the answers.
    patterns : Patterns
        Their weights.
    repeats : ndarray of shape (n_patterns,)
        How many respondents with weight have these answers, for models without weights.
    draw : Draw
        The shares.
    seeds : ndarray of shape (n_draws, n_models)
        One a fit.

    Returns
    -------
    members : list of Member
    codes : ndarray of shape (n_patterns, n_members)
        What each member says of everybody.
    """
    scaling = Scaling.of(table, patterns.weights)
    tasks = [(model, int(seed)) for row in seeds for model, seed in zip(models, row, strict=True)]
    members, codes = [], []
    with one_blas_thread():
        for model, seed in track(tasks, what="members of the ensemble"):
            rows, columns = _drawn(table.values, patterns, draw, np.random.default_rng(seed))
            member, code = fit_member(
                seeded(model, seed), table, (rows, columns), (patterns.weights, repeats), scaling
            )
            members.append(member)
            codes.append(code)
    return members, np.column_stack(codes)


def fit_member(
    model: Any,
    table: Matrix,
    drawn: tuple[np.ndarray, np.ndarray],
    mass: tuple[np.ndarray, np.ndarray],
    scaling: Scaling,
) -> tuple[Member, np.ndarray]:
    """Fit one model on some rows and items.

    Parameters
    ----------
    model : estimator
        Unfitted, seeded.
    table : Matrix
        The distinct rows of the answers.
    drawn : tuple of ndarray
        Rows and columns.
    mass : tuple of ndarray of shape (n_patterns,)
        Weight, and number of respondents, of each row.
    scaling : Scaling
        Makes items comparable where means stand for a model that cannot place new people.

    Returns
    -------
    member : Member
    codes : ndarray of shape (n_patterns,)
        Its segment of everybody; -1 where it says nothing.
    """
    (rows, columns), (w, repeats) = drawn, mass
    weighted = takes_weights(model)
    # a model without weights sees every respondent; one with weights each pattern once
    seen = rows if weighted else np.repeat(rows, repeats[rows])
    try:
        found = refit(model, as_table(table, columns), seen, w[rows] if weighted else None)
    except ValueError as error:
        reason = str(error).rstrip(".")
        raise SegkitError(
            f"The member {type(model).__name__} cannot be fitted to {len(seen)} respondents and "
            f"{len(columns)} items: {reason}. Give members that can (ReducedKMeans and "
            "LatentClass take missing answers), or raise sample_share or item_share."
        ) from error
    numbers = np.unique(found.labels[found.labels >= 0])
    codes = _codes(found.labels, numbers)
    means = None if predicts(found.model) else _means(scaling.apply(table.values), codes, w)
    return Member(found.model, columns, numbers, means, len(rows), found.complaints), codes


def _drawn(
    values: np.ndarray, patterns: Patterns, draw: Draw, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Draw rows that count, and items on which they differ."""
    people = np.flatnonzero(patterns.counted)
    n = max(2, round(draw.sample_share * people.size))
    rows = np.sort(rng.permutation(people)[:n])
    seen = values[rows]
    spread = np.where(np.isnan(seen), -np.inf, seen).max(axis=0) > np.where(
        np.isnan(seen), np.inf, seen
    ).min(axis=0)
    items = np.flatnonzero(spread)
    n_items = max(2, round(draw.item_share * values.shape[1]))
    return rows, np.sort(rng.permutation(items)[:n_items])


def _codes(labels: np.ndarray, numbers: np.ndarray) -> np.ndarray:
    """Return the position of each label among the segments' numbers, -1 for none."""
    if numbers.size == 0:
        return np.full(len(labels), -1)
    at = np.minimum(np.searchsorted(numbers, labels), numbers.size - 1)
    return np.where(numbers[at] == labels, at, -1)


def _means(scaled: np.ndarray, codes: np.ndarray, w: np.ndarray) -> np.ndarray:
    out = np.empty((int(codes.max()) + 1, scaled.shape[1]))
    for g in range(len(out)):
        out[g] = weighted_mean(scaled[codes == g], w[codes == g])
    return out
