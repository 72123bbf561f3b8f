"""The analyst's segments: names, order and merges, carried along with the labels."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from segkit._checks import check_list, check_option, name_list
from segkit._frames import attach, frame_like, is_missing
from segkit._result import Result, percent
from segkit._weights import check_weights, effective_size, weighted_counts
from segkit.exceptions import SegkitError
from segkit.plots.palette import segment_name
from segkit.segments.codes import coded, label_values, plain_label
from segkit.segments.describing.contrasts import Group, wilson
from segkit.segments.numbering import size_order

__all__ = ["Scheme"]

GROUPS = "groups of segments, such as [[1, 3]]"


class Scheme(Result):
    """Names, order and merges of segments, applied to any labels of the same kind.

    Parameters
    ----------
    labels : array-like of shape (n_respondents,)
        The segments that a method found: numbers or text; -1 is noise.
    names : mapping or sequence of str, optional
        ``{segment: name}`` by the segments of `labels` (a merged segment goes by any of its
        parts), or one name a segment in the final order. Default: "Segment 0", ... for
        numbers, the text itself for text.
    order : sequence, optional
        The segments of `labels` in the order wanted, a merged one by any of its parts.
        Default: by size, largest first.
    merge : sequence of sequences, optional
        Segments of `labels` that are one segment: ``[[1, 3]]``.
    sample_weight : array-like of shape (n_respondents,), optional
        Survey weights, for sizes.

    Attributes
    ----------
    labels : ndarray of shape (n_respondents,)
        The final segments 0, 1, ... in order; -1 is noise.
    names : tuple of str
        The name of each final segment.
    numbers : dict
        The final segment of each segment of the labels given.

    Raises
    ------
    SegkitError
        For a segment that is not in `labels`, one merged or ordered twice, names that are
        repeated or lacking.

    Examples
    --------
    >>> scheme = Scheme([0, 0, 1, 2], names={0: "Planners", 1: "Delegators"}, merge=[[1, 2]])
    >>> scheme.labels, scheme.names
    (array([0, 0, 1, 1]), ('Planners', 'Delegators'))
    >>> scheme.apply([2, 0, None]).tolist()
    ['Delegators', 'Planners', None]
    """

    def __init__(
        self,
        labels: Any,
        names: Mapping[Any, str] | Sequence[str] | None = None,
        order: Sequence[Any] | None = None,
        merge: Sequence[Sequence[Any]] | None = None,
        *,
        sample_weight: Any = None,
    ) -> None:
        found = coded(labels)
        w = check_weights(sample_weight, len(found.codes))
        head = _heads(found.names, merge)
        sizes = dict.fromkeys(head.values(), 0.0)
        counts = weighted_counts(found.codes, w, len(found.names))
        for name, count in zip(found.names, counts, strict=True):
            sizes[head[name]] += count
        heads = _ordered(sizes, order, head)
        self.numbers = {name: heads.index(head[name]) for name in found.names}
        self.names = _named(heads, names, head)
        final = np.array([self.numbers[name] for name in found.names] + [-1])
        self.labels = final[found.codes]
        self._weights = w
        self._like = labels

    def frame(self) -> Any:
        """Return one row a segment.

        Returns
        -------
        frame
            segment, name, n (people), share (weighted), low, high (95 % interval, labels held
            fixed, Kish's effective n), parts (the segments merged into it).
        """
        inside = (self.labels >= 0) & (self._weights > 0)
        w, codes = self._weights[inside], self.labels[inside]
        n = np.bincount(codes, minlength=len(self.names))
        share = weighted_counts(codes, w, len(self.names)) / w.sum()
        low, high = wilson(Group(np.full(len(n), effective_size(w)), share, np.zeros(len(n))))
        parts = [
            ", ".join(str(p) for p, number in self.numbers.items() if number == k)
            for k in range(len(n))
        ]
        columns = {
            "name": np.array(self.names, dtype=object),
            "n": n.astype(np.int64),
            "share": share,
            "low": low,
            "high": high,
            "parts": np.array(parts, dtype=object),
        }
        return attach(frame_like(self._like, {"segment": np.arange(len(n))}), columns)

    def plot(self, ax: Any = None) -> Any:
        """Draw the sizes of the segments with their intervals."""
        from segkit.plots.sizes import plot_sizes

        return plot_sizes(self.frame(), ax=ax)

    def summary(self) -> str:
        """Return one paragraph: the segments by name and size."""
        inside = self.labels >= 0
        counts = weighted_counts(self.labels, self._weights, len(self.names))
        told = "; ".join(
            f"{name} {percent(c / counts.sum())}"
            for name, c in zip(self.names, counts, strict=True)
        )
        noise = int((~inside).sum())
        left = f" {noise} people belong to no segment." if noise else ""
        return f"{len(self.names)} segments of {int(inside.sum())} people: {told}.{left}"

    def apply(self, labels: Any) -> np.ndarray:
        """Translate labels of the kind given into names.

        Parameters
        ----------
        labels : array-like of shape (n,)
            Segments as those the scheme was made from, of anybody; tags of a base. Missing
            and -1 (untagged, noise) stay without a name.

        Returns
        -------
        ndarray of object, shape (n,)
            Names; None where there is no segment.
        """
        values = label_values(labels, what="labels")
        given = [None if is_missing(v) else plain_label(v) for v in values]
        name_of = {p: self.names[number] for p, number in self.numbers.items()} | {
            None: None,
            -1: None,
        }
        for value in dict.fromkeys(given):
            if value not in name_of:
                check_option(value, tuple(self.numbers), name="segment")
        out = np.empty(len(given), dtype=object)
        out[:] = [name_of[v] for v in given]
        return out


def _heads(known: tuple[Any, ...], merge: Any) -> dict[Any, Any]:
    """Return the segment that each segment is merged into: the first of its group."""
    head = {name: name for name in known}
    seen: set[Any] = set()
    groups = [] if merge is None else check_list(merge, name="merge", of=GROUPS)
    for group in (check_list(g, name="a group of merge", of="segments") for g in groups):
        for part in group:
            check_option(part, known, name="merge")
            if part in seen:
                raise SegkitError(
                    f"merge names the segment {part!r} twice; expected each in one group at most."
                )
            seen.add(part)
            head[part] = group[0]
    return head


def _ordered(
    sizes: dict[Any, float], order: Sequence[Any] | None, head: dict[Any, Any]
) -> list[Any]:
    """Return the merged segments in their final order."""
    heads = list(sizes)
    if order is None:
        return [heads[i] for i in size_order(np.array(list(sizes.values())))]
    listed = check_list(order, name="order", of="segments")
    asked = [head[check_option(s, tuple(head), name="order")] for s in listed]
    if len(set(asked)) < len(asked) or set(asked) != set(heads):
        raise SegkitError(
            f"order is {listed!r}; expected each of the {len(heads)} segments "
            f"{name_list(heads)} once (a merged segment by one of its parts)."
        )
    return asked


def _named(
    heads: list[Any], names: Mapping[Any, str] | Sequence[str] | None, head: dict[Any, Any]
) -> tuple[str, ...]:
    if names is None:
        numbers = all(isinstance(h, int) for h in heads)
        out = [segment_name(i) if numbers else str(h) for i, h in enumerate(heads)]
    elif isinstance(names, Mapping):
        given = {head[check_option(s, tuple(head), name="names")]: str(n) for s, n in names.items()}
        lacking = [h for h in heads if h not in given]
        if lacking:
            raise SegkitError(
                f"names gives no name for the segment(s) {name_list(lacking)}; expected one each."
            )
        out = [given[h] for h in heads]
    else:
        out = [str(n) for n in check_list(names, name="names", of="names, one a segment")]
    if len(out) != len(heads) or len(set(out)) < len(out):
        raise SegkitError(
            f"names holds {name_list(out)}; expected {len(heads)} different names, one a segment."
        )
    return tuple(out)
