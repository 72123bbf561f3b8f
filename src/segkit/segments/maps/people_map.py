"""A map of the people: alike answers lie close together, segments are colours."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from segkit._checks import check_integer, check_items, check_same_rows
from segkit._frames import Nullable, attach, frame_like, n_rows, numeric_column
from segkit._resample import canonical_order, spawn_seeds
from segkit._result import Result, percent
from segkit.exceptions import SegkitError
from segkit.segments.describing.groups import read_groups
from segkit.segments.maps.density_map import Scaling, umap_places

__all__ = ["PeopleMap", "people_map"]

NEAREST = 10
"""Neighbours on the map that are asked for their segment."""


@dataclass(frozen=True, repr=False)
class PeopleMap(Result):
    """People on a map, with their segments.

    Attributes
    ----------
    table : frame
        The rows; see `frame`.
    segments : tuple
        The segments in order.
    n_neighbors : int
        Neighbours that UMAP looked at.
    n_respondents : int
        People who were given; the map may show fewer.
    n_filled : int
        Missing answers of the people shown, replaced by the items' means.
    by_chance : float
        Share of neighbours of the same segment if segments were spread at random.

    Examples
    --------
    >>> import numpy as np
    >>> PeopleMap(None, (0, 1), 30, 800, 0, 0.5).by_chance
    0.5
    """

    table: Any
    segments: tuple[Any, ...]
    n_neighbors: int
    n_respondents: int
    n_filled: int
    by_chance: float

    def frame(self) -> Any:
        """Return one row a person shown.

        Returns
        -------
        frame
            row : the person's row in X;
            x, y : the place on the map, without unit;
            segment : empty for noise;
            same : share of the ten nearest people on the map who are of the same segment; empty
            for noise.
        """
        return self.table

    def plot(self, ax: Any = None) -> Any:
        """Draw the map, coloured by segment.

        Parameters
        ----------
        ax : matplotlib.axes.Axes, optional
            Where to draw; a new figure by default.
        """
        from segkit.plots.people_map import plot_people_map

        return plot_people_map(self.table, self.segments, ax=ax)

    def summary(self) -> str:
        """Return one paragraph: how the map was made and how far segments keep together on it."""
        shown = n_rows(self.table)
        of_all = (
            "" if shown == self.n_respondents else f" of {self.n_respondents:,}, drawn at random"
        )
        filled = (
            f" {self.n_filled} missing answers were replaced by the items' means."
            if self.n_filled
            else ""
        )
        same = float(np.nanmean(numeric_column(self.table, "same")))
        return (
            f"Map of {shown:,} people{of_all} (UMAP, {self.n_neighbors} neighbours, standardised "
            f"items).{filled} Of the ten nearest people on the map {percent(same)} are of the same "
            f"segment, {percent(self.by_chance)} by chance. Distances between clouds mean nothing."
        )


def people_map(
    X: Any, labels: Any, *, n_neighbors: int = 30, most: int = 5000, random_state: Any = 0
) -> PeopleMap:
    """Place people on a map by their answers, and see where segments lie.

    Parameters
    ----------
    X : frame or array of shape (n_respondents, n_items)
        Numbers; missing as NaN or null: replaced by the item's mean.
    labels : array-like of shape (n_respondents,) or Scheme
        The segments of any method; -1 is noise.
    n_neighbors : int, default 30
        Neighbours that UMAP looks at: fewer show finer structure, real or not.
    most : int, default 5000
        The most people to place; of more a random sample is drawn.
    random_state : int, RandomState or None, default 0
        The seed of sample and map.

    Returns
    -------
    PeopleMap

    Raises
    ------
    SegkitError
        For labels that do not fit X, a constant item, as few people as neighbours.

    Notes
    -----
    UMAP keeps neighbours together and gives up the rest: the size of a cloud, the distance
    between clouds and the axes mean nothing, and a continuum may look torn. Look at `same` of
    `PeopleMap.frame`: segments that cut a continuum have many neighbours of other segments
    along the cut. The same seed gives the same map in any row order on one machine; another
    machine may draw it differently.

    References
    ----------
    McInnes, L., Healy, J. and Melville, J. (2018). UMAP: Uniform Manifold Approximation and
    Projection for Dimension Reduction. arXiv:1802.03426.

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> who = np.repeat([0, 1], [60, 40])
    >>> answers = rng.normal(size=(100, 4)) + 8 * who[:, None]
    >>> found = people_map(answers, who, n_neighbors=10)
    >>> float(found.frame()["same"].mean().round(1))
    1.0
    """
    table = check_items(X)
    codes, names = _one_segment_each(labels)
    check_same_rows(len(codes), len(table.values), what="labels", other="X")
    check_integer(n_neighbors, name="n_neighbors", low=2)
    check_integer(most, name="most", low=2)
    map_seed, draw_seed = spawn_seeds(random_state, 2)
    rows = _drawn(canonical_order(table.values, codes.astype(float)), most, int(draw_seed))
    if len(rows) <= max(n_neighbors, NEAREST):
        raise SegkitError(
            f"The map would show {len(rows)} people, but n_neighbors={n_neighbors}; expected "
            f"more people than that, and more than {NEAREST}. Lower n_neighbors or raise most."
        )
    values = table.values[rows]
    places = umap_places(
        Scaling.of(table.values).apply(values), n_neighbors=n_neighbors, seed=int(map_seed)
    )
    shares = np.bincount(codes[rows][codes[rows] >= 0]) / len(rows)
    by_row = np.argsort(rows, kind="stable")
    rows, places = rows[by_row], places[by_row]
    return PeopleMap(
        table=_table(X, rows, places, codes[rows], names),
        segments=names,
        n_neighbors=n_neighbors,
        n_respondents=len(codes),
        n_filled=int(np.isnan(values).sum()),
        by_chance=float(np.square(shares).sum() / max(shares.sum(), 1e-300)),
    )


def _one_segment_each(labels: Any) -> tuple[np.ndarray, tuple[Any, ...]]:
    found = read_groups(labels, what="labels")
    if found.codes is None:
        raise SegkitError(
            "labels is a table; expected one segment a row: a place on the map has one colour. "
            "Give one of its columns."
        )
    if not found.names:
        raise SegkitError(
            "labels holds no segment: everybody is noise (-1); expected at least one. Check the "
            "labels."
        )
    return found.codes, found.names


def _drawn(order: np.ndarray, most: int, seed: int) -> np.ndarray:
    """Return the rows to show, in canonical order."""
    if len(order) <= most:
        return order
    drawn = np.random.default_rng(seed).choice(len(order), most, replace=False)
    return np.asarray(order[np.sort(drawn)])


def _table(
    like: Any, rows: np.ndarray, places: np.ndarray, codes: np.ndarray, names: tuple[Any, ...]
) -> Any:
    noise = codes < 0
    whole = all(isinstance(name, int) for name in names)
    known = np.array(names if whole else [str(n) for n in names], dtype=int if whole else object)
    columns = {
        "x": places[:, 0],
        "y": places[:, 1],
        "segment": Nullable(known[np.where(noise, 0, codes)], noise),
        "same": np.where(noise, np.nan, _share_of_same(places, codes)),
    }
    return attach(frame_like(like, {"row": rows}), columns)


def _share_of_same(places: np.ndarray, codes: np.ndarray) -> np.ndarray:
    """Return which share of each person's nearest neighbours has the same code."""
    from scipy.spatial import KDTree  # heavy: only here

    _, near = KDTree(places).query(places, NEAREST + 1)
    # people on one spot may stand before the person, who is then among the neighbours
    others = near != np.arange(len(places))[:, None]
    others[others.all(axis=1), -1] = False
    same = (codes[near] == codes[:, None]) & others
    return np.asarray(same.sum(axis=1) / NEAREST)
