"""How an item is said in words: its wording, turned where a high value means disagreement."""

from typing import Any

__all__ = ["is_turned", "keyed_wording", "wording"]


def wording(item: str, codebook: Any) -> str:
    """Return an item's wording; its name where the codebook has none."""
    return (codebook[item].wording if item in codebook else "") or item


def keyed_wording(item: str, codebook: Any, *, against: bool = False) -> str:
    """Return the wording of a keyed item: "Not: ..." where a high value means disagreement.

    Parameters
    ----------
    item : str
        The item.
    codebook : Codebook
        Says which items are reverse keyed.
    against : bool
        Whether a low value is meant.
    """
    words = wording(item, codebook)
    return f"Not: {words}" if is_turned(item, codebook) != against else words


def is_turned(item: str, codebook: Any) -> bool:
    """Say whether a high value of the keyed item means disagreement with its wording."""
    return item in codebook and codebook[item].reversed
