"""What a new wave says against the last: each kind of change apart, measurement first."""

from dataclasses import dataclass
from typing import Any

from segkit._checks import name_list
from segkit._result import Result, count_text, percent
from segkit.diagnostics.drift import Drift
from segkit.diagnostics.waves.lines import (
    INTERCEPT,
    KINDS,
    LIMITS,
    LOADINGS,
    OLD_MODEL,
    Line,
    lines_frame,
)
from segkit.segments import Matching

__all__ = ["WaveComparison"]

_MOST = 6


@dataclass(frozen=True, eq=False, repr=False)
class WaveComparison(Result):
    """A new survey wave against the last.

    Attributes
    ----------
    changed_kinds : tuple of str
        The kinds that changed beyond chance and by a size that matters: of ``measurement``,
        ``size``, ``profile``, ``fields``. When measurement changed, size and profile cannot be
        read and are never among them.
    interpretable : bool
        Whether sizes and profiles can be compared: the measurement was not found to have changed.
    matching : Matching
        Evolution: the old model's segments of the new wave's people against those that a fit
        to the new wave finds by itself; relations same, split, merged, new (emerged), gone
        (vanished).
    segments : tuple of int
        The old segments.
    needs : tuple of str
        What they are made of.
    drift : Drift or None
        The fields compared, where fields were given.
    n_old, n_new, n_panel : int
        Respondents of the waves, and people in both.
    effective_old, effective_new : float
        Kish's effective numbers.
    paired : bool
        Whether ids told who is in both.
    measured : str
        How measurement was checked, or why it was not.
    n_factors : int
        The factors that were compared; 0 where measurement was not checked.
    doubts : tuple of str
        What was repaired, dropped or is weaker than it looks.
    model : str
        The name of the model.
    followed : str
        How the segments were followed into the new wave.
    alpha : float
        The level of "beyond chance", adjusted within each kind.
    n_boot : int
        Samples of the people.
    seed : int, RandomState or None
        As given.
    lines : tuple of Line
        What `frame` shows.
    origin : Origin
        The kind of table.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.cluster import KMeans
    >>> from segkit.diagnostics.wave import wave
    >>> rng = np.random.default_rng(0)
    >>> centres = np.array([[0.0, 0.0], [6.0, 0.0]])
    >>> old, new = (centres[np.repeat([0, 1], n)] + rng.normal(size=(sum(n), 2))
    ...             for n in ([300, 100], [200, 200]))
    >>> wave(KMeans(2, n_init=5), old, new, n_boot=20).changed_kinds
    ('size',)
    """

    changed_kinds: tuple[str, ...]
    interpretable: bool
    matching: Matching
    segments: tuple[int, ...]
    needs: tuple[str, ...]
    drift: Drift | None
    n_old: int
    n_new: int
    n_panel: int
    effective_old: float
    effective_new: float
    paired: bool
    measured: str
    n_factors: int
    doubts: tuple[str, ...]
    model: str
    followed: str
    alpha: float
    n_boot: int
    seed: Any
    lines: tuple[Line, ...]
    origin: Any

    def frame(self) -> Any:
        """Return one row a figure, measurement first.

        Returns
        -------
        frame
            segment (text, ``all``), kind (measurement, size, profile, fields), what (loadings,
            intercept; old model, refitted; of fields the kind of change), item (factor, item,
            need or field), unit (congruence, sd, share, V), before, after, change, low, high (of
            the change), p, p_adjusted (Holm within the kind), changed (beyond chance and as large
            as the limit), n_before, n_after (respondents), n (different people).
        """
        return lines_frame(self.lines, self.origin)

    def plot(self, ax: Any = None) -> Any:
        """Draw the sizes of the segments in both waves, with the intervals of their changes."""
        from segkit.plots.wave import plot_wave

        return plot_wave(self.frame(), ax=ax, interpretable=self.interpretable)

    def plot_profile(self, ax: Any = None) -> Any:
        """Draw the changes of what the segments need, with their intervals."""
        from segkit.plots.wave_profile import plot_wave_profile

        return plot_wave_profile(self.frame(), ax=ax, interpretable=self.interpretable)

    def summary(self) -> str:
        """Return one paragraph: what changed, measurement first, evolution, method."""
        return " ".join(
            [
                self._verdict(),
                self._measurement(),
                self._sizes(),
                self._profiles(),
                *self._fields(),
                self._evolution(),
                self._method(),
                *self.doubts,
            ]
        )

    def _verdict(self) -> str:
        if not self.changed_kinds:
            return "Nothing changed beyond chance by a size that matters."
        text = f"Changed: {', '.join(self.changed_kinds)}."
        if self.interpretable:
            return text
        return (
            f"{text} The items no longer measure what they measured: changes of size and profile "
            "are not interpretable. Recode the items named, or leave them out of both waves, and "
            "compare again."
        )

    def _of(self, kind: str, what: str) -> list[Line]:
        return [line for line in self.lines if line.kind == kind and line.what == what]

    def _measurement(self) -> str:
        if not self.n_factors:
            return f"Measurement was not checked ({self.measured})."
        loadings, intercepts = (self._of("measurement", w) for w in (LOADINGS, INTERCEPT))
        least = min(loadings, key=lambda line: line.after)
        text = (
            f"Measurement ({count_text(self.n_factors, 'factor')}, {self.measured}): least "
            f"congruence {least.after:.2f} (`{least.item}`)"
        )
        broken = [line.item for line in loadings if line.changed]
        moved = sorted((line for line in intercepts if line.changed), key=lambda x: -abs(x.change))
        if broken:
            text += f"; {name_list(broken)} not found again"
        told = [f"`{line.item}` {line.change:+.2f} sd" for line in moved]
        more = f" and {len(told) - _MOST} more" if len(told) > _MOST else ""
        text += (
            f"; moved by themselves, their factors aside: {', '.join(told[:_MOST])}{more}."
            if told
            else "; no item moved by itself."
        )
        return text

    def _sizes(self) -> str:
        lines = self._of("size", OLD_MODEL)
        told = ", ".join(
            f"{line.segment} {percent(line.before)} -> {percent(line.after)} "
            f"[{100 * line.low:+.1f}, {100 * line.high:+.1f}]{'*' if line.changed else ''}"
            for line in lines
        )
        note = "" if self.interpretable else " (not interpretable)"
        return f"Sizes by the old model{note}: {told} points."

    def _profiles(self) -> str:
        lines = [line for line in self.lines if line.kind == "profile" and line.changed]
        if not lines:
            return "No segment's needs changed."
        ordered = sorted(lines, key=lambda line: -abs(line.change))
        told = [
            f"segment {line.segment} `{line.item}` {line.change:+.2f} sd "
            f"[{line.low:+.2f}, {line.high:+.2f}]"
            for line in ordered
        ]
        more = f" and {len(told) - _MOST} more" if len(told) > _MOST else ""
        note = "" if self.interpretable else " (not interpretable)"
        return f"Needs changed{note}: {', '.join(told[:_MOST])}{more}."

    def _fields(self) -> list[str]:
        lines = [line for line in self.lines if line.kind == "fields"]
        if not lines:
            return []
        found = [f"{line.item} ({line.what})" for line in lines if line.changed]
        told = f"changed: {name_list(found)}" if found else "none changed"
        return [f"{count_text(len(lines), 'field')} of the respondents compared, {told}."]

    def _evolution(self) -> str:
        return f"Evolution (old model against a fit to the new wave): {self.matching.summary()}"

    def _method(self) -> str:
        people = (
            f"{count_text(self.n_panel, 'person', 'people')} in both waves, known by their ids"
            if self.paired
            else "the waves taken as different people"
        )
        how = (
            f"{self.n_boot} samples of the people, both waves of a person together"
            if self.n_boot
            else "segments held fixed"
        )
        limits = (
            f"{100 * LIMITS['size']:g} points of a size, {LIMITS['profile']:g} sd of a need, "
            f"{LIMITS[INTERCEPT]:g} sd of an item, a congruence below {1 - LIMITS[LOADINGS]:g}"
        )
        return (
            f"{self.model}; {self.n_old:,} (effective n {self.effective_old:,.0f}) against "
            f"{self.n_new:,} respondents (effective n {self.effective_new:,.0f}), {people}; "
            f"segments were followed by {self.followed}; intervals from {how}, seed {self.seed}. "
            f"A change counts beyond chance at {self.alpha:g} (Holm within {_kinds()}) and from "
            f"{limits}; a size must change by the old model and by fits to each wave (*)."
        )


def _kinds() -> str:
    return f"each of {', '.join(KINDS)}"
