"""What the made survey asks: 24 outcomes of paying bills, rated for importance and satisfaction.

The outcomes belong to five needs; every outcome is asked twice, once in each battery.
"""

from segkit.survey import Codebook, Item
from segkit.survey.item import Code

__all__ = ["NEEDS", "OUTCOMES", "answer_codebook", "need_of_items"]

NEEDS = ("control", "simplicity", "security", "speed", "saving")
"""The five latent needs, in the order of the true loadings."""

OUTCOMES: dict[str, tuple[str, ...]] = {
    "control": (
        "See everything I owe in one place",
        "Know in good time which bills are coming",
        "Choose the day on which each bill leaves my account",
        "Follow what I spend on bills from month to month",
        "Find an old bill again when I need it",
    ),
    "simplicity": (
        "Pay a bill without typing long numbers",
        "Have regular bills paid without doing anything",
        "Understand at a glance what a bill is for",
        "Use one way of paying for all my bills",
        "Set up a new biller without reading instructions",
    ),
    "security": (
        "Be sure that the money reaches the right company",
        "Be warned when a bill looks unusual",
        "Approve every payment before money leaves my account",
        "Know that my account details stay private",
        "Get my money back without a fight when something goes wrong",
    ),
    "speed": (
        "Pay in a few seconds, wherever I am",
        "See straight away that a payment has gone through",
        "Settle a bill at the last minute without a fee",
        "Get an answer at once when a payment is stuck",
        "Split a bill with somebody on the spot",
    ),
    "saving": (
        "Avoid fees for paying my bills",
        "Earn points or discounts when I pay",
        "Be told when I could pay less for the same service",
        "Spread a large bill over several months at no cost",
    ),
}
"""The outcomes of each need, in the order of the questionnaire."""

_IMPORTANCE: dict[Code, str] = {
    1: "not important at all",
    2: "slightly important",
    3: "moderately important",
    4: "very important",
    5: "extremely important",
}
_SATISFACTION: dict[Code, str] = {
    1: "not satisfied at all",
    2: "slightly satisfied",
    3: "moderately satisfied",
    4: "very satisfied",
    5: "extremely satisfied",
}


def need_of_items() -> list[int]:
    """Return the position of the need behind each of the 24 outcomes."""
    return [NEEDS.index(need) for need, outcomes in OUTCOMES.items() for _ in outcomes]


def answer_codebook() -> Codebook:
    """Return the codebook of the made answers."""
    items = [Item("respondent", "Number of the respondent", role="id")]
    asked = [(need, wording) for need, wordings in OUTCOMES.items() for wording in wordings]
    for role, prefix, labels in (
        ("importance", "imp", _IMPORTANCE),
        ("satisfaction", "sat", _SATISFACTION),
    ):
        items += [
            Item(f"{prefix}_{j:02d}", wording, scale=(1, 5), labels=labels, block=need, role=role)
            for j, (need, wording) in enumerate(asked, start=1)
        ]
    items += [
        Item(
            "verbatim",
            "What annoys you most about paying bills, and what do you wish for?",
            role="verbatim",
        ),
        Item("weight", "Survey weight: inverse probability of selection, mean 1", role="weight"),
        Item("seconds", "Seconds spent on the questionnaire", role="seconds"),
    ]
    return Codebook(items)
