"""Names in Markdown: they stay names, whatever signs they hold."""

import re

__all__ = ["escaped", "escaped_block"]

SIGNS = re.compile(r"[\\`*_{}\[\]<>|~$&@#]|:(?=//)|(?<=\bwww)\.")
BEGINNING = re.compile(r"^(\d*)([+\-=.)])")


def escaped(text: str) -> str:
    r"""Return a text that Markdown shows as it is, on one line: for cells and headings.

    Examples
    --------
    >>> print(escaped("<b>|*x*"))
    \<b\>\|\*x\*
    """
    return SIGNS.sub(r"\\\g<0>", " ".join(text.split()))


def escaped_block(text: str) -> str:
    r"""Return a text that makes a paragraph and nothing else, whatever it begins with.

    Examples
    --------
    >>> print(escaped_block("1. one"))
    1\. one
    """
    return BEGINNING.sub(r"\1\\\2", escaped(text))
