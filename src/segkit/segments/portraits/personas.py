"""Personas: from what sets groups of people apart to portraits that a consultant edits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from segkit._checks import (
    check_columns,
    check_frame,
    check_integer,
    check_list,
    check_same_rows,
    name_list,
)
from segkit._frames import column, n_rows, numeric_column
from segkit._weights import check_weights, effective_size
from segkit.exceptions import SegkitError
from segkit.plots.palette import segment_name
from segkit.segments.describing.contrasts import Group, wilson
from segkit.segments.describing.groups import Groups, read_groups
from segkit.segments.describing.profile import Profile
from segkit.segments.portraits.persona import WORDS, Persona
from segkit.segments.portraits.persona_evidence import Evidence, read_evidence
from segkit.segments.portraits.persona_words import (
    fall_behind,
    how_not_to_speak,
    how_to_recognise,
    how_to_speak,
    lacking,
    less_wanted,
    unmet,
    wanted,
)
from segkit.segments.portraits.quotes import Comments, quotes, read_comments
from segkit.segments.portraits.typical_member import band, closeness, places, readable, told_member
from segkit.survey import Codebook, Opportunity

__all__ = ["personas"]

PARTS = ("job", "gains", "pains", "matters_less", "lacks")
"""The parts of a persona that rest on figures of their own."""


@dataclass(frozen=True)
class People:
    """Those whom the personas portray, one row each."""

    groups: Groups
    w: np.ndarray
    bands: dict[str, np.ndarray]
    place: np.ndarray
    texts: Comments | None


def personas(
    profile: Profile | Sequence[Profile],
    opportunity: Opportunity | None = None,
    verbatims: Any = None,
    names: Mapping[Any, str] | Sequence[str] | None = None,
    *,
    members: Any = None,
    people: Any = None,
    positions: Any = None,
    sizes: Any = None,
    codebook: Codebook | None = None,
    solutions: Sequence[str] | None = None,
    sample_weight: Any = None,
    unit: str = "respondent",
    smallest: int = 10,
    speak: tuple[str, str] = ("Lead with", "Leave out"),
) -> list[Persona]:
    """Portray each segment, or each of any groups: job, pains, gains, what it lacks, own words.

    Parameters
    ----------
    profile : Profile or sequence of Profile
        What sets the groups apart: items, satisfaction, fields; several profiles of the same
        groups are read together. Of groups that overlap, profile a table of groups
        (`segkit.segments.profile`).
    opportunity : Opportunity, optional
        Importance and satisfaction of the needs by the same groups: the unmet ones are pains.
    verbatims : sequence of str of shape (n,), optional
        What each person wrote; needs `members`.
    names : mapping or sequence of str, optional
        ``{segment: name}``, or one name a group in order. Default: the group's own name.
    members : array-like of shape (n,), Scheme, or frame of shape (n, n_groups), optional
        Who belongs to which group, as given to `profile`: for quotes, typical members, sizes.
    people : frame of shape (n, n_fields), optional
        What is known of each, for the typical member; needs `members`.
    positions : frame or array of shape (n, d), optional
        Scores of what made the groups (needs). The typical member is in the middle of these
        and of `people`, each block counting the same.
    sizes : frame, optional
        Columns segment, share, low, high: the sizes to tell (of a base, say, by
        `segkit.typing_tool`). Default: the weighted shares of `members`.
    codebook : Codebook, optional
        Wordings and roles: importance and other rated items say what people want,
        satisfaction what falls behind, fields how to recognise them. Without it `used_items`
        of the profiles are wants, everything else fields.
    solutions : sequence of str, optional
        The yes/no fields that say who has a product. Default: those of a block "adoption",
        "products" or "solutions", and those whose wording begins with has, holds, owns, uses.
    sample_weight : array-like of shape (n,), optional
        Survey weights.
    unit : str
        What a row is, in the singular: "respondent", "account", ...
    smallest : int
        Cells of fewer people are suppressed: figures on fewer answers, shares that fewer gave,
        groups of fewer members. Everything told of a typical member is shared by at least as
        many members of the group (k-anonymity).
    speak : (str, str)
        How the lines of `do` and `do_not` begin.

    Returns
    -------
    list of Persona
        In the order of the profile.

    Raises
    ------
    SegkitError
        When profiles, opportunity, names, sizes and members do not speak of the same groups,
        or quotes and typical members are asked for without `members`.

    Notes
    -----
    A persona tells what is *special*: the largest differences to everybody else (effects of
    at least .15), not what everybody wants. Pains are opportunity scores of 10 and over, and
    items that satisfy less than others. A product is lacking where the effect is at least .3.

    The typical member is a medoid: the member with the least sum of squared distances to all
    members, in positions and in Gower's distance of `people` (numbers as ranks). It is real, so
    it is told in bands, and a field that would leave fewer than `smallest` members alike is
    left out.

    The count behind a share is taken as that share of the people who answered, weights or not.
    Suppressed figures can at times be computed from others (totals, the other segments): look
    at everything that is published together. Masking finds numbers and addresses, not names:
    read the quotes before they leave the project.

    References
    ----------
    Sweeney, L. (2002). k-anonymity: a model for protecting privacy. International Journal of
    Uncertainty, Fuzziness and Knowledge-Based Systems 10, 557-570.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit.segments import profile
    >>> answers = pd.DataFrame({"one place": [5, 4, 5, 1, 2, 1] * 20, "quick": [1, 2] * 60})
    >>> labels = [0, 0, 0, 1, 1, 1] * 20
    >>> used = ["one place", "quick"]
    >>> first, second = personas(
    ...     profile(answers, labels, used), names=["Planners", "The others"], members=labels
    ... )
    >>> first.name, first.job, first.n
    ('Planners', ('one place',), 60)
    """
    check_integer(smallest, name="smallest", low=2)
    book = Codebook([]) if codebook is None else codebook
    evidence = read_evidence(profile, opportunity, book, solutions, smallest)
    crowd = _people(evidence, members, people, positions, verbatims, sample_weight, book)
    called = _names(evidence.segments, names)
    shares = _sizes(evidence.segments, sizes, crowd)
    made = []
    for at, segment in enumerate(evidence.segments):
        n = evidence.n[str(segment)] if crowd is None else int(crowd.groups.counts(crowd.w)[at])
        bare = Persona(segment, called[at], unit=unit, smallest=smallest, origin=evidence.origin)
        if n < smallest:
            made.append(_suggest(_unknown(bare)))
            continue
        sized = replace(bare, n=n, **shares.get(str(segment), {}))
        told = _words(sized, evidence, speak)
        made.append(_suggest(told if crowd is None else _alive(told, crowd, at, evidence)))
    return made


def _words(bare: Persona, evidence: Evidence, speak: tuple[str, str]) -> Persona:
    """Write what the figures say of one group."""
    book, segment = evidence.codebook, bare.segment
    needs, fields = evidence.needs[str(segment)], evidence.part(segment, "field")
    wants = wanted(evidence.part(segment, "want"), book)
    less = less_wanted(evidence.part(segment, "want"), book)
    pains = unmet(needs, evidence.everybody)
    pains += fall_behind(evidence.part(segment, "satisfaction"), book, pains)
    products = [r for r in fields if r["item"] in evidence.solutions]
    without = lacking(products, book, smallest=bare.smallest)
    named = {s.item for s in without}
    said = [*wants, *less, *pains, *without]
    lines: dict[str, Any] = {part: tuple(s.text for s in said if s.part == part) for part in PARTS}
    n_small = evidence.n_small[str(segment)]
    rest = "figure rests" if n_small == 1 else "figures rest"
    hidden = f"Not told: {n_small} {rest} on fewer than {bare.smallest} {bare.units}."
    return replace(
        bare,
        **lines,
        do=tuple(how_to_speak(wants, pains, book, speak[0])),
        do_not=tuple(how_not_to_speak(less, book, speak[1])),
        recognise=tuple(how_to_recognise([r for r in fields if r["item"] not in named], book)),
        statements=tuple(said),
        needs=needs,
        marks=evidence.marks(segment),
        suppressed=(hidden,) if n_small else (),
    )


def _alive(told: Persona, crowd: People, at: int, evidence: Evidence) -> Persona:
    """Add what single members give: their words, and the one in the middle of all."""
    member = crowd.groups.membership[:, at]
    inside = (member >= 0.5) & (crowd.w > 0)
    near = closeness(crowd.place, member, crowd.w)
    bands = {name: crowd.bands[name] for name in evidence.order(told.segment, list(crowd.bands))}
    lines, n_hidden = told_member(bands, inside, near, evidence.codebook, smallest=told.smallest)
    hidden = told.suppressed
    if n_hidden:
        hidden += (
            f"The typical member is told by what {told.smallest} or more {told.units} share; "
            f"{n_hidden} of {len(bands)} fields would have left fewer.",
        )
    spoken = [] if crowd.texts is None else quotes(crowd.texts, inside, near)
    return replace(told, typical_member=tuple(lines), quotes=tuple(spoken), suppressed=hidden)


def _unknown(bare: Persona) -> Persona:
    hidden = f"Fewer than {bare.smallest} {bare.units}: nothing is told of them."
    return replace(bare, suppressed=(hidden,))


def _suggest(persona: Persona) -> Persona:
    """Keep the words as those that segkit suggests."""
    words: dict[str, Any] = {word: _trimmed(getattr(persona, word)) for word in WORDS}
    return replace(persona, **words, suggested=words)


def _trimmed(text: Any) -> Any:
    """Return a text, or lines, without blanks around them: as a file gives them back."""
    if isinstance(text, str):
        return text.strip()
    return tuple(line.strip() for line in text if line.strip())


def _people(
    evidence: Evidence,
    members: Any,
    people: Any,
    positions: Any,
    verbatims: Any,
    sample_weight: Any,
    codebook: Codebook,
) -> People | None:
    """Read what is known of single people; None where nothing is."""
    each = {"verbatims": verbatims, "people": people, "positions": positions}
    given = [name for name, value in each.items() if value is not None]
    if members is None:
        if given:
            raise SegkitError(
                f"{name_list(given)} was given without members; expected who belongs to which "
                "group. Give members the labels of the profile."
            )
        return None
    groups = read_groups(members)
    n = len(groups.membership)
    for name in given:
        check_same_rows(n_rows(each[name]), n, what=name, other="members")
    if [str(g) for g in groups.names] != [str(s) for s in evidence.segments]:
        raise SegkitError(
            f"members speaks of {name_list(groups.names)}, the profile of "
            f"{name_list(evidence.segments)}; expected the same groups. Give both the same labels."
        )
    w = check_weights(sample_weight, n)
    columns = [] if people is None else readable(check_frame(people, what="people"), codebook)
    texts = None if verbatims is None else read_comments(list(verbatims))
    return People(
        groups, w, {c.name: band(c) for c in columns}, places(people, columns, positions, w), texts
    )


def _names(segments: tuple[Any, ...], names: Any) -> list[str]:
    if names is None:
        return [segment_name(s) for s in segments]
    if isinstance(names, Mapping):
        unknown = [s for s in names if s not in segments]
        found = [str(names.get(s, segment_name(s))) for s in segments]
    else:
        listed = check_list(names, name="names", of="names, one a segment")
        unknown, found = [], [str(n) for n in listed]
    if unknown or len(found) != len(segments) or len(set(found)) < len(found):
        raise SegkitError(
            f"names is {names!r}; expected {len(segments)} different names for "
            f"{name_list(segments)}, as a list in this order or by segment."
        )
    return found


def _sizes(
    segments: tuple[Any, ...], sizes: Any, crowd: People | None
) -> dict[str, dict[str, Any]]:
    """Return share, low and high by segment, as text."""
    if sizes is not None:
        check_columns(sizes, ["segment", "share", "low", "high"], what="sizes")
        figures = [numeric_column(sizes, name).tolist() for name in ("share", "low", "high")]
        keys = [str(s) for s in column(sizes, "segment")]
    elif crowd is not None:
        belonging = crowd.groups.membership
        # segments share those who have one; groups that overlap are shares of everybody
        w = crowd.w if crowd.groups.codes is None else crowd.w[belonging.any(axis=1)]
        share = crowd.w @ belonging / w.sum()
        n = np.full(share.shape, effective_size(w))
        low, high = wilson(Group(n, share, np.zeros_like(share)))
        figures, keys = [share.tolist(), low.tolist(), high.tolist()], [str(s) for s in segments]
    else:
        return {}
    rows = zip(keys, *figures, strict=True)
    return {key: {"share": s, "low": a, "high": b} for key, s, a, b in rows}
