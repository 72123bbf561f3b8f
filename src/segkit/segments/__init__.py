"""From needs to segments: find them, number them, describe them, compare them."""

from segkit.segments.agreement import adjusted_rand, contingency, jaccard, one_hot

__all__ = ["adjusted_rand", "contingency", "jaccard", "one_hot"]
