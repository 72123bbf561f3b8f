"""The segment booklet: one self-contained HTML page in which the segments come alive."""

from pathlib import Path
from typing import Any

from segkit._files import whole_file
from segkit.exceptions import SegkitError
from segkit.plots import segment_color
from segkit.plots._pictures import svg
from segkit.reports import honesty, portrait, story
from segkit.reports.wording import Words, spoken, words_for

__all__ = ["booklet"]


def booklet(study: Any, path: str | Path) -> Path:
    """Write the segment booklet of a study that was run.

    The booklet is one HTML file without outside parts: it opens from a mail or a share,
    prints on A4, and holds no customer row. Comments are quoted with personal data masked.

    Parameters
    ----------
    study : segkit.Study
        A study after `run`.
    path : str or Path
        Where the booklet goes.

    Returns
    -------
    Path
        The file written.

    Raises
    ------
    SegkitError
        When the folder does not exist.

    Notes
    -----
    Sizes are those of the base, corrected for typing errors where a base was tagged;
    descriptions are of the respondents. What a segment "wants more" is a difference to
    everybody else in standard deviations, which says how special a wish is, not how strong.
    The words are those of ``personas.yaml`` in the study's folder, edited by hand or not; a
    figure stands beside a line while its words are the suggested ones.

    Examples
    --------
    >>> import inspect
    >>> list(inspect.signature(booklet).parameters)
    ['study', 'path']
    """
    if not all(hasattr(study, part) for part in ("answers", "needs", "sizes", "figures")):
        raise SegkitError(
            f"study is a {type(study).__name__} without results; expected a segkit.Study that was "
            "run. Call study.run() first."
        )
    page = _template().render(**_context(study))
    with whole_file(path) as draft:
        draft.write_text(page, "utf-8")
    return Path(path)


def _template() -> Any:
    from jinja2 import Environment, PackageLoader, StrictUndefined  # only when a page is written

    environment = Environment(
        loader=PackageLoader("segkit.reports", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_unbroken,
    )
    return environment.get_template("booklet.html")


def _unbroken(value: Any) -> Any:
    """Keep a percentage and its sign on one line."""
    return value.replace(" %", "\u00a0%") if isinstance(value, str) else value


def _context(study: Any) -> dict[str, Any]:
    book, two_ended = study.answers.codebook, _words(study).two_ended
    needs = story.need_words(study.needs.model, book, two_ended=two_ended)
    sizes = story.sizes(study.sizes)
    return {
        "title": study.config.name,
        "facts": honesty.facts(study),
        "words": _words(study),
        "needs": story.need_table(study.needs.model, book, needs, two_ended=two_ended),
        "segments": [_segment(study, size, needs) for size in sizes],
        "size_picture": svg(study.figures["sizes"]),
        "trust": [spoken(text, book) for text in honesty.paragraphs(study)],
        "pictures": [
            {"title": title, "svg": svg(study.figures[name])}
            for name, title in honesty.PICTURES.items()
            if name in study.figures
        ],
        "methods": [spoken(text, book) for text in honesty.methods(study)],
    }


def _words(study: Any) -> Words:
    return words_for(study.config.items, study.config.ratings)


def _segment(study: Any, size: dict[str, Any], needs: dict[str, str]) -> dict[str, Any]:
    k, found = size["number"], study.segments
    persona = next(p for p in study.personas if p.segment == k)
    return {
        "number": k,
        "name": size["name"],
        "color": segment_color(k),
        "size": size,
        "needs": story.need_bars(found.needs, k, needs),
        "one_way": story.one_way(found.items, k),
        "trust": honesty.of_segment(study, k),
        **portrait.told(persona, _words(study)),
    }
