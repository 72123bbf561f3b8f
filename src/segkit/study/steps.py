"""The steps of a study, in the order of the journey; each returns what it found."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.cluster import KMeans
from threadpoolctl import threadpool_limits

from segkit._files import existing_file, read_table
from segkit._frames import (
    column,
    column_names,
    frame_like,
    matrix,
    numeric_column,
    select,
)
from segkit._resample import canonical_order
from segkit._weights import weighted_mean, weighted_sd
from segkit.diagnostics import Drift, Stability, drift, stability
from segkit.exceptions import SegkitError
from segkit.factors import (
    Correlation,
    Factorability,
    FactorCount,
    FactorModel,
    correlation,
    factorability,
    n_factors,
)
from segkit.reports.honesty import can_be_sized
from segkit.segments import LatentClass, Profile, Scheme, match, order_by_size, profile
from segkit.study.answers import Answers
from segkit.study.config import MODELS, StudyConfig
from segkit.survey import (
    Codebook,
    Opportunity,
    opportunity,
    read_survey,
)
from segkit.typing_tool import SegmentMix, TypingTool

METHODS = {
    "kmeans": "k-means on the needs, {k} segments, 20 starts, seed {seed}.",
    "latent_class": "Gaussian latent classes on the needs, {k} segments, 20 starts, seed {seed}.",
}
"""How a report names the ways to divide respondents by their needs."""

SIZE_COLUMNS = ("segment", "name", "n", "share", "low", "high")

__all__ = [
    "Needs",
    "Segmentation",
    "Trust",
    "base_drift",
    "divide",
    "find_again",
    "find_needs",
    "find_segments",
    "segment_model",
    "segment_sizes",
    "tag_base",
    "type_customers",
]


@dataclass(frozen=True)
class Needs:
    """The latent needs behind the items."""

    correlation: Correlation
    factorability: Factorability
    count: FactorCount
    model: FactorModel
    scores: Any


@dataclass(frozen=True)
class Segmentation:
    """The segments of the respondents and what tells them apart.

    Attributes
    ----------
    scheme : Scheme
        The segments by size, with the analyst's names where there are any.
    method : str
        How they were found, in one sentence.
    agreement : float
        Adjusted Rand index with the division that the other method gives.
    level_share : float
        The share of the variation in people's mean answer that lies between the segments: how
        far they are a ranking from low to high.
    closeness : ndarray of shape (n_kept,)
        How typical each respondent is: minus the distance to the mean of the own segment.
    needs, items, outside : Profile
        The needs and items that made the segments, and everything else.
    opportunity : Opportunity or None
        Unmet needs, where importance and satisfaction were asked.
    """

    scheme: Scheme
    method: str
    agreement: float
    level_share: float
    closeness: np.ndarray
    needs: Profile
    items: Profile
    outside: Profile
    opportunity: Opportunity | None

    @property
    def labels(self) -> np.ndarray:
        """The segment of each respondent, 0 the largest."""
        return self.scheme.labels


@dataclass(frozen=True)
class Trust:
    """Whether the segments come back, and whether the base looks like the survey.

    Attributes
    ----------
    stability : Stability
        Whether bootstrap samples find each segment again.
    drift : Drift or None
        The fields of the base against those of the respondents; None without a base.
    """

    stability: Stability
    drift: Drift | None


def find_needs(answers: Answers, config: StudyConfig) -> Needs:
    """Correlate the items, count the factors, fit and score them."""
    X, w = answers.ratings, answers.weight
    matrix = correlation(X, method=config.correlation, sample_weight=w)
    count = n_factors(X, correlation=matrix, sample_weight=w, random_state=config.random_state)
    model = FactorModel(
        n_factors=config.n_factors or max(count.suggested, 1),
        correlation=matrix.method,
        rotation=None if config.rotation == "none" else config.rotation,
        random_state=config.random_state,
    ).fit(X, sample_weight=w)
    adequacy = factorability(matrix)
    return Needs(matrix, adequacy, count, model, model.transform(X))


def find_segments(answers: Answers, needs: Needs, config: StudyConfig) -> Segmentation:
    """Group the respondents by their needs and describe the groups."""
    w, scores = answers.weight, matrix(needs.scores).values
    labels = order_by_size(divide(config.model, scores, w, config), sample_weight=w)
    other = MODELS[1 - MODELS.index(config.model)]
    scheme = Scheme(labels, names=config.names or None, sample_weight=w)
    used = list(column_names(answers.ratings))
    outside = sorted(_describable(answers), key=list(column_names(answers.table)).index)
    return Segmentation(
        scheme=scheme,
        method=METHODS[config.model].format(k=config.n_segments, seed=config.random_state),
        agreement=match(labels, divide(other, scores, w, config), sample_weight=w).agreement,
        level_share=_level_share(matrix(answers.part(answers.items)).values, labels, w),
        closeness=_closeness(scores, labels, w),
        needs=profile(
            needs.scores, labels, used_items=list(column_names(needs.scores)), sample_weight=w
        ),
        items=profile(answers.ratings, labels, used, sample_weight=w),
        outside=profile(answers.part(outside), labels, sample_weight=w),
        opportunity=_opportunity(answers, labels, config),
    )


def segment_model(model: str, config: StudyConfig, *, n_init: int) -> Any:
    """Return the unfitted estimator that a study names."""
    if model == "latent_class":
        return LatentClass(
            n_segments=config.n_segments,
            items="gaussian",
            n_init=n_init,
            random_state=config.random_state,
        )
    return KMeans(n_clusters=config.n_segments, n_init=n_init, random_state=config.random_state)


def divide(model: str, scores: np.ndarray, w: np.ndarray, config: StudyConfig) -> np.ndarray:
    """Divide respondents by their scores; the order of the rows does not matter."""
    order = canonical_order(scores, w)
    estimator = segment_model(model, config, n_init=20)
    # on so few numbers threads cost more than they bring, above all on a busy machine
    with threadpool_limits(limits=1):
        fitted = estimator.fit(scores[order], sample_weight=w[order])
    labels = np.empty(len(order), dtype=int)
    labels[order] = fitted.labels_
    return labels


def type_customers(answers: Answers, labels: np.ndarray, config: StudyConfig) -> TypingTool:
    """Fit the typing tool on the fields that the base holds too."""
    tool = TypingTool(abstain_below=config.abstain_below, random_state=config.random_state)
    return tool.fit(answers.part(answers.fields), labels, sample_weight=answers.weight)


def tag_base(base: Any, tool: TypingTool, out: Path, *, id: str | None = None) -> None:
    """Tag a base: a .parquet file part by part, a .csv file or a frame in memory.

    Parameters
    ----------
    base : frame or Path
        The base.
    tool : TypingTool
        The fitted tool.
    out : Path
        Where the tagged base goes: .parquet, or .csv where the base is no .parquet.
    id : str, optional
        The id column, checked to be complete and unique.
    """
    streamed = isinstance(base, Path) and not _is_text(base)
    if out.suffix.lower() != ".parquet" and (streamed or not _is_text(out)):
        raise SegkitError(
            f"`{out.name}` was given for the tagged base; expected a name that ends in .parquet"
            + (", as the base does." if streamed else " or .csv.")
        )
    if isinstance(base, Path) and _is_text(base):
        # read as a survey is, so that every separator is known
        base = read_survey(existing_file(base, what="The base"), Codebook([])).answers
    tool.tag(base, out=out, id=id)


def _is_text(path: Path) -> bool:
    return path.suffix.lower() == ".csv"


def find_again(answers: Answers, needs: Needs, config: StudyConfig) -> Stability:
    """Ask whether bootstrap samples of the respondents find the segments again."""
    return stability(
        segment_model(config.model, config, n_init=10),
        needs.scores,
        n_boot=config.n_boot,
        sample_weight=answers.weight,
        random_state=config.random_state,
    )


def base_drift(answers: Answers, tagged: Path, weight: str | None = None) -> Drift:
    """Compare the fields of the base with those of the respondents."""
    base = read_table(tagged, what="The tagged base")
    return drift(
        answers.part(answers.fields),
        select(base, answers.fields),
        sample_weight=answers.weight,
        current_weight=numeric_column(base, weight, what="the base") if weight else None,
    )


def segment_sizes(scheme: Scheme, mix: SegmentMix | None) -> Any:
    """Return segment, name, n, share, low, high: of the base if known, or of the respondents."""
    if mix is None or not can_be_sized(mix):
        return select(scheme.frame(), SIZE_COLUMNS)
    shares = mix.frame()
    n = [round(share * mix.n_customers) for share in column(shares, "counted")]
    columns: dict[str, Any] = {name: column(shares, name) for name in ("segment", "low", "high")}
    columns |= {"name": list(scheme.names), "n": n, "share": column(shares, "corrected")}
    return select(frame_like(shares, columns), SIZE_COLUMNS)


def _level_share(values: np.ndarray, labels: np.ndarray, w: np.ndarray) -> float:
    """Share of the weighted variation of people's mean standardised answer, between labels."""
    spread = weighted_sd(values, w)
    z = (values - weighted_mean(values, w)) / np.where(spread > 0, spread, 1.0)
    level = np.nanmean(z, axis=1)
    level = level - np.average(level, weights=w)
    size = np.bincount(labels, weights=w)
    sums = np.bincount(labels, weights=w * level)
    return float((sums**2 / size).sum() / (w * level**2).sum())


def _closeness(scores: np.ndarray, labels: np.ndarray, w: np.ndarray) -> np.ndarray:
    means = np.stack(
        [weighted_mean(scores[labels == k], w[labels == k]) for k in np.unique(labels)]
    )
    return np.asarray(-np.linalg.norm(scores - means[labels], axis=1))


def _describable(answers: Answers) -> set[str]:
    """Columns that describe segments from outside: every answer and field not used to make them."""
    roles = ("importance", "satisfaction", "item", "field")
    names = {n for role in roles for n in answers.codebook.names(role=role)}
    return (names & set(column_names(answers.table))) - set(answers.items)


def _opportunity(answers: Answers, labels: np.ndarray, config: StudyConfig) -> Opportunity | None:
    """Score unmet needs where each importance item has its satisfaction item."""
    wanted = answers.codebook.names(role="importance")
    pairs = {name: name.replace("imp_", "sat_", 1) for name in wanted}
    if not wanted or not set(pairs.values()) <= set(answers.codebook.names(role="satisfaction")):
        return None
    importance, satisfaction = answers.part(wanted), answers.part(list(pairs.values()))
    return opportunity(
        importance,
        _renamed(satisfaction, wanted),
        segments=labels,
        sample_weight=answers.weight,
        random_state=config.random_state,
    )


def _renamed(table: Any, names: list[str]) -> Any:
    out = table.copy()
    out.columns = names
    return out
