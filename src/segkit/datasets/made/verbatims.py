"""What people write when asked what annoys them and what they wish for.

Every archetype has pains and wishes of its own with slots to fill; a third of the people
write nothing, some mix in a pain of another archetype, and a few leave an address or a
number that has to be masked before anybody reads on.
"""

import re

import numpy as np

from segkit.datasets.made.archetypes import Archetype

__all__ = ["write_verbatims"]

_SILENT = 0.33
_SILENT_CARELESS = 0.75
_OFF_TOPIC = 0.15
_PERSONAL = 0.03

_SLOTS: dict[str, tuple[str, ...]] = {
    "bill": (
        "electricity bill", "phone bill", "heating bill", "insurance", "internet bill",
        "water bill", "gym fee", "car loan", "nursery fee", "tax bill", "streaming subscription",
    ),
    "place": ("the app", "my bank", "the website", "the letter box", "my inbox", "the portal"),
    "time": (
        "last month", "twice this year", "every quarter", "in January", "during the holidays",
        "almost every month", "a while ago",
    ),
    "amount": ("a small fee", "3 euros", "5 euros", "a reminder fee", "more than I expected"),
    "people": ("my partner", "my parents", "my flatmates", "the children", "my neighbour"),
}  # fmt: skip

_PAINS: dict[str, tuple[str, ...]] = {
    "Set and forget": (
        "I have to type the long reference for the {bill} again and again.",
        "The agreement for the {bill} stopped {time} and nobody told me.",
        "Every company wants its own set-up, the {bill} took me an evening.",
        "I do not want to think about the {bill}, yet {place} keeps asking me to approve it.",
        "Moving house meant doing all my agreements once more, the {bill} first of all.",
    ),
    "Overview keeper": (
        "My bills lie in {place} and in three other places, I never see the total.",
        "I cannot see which bills are coming before payday.",
        "The {bill} came without notice {time} and upset my budget.",
        "I keep a spreadsheet because {place} shows no history.",
        "I searched {place} for an old {bill} and gave up.",
    ),
    "Careful checker": (
        "I got a message about the {bill} that looked false, and nobody could tell me.",
        "I am never sure that the money for the {bill} has arrived.",
        "Somebody took money from my account {time} and it took weeks to get it back.",
        "Too many companies know my account number.",
        "The amount of the {bill} was wrong {time} and it was paid before I saw it.",
    ),
    "On the move": (
        "It takes far too long to pay the {bill} on my phone.",
        "I forgot the {bill} {time} and paid {amount} on top.",
        "The payment hung for two days and {place} said nothing.",
        "Splitting the {bill} with {people} is a mess.",
        "Logging in takes longer than paying.",
    ),
    "Bargain seeker": (
        "Paying the {bill} costs {amount}, for nothing.",
        "I found out {time} that I pay too much for the {bill}.",
        "No points, no discount, although I always pay in time.",
        "A large {bill} all at once breaks my month.",
        "Each reminder costs {amount} even when I am one day late.",
    ),
    "Untroubled": (
        "Nothing really, it works.",
        "A bill comes and I pay it.",
        "The {bill} still comes on paper, but never mind.",
        "I do not think much about it.",
    ),
}

_WISHES: dict[str, tuple[str, ...]] = {
    "Set and forget": (
        "I want one agreement for everything that simply runs.",
        "It should move my agreements by itself when I change banks.",
        "Pay the {bill} for me and tell me once a year.",
        "One button to make a bill automatic would be enough.",
    ),
    "Overview keeper": (
        "Show me all bills of the next months in one calendar.",
        "I wish for one page with everything I owe and what is left after it.",
        "Let me choose the day for each bill, best right after payday.",
        "A yearly overview by kind of bill, please.",
    ),
    "Careful checker": (
        "Warn me when a bill looks different from usual.",
        "I want to approve each payment and get a receipt from the company.",
        "Check the sender for me before I pay.",
        "Somebody to call who stops a wrong payment at once.",
    ),
    "On the move": (
        "One tap, done.",
        "Remind me on the phone on the last day and let me pay there.",
        "Let me split the {bill} with {people} in the same app.",
        "Tell me within a minute that the money is through.",
    ),
    "Bargain seeker": (
        "Tell me when the {bill} is cheaper elsewhere.",
        "Give me a discount when I pay early.",
        "Let me spread the {bill} over a few months without interest.",
        "No fees, and a bonus for paying in time.",
    ),
    "Untroubled": (
        "Leave it as it is.",
        "No wishes.",
        "Fewer letters perhaps.",
    ),
}

_CARELESS = ("none", "ok", "asdf", "...", "good", "no", "xx")


def write_verbatims(
    cast: tuple[Archetype, ...],
    segments: np.ndarray,
    careless: np.ndarray,
    rng: np.random.Generator,
) -> np.ndarray:
    """Return one comment a respondent, None where nothing was written.

    Parameters
    ----------
    cast : tuple of Archetype
        The archetype of each segment.
    segments : ndarray of shape (n,)
        True segments.
    careless : ndarray of shape (n,) of str
        Kind of carelessness, "" for attentive respondents.
    rng : numpy.random.Generator
        Chooses the words.

    Returns
    -------
    ndarray of shape (n,) of object
    """
    out = np.empty(len(segments), dtype=object)
    for i, (segment, kind) in enumerate(zip(segments, careless, strict=True)):
        inattentive = kind not in ("", "partial")
        if rng.random() < (_SILENT_CARELESS if inattentive else _SILENT):
            continue
        out[i] = _pick(_CARELESS, rng) if inattentive else _comment(cast, int(segment), rng)
    return out


def _comment(cast: tuple[Archetype, ...], segment: int, rng: np.random.Generator) -> str:
    if rng.random() < _OFF_TOPIC:
        segment = int(rng.integers(len(cast)))
    name = cast[segment].name
    parts = [_pick(_PAINS[name], rng), _pick(_WISHES[name], rng)]
    length = rng.random()
    if length < 0.25:
        parts = parts[:1]
    elif length < 0.40:
        parts = parts[1:]
    if rng.random() < _PERSONAL:
        parts.append(_contact(rng))
    return " ".join(_filled(part, rng) for part in parts)


def _filled(text: str, rng: np.random.Generator) -> str:
    return re.sub(r"\{(\w+)\}", lambda slot: _pick(_SLOTS[slot[1]], rng), text)


def _contact(rng: np.random.Generator) -> str:
    number = int(rng.integers(100, 1000))
    # example.com is reserved for examples, and so are the telephone numbers 555-01xx
    return _pick(
        (
            f"Write to me: customer{number}@example.com",
            f"Please call me on +1 202 555 01{number % 100:02d}",
            f"My mail is reader.{number}@example.com, thanks.",
        ),
        rng,
    )


def _pick(texts: tuple[str, ...], rng: np.random.Generator) -> str:
    return texts[int(rng.integers(len(texts)))]
