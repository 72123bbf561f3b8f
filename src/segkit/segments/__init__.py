"""From needs to segments: find them, number them, describe them, compare them."""

from segkit.segments.agreement import adjusted_rand, contingency, jaccard, one_hot
from segkit.segments.latent_class import LatentClass
from segkit.segments.numbering import order_by_size

__all__ = [
    "LatentClass",
    "adjusted_rand",
    "contingency",
    "jaccard",
    "one_hot",
    "order_by_size",
]
