"""What the reader of a factor solution should doubt: the texts of its warnings."""

from collections.abc import Sequence

from segkit._checks import name_list
from segkit.factors.extraction.extraction import Extraction
from segkit.factors.rotations.rotation import Rotation

__all__ = ["doubts"]


def doubts(
    heywood: Sequence[str],
    extraction: str,
    rotation: str | None,
    found: Extraction,
    rotated: Rotation,
) -> list[str]:
    """Return a text for everything that makes a solution weaker than it looks.

    Parameters
    ----------
    heywood : sequence of str
        Items whose uniqueness stands at its bound.
    extraction, rotation : str
        The settings, named in the texts.
    found, rotated : Extraction, Rotation
        The solution.
    """
    texts = {
        f"The factors hold all the variance of {name_list(heywood)} (a Heywood case): the "
        "solution stands at its bound. Ask for fewer factors, or leave the item out.": heywood,
        f"The extraction ({extraction}) did not settle; the loadings are the last ones "
        "reached. Ask for fewer factors.": not found.converged,
        f"The rotation ({rotation}) did not settle; the loadings are the last ones "
        "reached. Try rotation='varimax', or fewer factors.": not rotated.converged,
        f"The rotation ({rotation}) has no clear answer: {rotated.dispute}. Compare another "
        "rotation before naming the factors.": rotated.dispute,
    }
    return [text for text, fault in texts.items() if fault]
