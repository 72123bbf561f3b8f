"""What a run tells about each step, one line with figures."""

from pathlib import Path
from typing import Any

import numpy as np

from segkit._result import percent
from segkit.reports.story import rows
from segkit.segments import Persona
from segkit.study.answers import Answers
from segkit.study.steps import Needs, Segmentation, Trust

__all__ = [
    "answers_line",
    "base_line",
    "kept_word",
    "needs_line",
    "personas_word",
    "segments_line",
    "tool_line",
    "trust_line",
]


def answers_line(answers: Answers) -> str:
    """Say how many respondents were read and kept."""
    kept = len(answers.weight)
    return (
        f"{answers.n_read:,} respondents, {kept:,} kept; {len(answers.items)} items, "
        f"{len(answers.fields)} fields"
    )


def needs_line(needs: Needs) -> str:
    """Say how many needs were found and how fit the items are for it."""
    return (
        f"{needs.model.n_factors} needs ({needs.correlation.method} correlations, KMO "
        f"{needs.factorability.kmo:.2f})"
    )


def segments_line(segments: Segmentation) -> str:
    """Say how large the segments are among the respondents."""
    sizes = np.bincount(segments.labels)
    return f"{sizes.size} segments of " + ", ".join(f"{s:,}" for s in sizes) + " respondents"


def tool_line(tool: Any) -> str:
    """Say how well customers are typed, against chance."""
    majority = tool.evaluation_.value("majority")
    return (
        f"accuracy {percent(tool.evaluation_.accuracy)} (largest segment: {percent(majority)}), "
        f"kappa {tool.evaluation_.kappa:.2f}"
    )


def base_line(mix: Any, sizes: Any, tagged: Path) -> str:
    """Say how many customers were tagged and how large the segments are."""
    n = mix.n_customers if mix else sum(r["n"] for r in rows(sizes))
    shares = ", ".join(percent(r["share"]) for r in rows(sizes))
    return f"{n:,} rows tagged in {tagged.name}; sizes {shares}"


def trust_line(trust: Trust) -> str:
    """Say how stable the weakest segment is and what the drift asks for."""
    weakest = min(r["jaccard"] for r in rows(trust.stability.frame()) if r["segment"] != "all")
    drift = f"; fields against the base: {trust.drift.verdict}" if trust.drift else ""
    return f"Jaccard of the weakest segment {weakest:.2f}{drift}"


def personas_word(personas: list[Persona]) -> str:
    """Say which personas were edited by hand, and whose edited words ask for another look."""
    edited = [p.name for p in personas if p.edited or p.notes]
    again = [p.name for p in personas if p.look_again]
    told = f"; edited personas: {', '.join(edited)}" if edited else ""
    return told + (f"; figures have changed since for {', '.join(again)}" if again else "")


def kept_word(kept: bool) -> str:
    """Say that a step was not computed again."""
    return "; kept from the last run" if kept else ""
