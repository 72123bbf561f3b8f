"""From needs to segments: find them, number them, describe them, compare them."""

from segkit.segments.agreement import adjusted_rand, contingency, jaccard, one_hot
from segkit.segments.density import DensitySegments
from segkit.segments.latent_class import LatentClass
from segkit.segments.matching import Matching, match
from segkit.segments.numbering import order_by_size
from segkit.segments.profile import Profile, profile
from segkit.segments.scheme import Scheme

__all__ = [
    "DensitySegments",
    "LatentClass",
    "Matching",
    "Profile",
    "Scheme",
    "adjusted_rand",
    "contingency",
    "jaccard",
    "match",
    "one_hot",
    "order_by_size",
    "profile",
]
