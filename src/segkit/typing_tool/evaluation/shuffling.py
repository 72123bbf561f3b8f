"""What shuffling a field costs, among everyone and among people alike in the other fields.

Respondents whom a model had not seen are put into small cells; within a cell each gets the
field's value of the next one in the circle, and of the one before. Where a field adds nothing
to what makes people alike, own and borrowed values are exchangeable, so that the rise in loss
has mean zero whatever the model. The spread of the cells' means is the uncertainty, free of
any assumption on what happens inside.

References
----------
Strobl, C., Boulesteix, A.-L., Kneib, T., Augustin, T. & Zeileis, A. (2008). Conditional
variable importance for random forests. BMC Bioinformatics 9, 307.
Debeer, D. & Strobl, C. (2020). Conditional permutation importance revisited. BMC
Bioinformatics 21, 307.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

from segkit.typing_tool.models.model import Model

__all__ = ["CellRises", "Means", "shuffle_fields", "small_cells"]

CELL = 8  # respondents among whom a value is passed around
MEET_TWICE = 2.0  # what cross-fitting adds to the variance, see `CellRises.means`
BLOCK_ROWS = 60_000  # rows scored at a time


@dataclass(frozen=True)
class CellRises:
    """What shuffling cost in each cell.

    Attributes
    ----------
    field, repeat : ndarray of shape (n_cells,)
        The field that was shuffled, and in which repetition of the cross-validation.
    weight : ndarray of shape (n_cells,)
        Survey weight of the cell's people.
    loss, right : ndarray of shape (n_cells,)
        Weighted means: by how much the log loss rises, and the chance of a right tag falls.
    """

    field: np.ndarray
    repeat: np.ndarray
    weight: np.ndarray
    loss: np.ndarray
    right: np.ndarray

    @classmethod
    def joined(cls, parts: Sequence["CellRises"]) -> "CellRises":
        """Put the cells of several parts together."""
        names = ("field", "repeat", "weight", "loss", "right")
        return cls(*(np.concatenate([getattr(p, name) for p in parts]) for name in names))

    def means(self, n_fields: int) -> "Means":
        """Return the mean over cells for each field, with a 95 % interval.

        Its variance is twice that of independent cells. People of two folds meet twice: in
        the one they train the model that the others test, in the other it is the reverse. What
        a field that adds nothing seems to say is then a product of the same two accidents both
        times. Repetitions see the same people again, so they are averaged as if they agreed
        fully: the interval is that of one of them.
        """
        n_repeats = int(self.repeat.max()) + 1
        at = self.field * n_repeats + self.repeat

        def total(values: np.ndarray) -> np.ndarray:
            sums = np.bincount(at, weights=values, minlength=n_fields * n_repeats)
            return sums.reshape(n_fields, n_repeats)

        weight, count = total(self.weight), total(np.ones(at.size))
        with np.errstate(invalid="ignore", divide="ignore"):
            loss = total(self.weight * self.loss) / weight
            apart = self.loss - loss.ravel()[at]
            spread = total(np.square(self.weight * apart)) / np.square(weight)
            error = np.sqrt(MEET_TWICE * (spread * count / (count - 1)).mean(axis=1))
            right = (total(self.weight * self.right) / weight).mean(axis=1)
        reach = stats.t.ppf(0.975, np.maximum(count.mean(axis=1) - 1, 1)) * error
        value = loss.mean(axis=1)
        return Means(value, value - reach, value + reach, right)


@dataclass(frozen=True)
class Means:
    """One entry a field: the rise in log loss with its interval, right tags lost."""

    loss: np.ndarray
    low: np.ndarray
    high: np.ndarray
    right: np.ndarray


def small_cells(groups: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Cut groups of people at random into cells of eight or so, none of them alone.

    Parameters
    ----------
    groups : ndarray of shape (n,)
        The group of each person.
    rng : Generator
        Draws who shares a cell.

    Returns
    -------
    ndarray of shape (n,)
        The cell of each person, whole numbers from 0; who is alone in a group stays alone.
    """
    order = np.lexsort([rng.permutation(groups.size), groups])
    _, start, size = np.unique(groups[order], return_index=True, return_counts=True)
    place = np.arange(groups.size) - np.repeat(start, size)
    n_cells = np.maximum(1, size // CELL)
    # of 19 people two cells, of ten and nine: sizes differ by one at most
    own = place * np.repeat(n_cells, size) // np.repeat(size, size)
    out = np.empty(groups.size, dtype=np.intp)
    out[order] = own + np.repeat(np.cumsum(n_cells) - n_cells, size)
    return out


def shuffle_fields(
    model: Model,
    codes: np.ndarray,
    truth: np.ndarray,
    w: np.ndarray,
    cells: np.ndarray,
    repeat: int = 0,
) -> CellRises:
    """Pass each field around its cells, and see what that costs.

    Parameters
    ----------
    model : Model
        Did not see these people.
    codes : ndarray of shape (n, n_fields)
        Their fields.
    truth : ndarray of shape (n, n_segments)
        Their shares of the segments.
    w : ndarray of shape (n,)
        Survey weights.
    cells : ndarray of shape (n_fields, n)
        The cell of each person (`small_cells`), for each field.
    repeat : int
        The repetition of the cross-validation.

    Notes
    -----
    With people i and i' next to each other in the circle of a cell c, loss L, and the value
    x_i' of the field put in the place of x_i, the rise of a cell is the mean of
    L_i(x_i') - L_i(x_i), weighted by w_i w_i'; each pair counts in both directions, so that
    what a value costs everybody alike cancels. Cells are weighted by the sum of w_i.
    """
    n, n_fields = codes.shape
    loss, right = _loss_and_right(model, codes, truth)
    parts = []
    for fields in np.array_split(np.arange(n_fields), -(-n_fields * 2 * n // BLOCK_ROWS)):
        lent = [_neighbours(cells[f]) for f in fields]
        rows = np.tile(codes, (2 * fields.size, 1)).reshape(fields.size, 2, n, n_fields)
        for at, f in enumerate(fields):
            rows[at, :, :, f] = codes[lent[at], f]
        truths = np.tile(truth, (2 * fields.size, 1))
        new = _loss_and_right(model, rows.reshape(-1, n_fields), truths)
        new_loss, new_right = (v.reshape(fields.size, 2, n) for v in new)
        for at, f in enumerate(fields):
            rise = np.stack([new_loss[at] - loss, right - new_right[at]])
            parts.append(_by_cell(rise, cells[f], w, w * w[lent[at]], (int(f), repeat)))
    return CellRises.joined(parts)


def _neighbours(cells: np.ndarray) -> np.ndarray:
    """Return the next and the previous person in the circle of each person's cell, (2, n)."""
    order = np.argsort(cells, kind="stable")
    _, start, size = np.unique(cells[order], return_index=True, return_counts=True)
    first, m = np.repeat(start, size), np.repeat(size, size)
    place = np.arange(cells.size) - first
    out = np.empty((2, cells.size), dtype=np.intp)
    for at, step in enumerate((1, -1)):
        out[at, order] = order[first + (place + step) % m]
    return out


def _by_cell(
    rise: np.ndarray, cells: np.ndarray, w: np.ndarray, pair: np.ndarray, key: tuple[int, int]
) -> CellRises:
    """Average over each cell of two people or more; `rise` has shape (2 figures, 2, n)."""
    size, weight = np.bincount(cells), np.bincount(cells, weights=w)
    total = np.bincount(cells, weights=pair.sum(axis=0))
    sums = [np.bincount(cells, weights=(pair * part).sum(axis=0)) for part in rise]
    several = np.flatnonzero(size > 1)
    loss, right = (part[several] / total[several] for part in sums)
    field, repeat = (np.full(several.size, value) for value in key)
    return CellRises(field, repeat, weight[several], loss, right)


def _loss_and_right(
    model: Model, codes: np.ndarray, truth: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    decision = model.decide(codes)
    loss = -(truth * np.log(decision.probabilities)).sum(axis=1)
    return loss, np.take_along_axis(truth, decision.first[:, None], 1)[:, 0]
