"""What the segments need in both waves: means of the needs, in standard deviations."""

import numpy as np

from segkit._weights import weighted_moments
from segkit.diagnostics.waves.following import Followed
from segkit.diagnostics.waves.lines import REFITTED, Line, adjusted, interval, line_of, p_of
from segkit.diagnostics.waves.old_segments import OldSegments
from segkit.diagnostics.waves.people import People
from segkit.diagnostics.waves.sizes import counted_people

__all__ = ["profile_lines"]


def profile_lines(
    found: OldSegments, followed: Followed, people: People, alpha: float
) -> list[Line]:
    """Return one line a segment and need, from fits that follow the segments.

    Parameters
    ----------
    found : OldSegments
        The old model's segments.
    followed : Followed
        The same, followed.
    people : People
        Who is who.
    alpha : float
        The level.

    Returns
    -------
    list of Line
        In standard deviations of the need among everybody in the old wave, around their mean.
    """
    mean, sd = weighted_moments(found.old.values, found.old.w)
    unit = np.where(sd > 0, sd, 1.0)
    before, after = (followed.means_old - mean) / unit, (followed.means_new - mean) / unit
    change, errors = after - before, followed.mean_errors / unit
    low, high = interval(change, errors, followed.n_boot)
    p = np.where(np.isnan(errors), np.nan, p_of(change, errors, followed.n_boot))
    lines = []
    for s, segment in enumerate(found.segments):
        counts = counted_people(followed.codes_old == s, followed.codes_new == s, people)
        for j, need in enumerate(found.needs):
            figures = (x[s, j] for x in (before, after, change, low, high, p))
            where = (str(segment), "profile", REFITTED, need, "sd")
            lines.append(line_of(where, figures, counts))
    return adjusted(lines, alpha)
