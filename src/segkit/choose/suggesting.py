"""Which candidate to take: a rule that can be said in a sentence."""

from dataclasses import dataclass

import numpy as np

from segkit._result import count_text
from segkit.diagnostics.refits.stability_result import VALID

__all__ = ["CONSTRUCTION", "Figures", "Suggestion", "suggest"]

CONSTRUCTION = "Segments here are a construction"
"""How the sentence begins when no candidate is beyond a world without segments."""


@dataclass(frozen=True)
class Figures:
    """What the rule looks at, one entry a candidate.

    Attributes
    ----------
    names : tuple of str
        The candidates.
    n_segments, stability, weakest, separation, typability : ndarray of shape (n_candidates,)
        Figures; typability is NaN where no fields were given.
    allowed : ndarray of bool
        Whether the constraints allow the candidate.
    structure : tuple of str
        The verdict against a world without segments; "" where it was not asked.
    borderline : ndarray of bool
        Where the verdict hangs on the seed.
    """

    names: tuple[str, ...]
    n_segments: np.ndarray
    stability: np.ndarray
    weakest: np.ndarray
    separation: np.ndarray
    typability: np.ndarray
    allowed: np.ndarray
    structure: tuple[str, ...]
    borderline: np.ndarray


@dataclass(frozen=True)
class Suggestion:
    """What is suggested.

    Attributes
    ----------
    position : int
        The candidate.
    why : str
        The reason, in plain sentences.
    construction : bool
        No candidate is beyond a world without segments.
    """

    position: int
    why: str
    construction: bool


def suggest(figures: Figures) -> Suggestion:
    """Suggest a candidate.

    Parameters
    ----------
    figures : Figures
        Of all candidates.

    Returns
    -------
    Suggestion

    Notes
    -----
    1. Candidates that break a constraint are out. 2. Where structure was asked: candidates
    that are no more stable than a world without segments are out, if others are left. 3. Of
    those of which every segment comes back (weakest mean Jaccard at least .75), the most
    segments: fewer would hide a difference that is there, more would not be found again. 4. At
    that number, the one that fields tell best (where fields were given), else the most stable
    one; then the most separated; then the one named first. Where no candidate comes back, the
    least doubtful one.

    Examples
    --------
    >>> figures = Figures(
    ...     ("a", "b", "c"), np.array([2, 3, 4]), np.array([0.95, 0.9, 0.6]),
    ...     np.array([0.9, 0.85, 0.4]), np.full(3, 0.3), np.full(3, np.nan),
    ...     np.ones(3, dtype=bool), ("", "", ""), np.zeros(3, dtype=bool))
    >>> suggest(figures).position
    1
    """
    pool = figures.allowed if figures.allowed.any() else np.ones_like(figures.allowed)
    beyond = np.array([s in ("natural", "reproducible") for s in figures.structure])
    asked = any(figures.structure)
    construction = asked and not (beyond & pool).any()
    if asked and not construction:
        pool = pool & beyond
    position = _best(figures, pool)
    sentences = [
        _no_candidate_allowed(figures),
        _construction(figures) if construction else "",
        _reason(figures, pool, position),
        _border(figures, construction, position),
    ]
    return Suggestion(position, " ".join(s for s in sentences if s), construction)


def _best(figures: Figures, pool: np.ndarray) -> int:
    back = pool & (figures.weakest >= VALID)
    if not back.any():
        return int(np.argmax(np.where(pool, figures.weakest, -np.inf)))
    most = figures.n_segments[back].max()
    tied = np.flatnonzero(back & (figures.n_segments == most))
    typed = np.nan_to_num(figures.typability[tied], nan=-1.0)
    # figures that differ by less than a hundredth are no reason to prefer one
    keys = [figures.separation[tied], figures.stability[tied].round(2), typed.round(2)]
    return int(tied[np.lexsort([-np.arange(tied.size), *keys])[-1]])


def _no_candidate_allowed(figures: Figures) -> str:
    return "" if figures.allowed.any() else "No candidate meets the constraints."


def _construction(figures: Figures) -> str:
    tried = count_text(len(figures.names), "candidate")
    return (
        f"{CONSTRUCTION}: none of {tried} is more stable than in a world with the same answers' "
        "margins and correlations and no segments. They can still be useful cuts through a "
        "continuum, but nobody should expect to meet them as groups."
    )


def _border(figures: Figures, construction: bool, position: int) -> str:
    hangs = figures.borderline.any() if construction else figures.borderline[position]
    if not hangs:
        return ""
    return (
        "Against worlds without segments this is a borderline case: another seed could say "
        "otherwise."
    )


def _reason(figures: Figures, pool: np.ndarray, position: int) -> str:
    k, weakest = int(figures.n_segments[position]), figures.weakest[position]
    name = figures.names[position]
    if weakest < VALID:
        return (
            f"No candidate brings all its segments back (weakest mean Jaccard at least "
            f"{VALID:.2f}); the least doubtful is {name} ({weakest:.2f})."
        )
    tied = pool & (figures.weakest >= VALID) & (figures.n_segments == k)
    if not (figures.allowed & (figures.n_segments > k)).any():
        more = f"More than {k} were not tried or not allowed."
    else:
        best = figures.weakest[figures.allowed & (figures.n_segments > k)].max()
        more = f"With more segments at least one is lost (weakest at most {best:.2f})."
        if best >= VALID:
            more = "With more segments none is beyond a world without segments."
    return (
        f"{name}: the most segments of which every one comes back (weakest mean Jaccard "
        f"{weakest:.2f}). {more}{_choice(figures, tied, position)}"
    )


def _choice(figures: Figures, tied: np.ndarray, position: int) -> str:
    n = int(tied.sum())
    if n == 1:
        return ""
    kappa = figures.typability[position]
    by = "the most stable" if np.isnan(kappa) else f"the fields tell it best (kappa {kappa:.2f})"
    return f" Of {n} such candidates, {by}."
