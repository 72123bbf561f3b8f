"""The steps of a study, in the order of the journey; each returns what it found."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.cluster import KMeans

from segkit._files import existing_file, read_table, write_table
from segkit._frames import (
    column,
    column_names,
    frame_like,
    matrix,
    n_rows,
    numeric_column,
    select,
    take,
)
from segkit._resample import canonical_order
from segkit._weights import check_weights, weighted_mean
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
from segkit.segments import LatentClass, Profile, Scheme, match, order_by_size, profile
from segkit.study.config import MODELS, StudyConfig
from segkit.survey import (
    Codebook,
    Opportunity,
    ResponseQuality,
    opportunity,
    read_survey,
    response_quality,
)
from segkit.typing_tool import SegmentMix, TypingTool

METHODS = {
    "kmeans": "k-means on the needs, {k} segments, 20 starts, seed {seed}.",
    "latent_class": "Gaussian latent classes on the needs, {k} segments, 20 starts, seed {seed}.",
}
"""How a report names the ways to divide respondents by their needs."""

SIZE_COLUMNS = ("segment", "name", "n", "share", "low", "high")

__all__ = [
    "Answers",
    "Needs",
    "Segmentation",
    "Trust",
    "check_trust",
    "divide",
    "find_needs",
    "find_segments",
    "read_answers",
    "segment_model",
    "segment_sizes",
    "tag_base",
    "type_customers",
]


@dataclass(frozen=True)
class Answers:
    """The survey, read, cleaned and screened.

    Attributes
    ----------
    table : frame of shape (n_kept, n_columns)
        The clean answers of the respondents who were kept.
    codebook : Codebook
        What each column means.
    quality : ResponseQuality
        The screening of all respondents.
    n_read : int
        The number of respondents before screening.
    items : list of str
        The items that make the needs.
    fields : list of str
        The columns that a customer base holds too.
    weight : ndarray of shape (n_kept,)
        Survey weights (ones where there are none).
    """

    table: Any
    codebook: Codebook
    quality: ResponseQuality
    n_read: int
    items: list[str]
    fields: list[str]
    weight: np.ndarray

    def part(self, names: list[str]) -> Any:
        """Return the named columns."""
        return select(self.table, names)


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
    """Whether the segments come back, and whether the base looks like the survey."""

    stability: Stability
    drift: Drift | None


def read_answers(folder: Path, config: StudyConfig) -> Answers:
    """Read, clean and screen the answers."""
    survey = read_survey(existing_file(folder / config.answers, what="The answers"))
    codebook = Codebook.from_yaml(existing_file(folder / config.codebook, what="The codebook"))
    items, known = codebook.names(role=config.items), codebook.names(role="field")
    if len(items) < 3:
        raise SegkitError(
            f"The codebook names {len(items)} item(s) of role `{config.items}`; expected at least "
            "three to find needs. Give items that role, or change `items` under [needs]."
        )
    if not known:
        raise SegkitError(
            "The codebook names no field, so customers cannot be typed. Give the columns that the "
            "customer base holds too the role `field`."
        )
    clean = codebook.clean(survey.answers)
    seconds = codebook.names(role="seconds")
    quality = response_quality(
        clean,
        codebook,
        seconds=numeric_column(clean, seconds[0]) if seconds else None,
        cleaned=True,
    )
    keep = _usable(clean, items, codebook)
    if config.drop_careless:
        keep &= ~quality.flags
    table = take(clean, keep)
    return Answers(table, codebook, quality, n_rows(clean), items, known, _weights(table, codebook))


def find_needs(answers: Answers, config: StudyConfig) -> Needs:
    """Correlate the items, count the factors, fit and score them."""
    X, w = answers.part(answers.items), answers.weight
    matrix = correlation(X, method=config.correlation, sample_weight=w)
    count = n_factors(
        X, correlation=matrix.method, sample_weight=w, random_state=config.random_state
    )
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
    outside = sorted(_describable(answers), key=list(column_names(answers.table)).index)
    return Segmentation(
        scheme=scheme,
        method=METHODS[config.model].format(k=config.n_segments, seed=config.random_state),
        agreement=match(labels, divide(other, scores, w, config), sample_weight=w).agreement,
        closeness=_closeness(scores, labels, w),
        needs=profile(
            needs.scores, labels, used_items=list(column_names(needs.scores)), sample_weight=w
        ),
        items=profile(answers.part(answers.items), labels, answers.items, sample_weight=w),
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
    fitted = segment_model(model, config, n_init=20).fit(scores[order], sample_weight=w[order])
    labels = np.empty(len(order), dtype=int)
    labels[order] = fitted.labels_
    return labels


def type_customers(answers: Answers, labels: np.ndarray, config: StudyConfig) -> TypingTool:
    """Fit the typing tool on the fields that the base holds too."""
    tool = TypingTool(abstain_below=config.abstain_below, random_state=config.random_state)
    return tool.fit(answers.part(answers.fields), labels, sample_weight=answers.weight)


def tag_base(base: Any, config: StudyConfig, tool: TypingTool, out: Path) -> None:
    """Tag a base file, streamed where it is parquet, or a frame of respondents."""
    if isinstance(base, Path) and base.suffix.lower() == ".parquet":
        tool.tag(existing_file(base, what="The base"), out=out, id=config.base_id)
        return
    frame = read_table(base, what="The base") if isinstance(base, Path) else base
    write_table(tool.tag(frame), out)


def check_trust(answers: Answers, needs: Needs, tagged: Path, config: StudyConfig) -> Trust:
    """Ask whether the segments would be found again, and whether the base is like the survey."""
    found_again = stability(
        segment_model(config.model, config, n_init=10),
        needs.scores,
        n_boot=config.n_boot,
        sample_weight=answers.weight,
        random_state=config.random_state,
    )
    return Trust(found_again, _base_drift(answers, tagged) if config.base else None)


def segment_sizes(scheme: Scheme, mix: SegmentMix | None) -> Any:
    """Return segment, name, n, share, low, high: of the base, or of the respondents."""
    if mix is None:
        return select(scheme.frame(), SIZE_COLUMNS)
    shares = mix.frame()
    n = [round(share * mix.n_customers) for share in column(shares, "counted")]
    columns: dict[str, Any] = {name: column(shares, name) for name in ("segment", "low", "high")}
    columns |= {"name": list(scheme.names), "n": n, "share": column(shares, "corrected")}
    return select(frame_like(shares, columns), SIZE_COLUMNS)


def _base_drift(answers: Answers, tagged: Path) -> Drift:
    base = read_table(tagged, what="The tagged base")
    return drift(
        answers.part(answers.fields), select(base, answers.fields), sample_weight=answers.weight
    )


def _closeness(scores: np.ndarray, labels: np.ndarray, w: np.ndarray) -> np.ndarray:
    means = np.stack(
        [weighted_mean(scores[labels == k], w[labels == k]) for k in np.unique(labels)]
    )
    return np.asarray(-np.linalg.norm(scores - means[labels], axis=1))


def _usable(clean: Any, items: list[str], codebook: Codebook) -> np.ndarray:
    """Respondents with at least half of the items answered and a positive weight."""
    values = np.column_stack([numeric_column(clean, name) for name in items])
    keep = (~np.isnan(values)).mean(axis=1) >= 0.5
    for name in codebook.names(role="weight"):
        keep &= np.nan_to_num(numeric_column(clean, name)) > 0
    return np.asarray(keep)


def _weights(table: Any, codebook: Codebook) -> np.ndarray:
    names = codebook.names(role="weight")
    return check_weights(numeric_column(table, names[0]) if names else None, n_rows(table))


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
