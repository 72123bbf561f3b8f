"""The paper on which somebody is typed with a pencil: as a page to print, or as text."""

from html import escape

import numpy as np

from segkit.typing_tool.export.escaping import escaped, escaped_block
from segkit.typing_tool.golden.sheet import Question, Sheet

__all__ = ["FORMS", "paper_text"]

FORMS = ("html", "markdown")

_STYLE = """
body { font: 11pt/1.4 sans-serif; color: #222; max-width: 46em; margin: 1.5em auto; padding: 0 1em }
table { border-collapse: collapse; margin: .3em 0 1em; width: 100% }
caption { text-align: left; font-weight: bold; padding: .3em 0 }
th, td { border: 1px solid #bbb; padding: .2em .5em; text-align: left; font-weight: normal }
thead th { background: #f2f2f2 }
.n { text-align: right; width: 6em }
.item { color: #8a8a8a; font-weight: normal; font-size: 85% }
.sum td, .sum th { font-weight: bold }
table, li { break-inside: avoid }
"""


def paper_text(sheet: Sheet, title: str, form: str) -> str:
    """Return the paper of a scorecard.

    Parameters
    ----------
    sheet : Sheet
        What it says.
    title : str
        The heading.
    form : {"html", "markdown"}
        A whole page, or text.
    """
    return _html(sheet, title) if form == "html" else _markdown(sheet, title)


def _steps(sheet: Sheet) -> list[str]:
    return [
        "Ask each question and mark the answer. Without an answer take the row of no answer.",
        "Write down the points of the marked row, one number for each segment.",
        "Add up each segment's points, the points that everybody begins with among them.",
        "The segment with most points is the person's. If two have as many, take the one that "
        f"stands first in this order: {', '.join(sheet.segments)}.",
    ]


def _verdict(sheet: Sheet) -> str:
    totals = sheet.totals()
    order = np.argsort(-np.array(totals), kind="stable")
    first, second = int(order[0]), int(order[1])
    ahead = totals[first] - totals[second]
    if not ahead:
        return (
            f"{sheet.segments[first]} and {sheet.segments[second]} have as many points, and "
            f"{sheet.segments[first]} stands first: it is the segment."
        )
    times = np.exp(sheet.unit * ahead)
    return (
        f"{sheet.segments[first]} has most points. {sheet.segments[second]} is {ahead} behind: "
        f"{sheet.segments[first]} is about {times:.3g} times as likely."
    )


def _html(sheet: Sheet, title: str) -> str:
    heads = "".join(f'<th scope="col" class="n">{escape(s)}</th>' for s in sheet.segments)
    tables = [_html_question(n, q, heads) for n, q in enumerate(sheet.questions, start=1)]
    begin = _html_row("everybody begins with", sheet.everyone)
    example = [
        _html_row(f"{n}. {q.lines[at].words}", q.lines[at].points)
        for n, (q, at) in enumerate(zip(sheet.questions, sheet.example, strict=True), start=1)
    ]
    total = _html_row("sum", sheet.totals(), kind=' class="sum"')
    steps = "".join(f"<li>{escape(step)}</li>" for step in _steps(sheet))
    top = f'<thead><tr><th scope="col">answer</th>{heads}</tr></thead>'
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head><body>\n"
        f"<h1>{escape(title)}</h1>\n<ol>{steps}</ol>\n<p>{escape(sheet.accuracy)}</p>\n"
        f"<table><caption>Points to begin with</caption>{top}<tbody>{begin}</tbody></table>\n"
        + "\n".join(tables)
        + "\n<h2>An example</h2>\n<table><caption>Somebody in the middle of every scale</caption>"
        f"{top}<tbody>{begin}{''.join(example)}{total}</tbody></table>\n"
        f"<p>{escape(_verdict(sheet))}</p>\n</body></html>\n"
    )


def _html_question(number: int, question: Question, heads: str) -> str:
    name = (
        f' <span class="item">{escape(question.item)}</span>'
        if question.item != question.wording
        else ""
    )
    rows = "".join(_html_row(line.words, line.points) for line in question.lines)
    return (
        f"<table><caption>{number}. {escape(question.wording)}{name}</caption><thead><tr>"
        f'<th scope="col">answer</th>{heads}</tr></thead><tbody>{rows}</tbody></table>'
    )


def _html_row(words: str, points: tuple[int, ...] | list[int], kind: str = "") -> str:
    cells = "".join(f'<td class="n">{p}</td>' for p in points)
    return f'<tr{kind}><th scope="row">{escape(words)}</th>{cells}</tr>'


def _markdown(sheet: Sheet, title: str) -> str:
    parts = [f"# {escaped(title)}", "\n".join(f"1. {escaped(s)}" for s in _steps(sheet))]
    parts += [escaped_block(sheet.accuracy), "## Points to begin with"]
    parts.append(_markdown_table(sheet, [("everybody begins with", sheet.everyone)]))
    for number, question in enumerate(sheet.questions, start=1):
        name = f" ({question.item})" if question.item != question.wording else ""
        parts.append(f"## {number}. {escaped(question.wording + name)}")
        parts.append(_markdown_table(sheet, [(line.words, line.points) for line in question.lines]))
    rows: list[tuple[str, tuple[int, ...]]] = [("everybody begins with", sheet.everyone)]
    for number, (question, at) in enumerate(
        zip(sheet.questions, sheet.example, strict=True), start=1
    ):
        rows.append((f"{number}. {question.lines[at].words}", question.lines[at].points))
    rows.append(("sum", tuple(sheet.totals())))
    parts += ["## An example", "Somebody in the middle of every scale:"]
    parts += [_markdown_table(sheet, rows), escaped_block(_verdict(sheet))]
    return "\n\n".join(parts) + "\n"


def _markdown_table(sheet: Sheet, rows: list[tuple[str, tuple[int, ...]]]) -> str:
    lines = [
        "| answer | " + " | ".join(escaped(s) for s in sheet.segments) + " |",
        "|---|" + "---:|" * len(sheet.segments),
    ]
    lines += [f"| {escaped(words)} | " + " | ".join(map(str, p)) + " |" for words, p in rows]
    return "\n".join(lines)
