"""How far a study can be trusted, in sentences with figures."""

import re
from typing import Any

from segkit._frames import column_names
from segkit._result import percent
from segkit.reports.story import rows
from segkit.reports.wording import words_for

__all__ = ["PICTURES", "WIDEST", "can_be_sized", "facts", "methods", "of_segment", "paragraphs"]

PICTURES = {
    "stability": "Would the segments be found again? Mean Jaccard similarity, bootstrap samples.",
    "typing": "How well the fields tell the segments apart, from cross-validation.",
    "drift": "Is the base like the survey? Population stability index by field.",
    "scree": "How many needs? Eigenvalues against those of answers without structure.",
}
"""Figures of the chapter on trust and what each shows."""


WIDEST = 0.4
"""The width of a size's interval from which on the base is not sized: a guess would mislead."""


RANKING = 0.4
"""The share of people's general level between segments from which they are called a ranking."""


def can_be_sized(mix: Any) -> bool:
    """Say whether the sizes in the base are known well enough to be shown.

    A weak typing tool leaves the corrected sizes with intervals so wide that they say less
    than the survey's own sizes.
    """
    return mix is not None and all(r["high"] - r["low"] <= WIDEST for r in rows(mix.frame()))


def facts(study: Any) -> dict[str, Any]:
    """Return the opening sentence and the four figures of the first page."""
    kept, read = len(study.segments.labels), study.answers.n_read
    based = study.mix is not None
    tagged = study.mix.n_customers if based else sum(row["n"] for row in rows(study.sizes))
    sized = can_be_sized(study.mix)
    whose = "of the customer base, corrected for typing errors" if sized else "of the respondents"
    unsized = "; the fields are too weak to say how large the segments are in the base"
    words = words_for(study.config.items, study.config.ratings)
    found = study.tool.evaluation_
    accuracy, largest = percent(found.accuracy), percent(metric(found, "majority")["value"])
    return {
        "lead": (
            f"{kept:,} people {words.told}. Behind their answers stand "
            f"{study.needs.model.n_factors} {words.noun}, and by these they fall into "
            f"{study.config.n_segments} segments. A typing tool gives every "
            f"{'customer' if based else 'person'} the likeliest one."
        ),
        "size_note": f"Sizes are shares {whose}{unsized if based and not sized else ''}",
        "whose": whose,
        "figures": [
            {"value": f"{kept:,}", "what": f"respondents used, of {read:,} who answered"},
            {"value": str(len(study.answers.items)), "what": "questions asked of each"},
            {"value": f"{tagged:,}", "what": f"{'customers' if based else 'respondents'} tagged"},
            {
                "value": accuracy,
                "what": "typed as the survey would, from fields alone; naming the largest "
                f"segment for all: {largest}",
            },
        ],
    }


def metric(evaluation: Any, name: str, segment: str = "all") -> dict[str, Any]:
    """Return one row of an evaluation's table."""
    for row in rows(evaluation.frame()):
        if row["metric"] == name and str(row["segment"]) == segment:
            return row
    raise KeyError(f"{name} of segment {segment} is not in the evaluation")


def paragraphs(study: Any) -> list[str]:
    """Say in plain words what the diagnostics found."""
    said = [
        _typing(study.tool.evaluation_),
        _level(study.segments.level_share),
        study.trust.stability.summary(),
    ]
    if study.trust.drift is not None:
        said.append(study.trust.drift.summary())
    return [_by_name(text, study.segments.scheme.names) for text in said]


def _by_name(text: str, names: tuple[str, ...]) -> str:
    """Call the segments that a summary numbers ("segment 2") by their names."""
    return re.sub(
        r"\bsegment (\d+)\b",
        lambda found: names[int(found[1])] if int(found[1]) < len(names) else found[0],
        text,
    )


def of_segment(study: Any, segment: int) -> str:
    """Say how stable a segment is and how well its members are found from fields."""
    row = next(r for r in rows(study.trust.stability.frame()) if str(r["segment"]) == str(segment))
    recall = metric(study.tool.evaluation_, "recall", str(segment))
    precision = metric(study.tool.evaluation_, "precision", str(segment))
    return (
        f"Trust: found again in other samples with a Jaccard similarity of {row['jaccard']:.2f} "
        f"({row['low']:.2f} to {row['high']:.2f}; above 0.75 is valid, above 0.85 stable). From "
        f"fields alone {percent(recall['value'])} of its members are recognised, and of those "
        f"tagged so {percent(precision['value'])} belong to it."
    )


def methods(study: Any) -> list[str]:
    """Return the methods paragraphs of every step, with settings and seed."""
    said = [
        _screening(study),
        *_relative(study),
        study.needs.correlation.summary(),
        study.needs.factorability.summary(),
        study.needs.count.summary() + _stated(study.config.n_factors),
        study.needs.model.summary(),
        _segments(study.segments),
        study.tool.evaluation_.summary(),
    ]
    return [*study.answers.codebook.assumptions, *said]


def _screening(study: Any) -> str:
    """Say what the screening found, and how many were left out in the end."""
    kept, read = len(study.segments.labels), study.answers.n_read
    found = study.answers.quality.summary().removesuffix("Nobody was dropped.").rstrip()
    flagged = "flagged, " if study.config.drop_careless else ""
    return (
        f"{found} The study used {kept:,} of {read:,}: left out are those {flagged}with fewer than "
        "half of the items answered, or without a positive weight."
    )


def _relative(study: Any) -> list[str]:
    """Say how ratings were made relative, and what that does to the figures that follow."""
    if study.config.ratings == "given":
        return []
    used = len(column_names(study.answers.ratings))
    return [
        f"Ratings are relative: from each answer the same person's mean of its battery was taken "
        f"away, and the last item of each battery was left out, since it follows from the others "
        f"({used} of {len(study.answers.items)} items are used). The general level of a person's "
        "ratings is thereby gone. Within a battery relative ratings pull against each other, "
        "which lowers the KMO and makes every rule find further small factors."
    ]


def _stated(n_factors: int | None) -> str:
    return f" The study uses {n_factors}, as study.toml states." if n_factors else ""


def _segments(found: Any) -> str:
    return (
        f"{found.method} {found.scheme.summary()} The other route (k-means or latent classes) "
        f"divides the same people with an adjusted Rand index of {found.agreement:.2f} to this one "
        "(1: the same, 0: unrelated)."
    )


def _typing(evaluation: Any) -> str:
    accuracy, kappa = metric(evaluation, "accuracy"), metric(evaluation, "kappa")
    majority = metric(evaluation, "majority")["value"]
    return (
        f"The typing tool gives {percent(accuracy['value'])} of people the segment that the survey "
        f"would give them ({percent(accuracy['low'])} to {percent(accuracy['high'])}; calling "
        f"everybody a member of the largest segment gives {percent(majority)}). Beyond "
        f"chance that is a kappa of {kappa['value']:.2f}: "
        f"{_kappa_words(kappa['value'])} A tag is a likelihood, not a fact about a person: use it "
        "to choose what to say first, not to refuse anybody anything."
    )


def _level(share: float) -> str:
    told = (
        f"{percent(share)} of the differences in people's average answer lie between the segments"
    )
    if share < RANKING:
        return f"{told}: they differ in what they answer rather than in how high they answer."
    return (
        f"{told}: in good part they are a ranking from low to high. Part of that may be a habit of "
        "using the scale; where one level is all that is wanted, a score would do."
    )


def _kappa_words(kappa: float) -> str:
    if kappa < 0.1:
        return "the fields tell almost nothing; tags should not be used one by one."
    if kappa < 0.3:
        return "the fields tell a little; good for shares and for ordering, weak for single people."
    if kappa < 0.6:
        return "the fields tell a fair amount; most of those with a high probability are right."
    return "the fields tell the segments well."
