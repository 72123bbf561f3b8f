"""The figures, tables and summary that a run leaves in ``results/``."""

import textwrap
from pathlib import Path
from typing import Any

from segkit._files import whole_file, write_table
from segkit._frames import attach, column
from segkit.plots._canvas import literal
from segkit.plots.drift import plot_drift
from segkit.plots.profile import plot_profile
from segkit.plots.segment_mix import plot_segment_mix
from segkit.plots.sizes import plot_sizes
from segkit.plots.stability import plot_stability
from segkit.plots.typing_quality import plot_typing_quality
from segkit.reports.honesty import can_be_sized, methods, paragraphs
from segkit.survey.wording import wording

__all__ = ["close", "draw", "write_figures", "write_summary", "write_tables"]


LONGEST = 36
"""Letters of a wording that a figure has room for."""

SOMETIMES = ("segment_mix", "opportunity", "drift")
"""Figures and tables that a study has or has not; those of an earlier run must not stay."""


def draw(study: Any) -> dict[str, Any]:
    """Draw every figure of a study, segments by their names; returns name -> Axes."""
    names = study.segments.scheme.names
    found = {
        "scree": study.needs.count.plot(),
        "loadings": study.needs.model.plot(),
        "needs": plot_profile(_named(study.segments.needs.frame(), names)),
        "items": plot_profile(_named(study.segments.items.frame(), names)),
        "sizes": (
            plot_segment_mix(_named(study.mix.frame(), names))
            if can_be_sized(study.mix)
            else plot_sizes(attach(study.sizes, {"name": [literal(name) for name in names]}))
        ),
        "typing": plot_typing_quality(_named(study.tool.evaluation_.frame(), names)),
        "stability": plot_stability(_named(study.trust.stability.frame(), names)),
    }
    if study.segments.opportunity is not None:
        found["opportunity"] = study.segments.opportunity.plot()
    if study.trust.drift is not None:
        found["drift"] = plot_drift(_worded(study.trust.drift.frame(), study.answers.codebook))
    return found


def write_figures(figures: dict[str, Any], folder: Path) -> Path:
    """Write each figure as PNG."""
    folder.mkdir(exist_ok=True)
    _clear(folder, [f"{name}.png" for name in SOMETIMES if name not in figures])
    for name, ax in figures.items():
        _settle(ax)
        with whole_file(folder / f"{name}.png") as draft:
            ax.figure.savefig(draft, format="png", dpi=150, metadata={"Software": None})
    return folder


def write_tables(study: Any, folder: Path) -> Path:
    """Write the table behind each result as CSV."""
    folder.mkdir(exist_ok=True)
    tables = {
        "response_quality": study.answers.quality.frame(),
        "factorability": study.needs.factorability.frame(),
        "n_factors": study.needs.count.frame(),
        "loadings": study.needs.model.loadings_,
        "profile_needs": study.segments.needs.frame(),
        "profile_items": study.segments.items.frame(),
        "profile_outside": study.segments.outside.frame(),
        "typing_evaluation": study.tool.evaluation_.frame(),
        "sizes": study.sizes,
        "stability": study.trust.stability.frame(),
    }
    _clear(folder, [f"{name}.csv" for name in SOMETIMES])
    if study.mix is not None:
        tables["segment_mix"] = study.mix.frame()
    if study.segments.opportunity is not None:
        tables["opportunity"] = study.segments.opportunity.frame()
    if study.trust.drift is not None:
        tables["drift"] = study.trust.drift.frame()
    for name, table in tables.items():
        write_table(table, folder / f"{name}.csv")
    return folder


def write_summary(study: Any, path: Path) -> Path:
    """Write the paragraphs that a report can quote."""
    said = [*paragraphs(study), *methods(study)]
    with whole_file(path) as draft:
        draft.write_text(f"# {study.config.name}\n\n" + "\n\n".join(said) + "\n", "utf-8")
    return path


def close(figures: dict[str, Any]) -> None:
    """Release the figures that were drawn for the files."""
    import matplotlib.pyplot as plt  # they were drawn with it

    for ax in figures.values():
        plt.close(ax.figure)


def _named(table: Any, names: tuple[str, ...]) -> Any:
    """Put the segments' names in place of their numbers; "all" stays."""
    name_of = {str(number): literal(name) for number, name in enumerate(names)}
    segments = column(table, "segment").tolist()
    return attach(table, {"segment": [name_of.get(str(s), str(s)) for s in segments]})


def _worded(table: Any, codebook: Any) -> Any:
    """Put the fields' wordings in place of their names, where no two become alike."""
    names = column(table, "field").tolist()
    said = {n: textwrap.shorten(wording(n, codebook), LONGEST, placeholder=" ...") for n in names}
    alike = len(set(said.values())) < len(said)
    shown = names if alike else [said[n] for n in names]
    return attach(table, {"field": [literal(text) for text in shown]})


def _settle(ax: Any) -> None:
    """Lay the figure out once: finding room for labels costs as much as drawing them."""
    ax.figure.draw_without_rendering()
    ax.figure.set_layout_engine("none")


def _clear(folder: Path, names: list[str]) -> None:
    for name in names:
        (folder / name).unlink(missing_ok=True)
