"""From needs to segments: find them, number them, name them, describe them, compare them.

`LatentClass`, `ReducedKMeans` and `DensitySegments` find segments; any scikit-learn clusterer
does too, and its labels go wherever labels are asked for (`order_by_size` numbers them). `Gower`
lets it divide people by fields of mixed kinds, `ConsensusSegments` combines many segmentations.
`profile` says what sets each segment apart, `people_map` where it lies among the people, `match`
who is who between two divisions, `Scheme` carries the analyst's names.

`crosstab` sets any items against segments or any other columns of people; `rules` says in plain
sentences who falls where. `outcomes` and `covariates` say what follows from the segments of a
`LatentClass` and who belongs to them, put right for its `classification_error`;
`likelihood_ratio_test` whether the last of them is needed.

`personas` portrays each segment, or any groups, for those who never see the data;
`write_personas` writes the portraits to a file in which a consultant edits the words.
"""

from segkit.segments.describing.profile import Profile, profile
from segkit.segments.distances.gower import Gower
from segkit.segments.ensembles.consensus import ConsensusSegments
from segkit.segments.maps.density import DensitySegments
from segkit.segments.maps.people_map import PeopleMap, people_map
from segkit.segments.matching import Matching, match
from segkit.segments.mixtures.latent_class import LatentClass
from segkit.segments.mixtures.likelihood_ratio import LikelihoodRatioTest, likelihood_ratio_test
from segkit.segments.numbering import order_by_size
from segkit.segments.portraits.persona import Persona
from segkit.segments.portraits.persona_file import read_personas, write_personas
from segkit.segments.portraits.personas import personas
from segkit.segments.reduced.reduced_kmeans import ReducedKMeans
from segkit.segments.scheme import Scheme
from segkit.segments.tables.crosstab import Crosstab, crosstab
from segkit.segments.three_step.classification_error import (
    ClassificationError,
    classification_error,
)
from segkit.segments.three_step.covariates import Covariates, covariates
from segkit.segments.three_step.outcomes import Outcomes, outcomes
from segkit.segments.trees.rules import Rules, rules

__all__ = [
    "ClassificationError",
    "ConsensusSegments",
    "Covariates",
    "Crosstab",
    "DensitySegments",
    "Gower",
    "LatentClass",
    "LikelihoodRatioTest",
    "Matching",
    "Outcomes",
    "PeopleMap",
    "Persona",
    "Profile",
    "ReducedKMeans",
    "Rules",
    "Scheme",
    "classification_error",
    "covariates",
    "crosstab",
    "likelihood_ratio_test",
    "match",
    "order_by_size",
    "outcomes",
    "people_map",
    "personas",
    "profile",
    "read_personas",
    "rules",
    "write_personas",
]
