"""Reading a fitted factor model: the table of loadings, its figure, and how well they are known."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from segkit._checks import check_fitted, check_number
from segkit._frames import Origin
from segkit.exceptions import SegkitError
from segkit.factors.correlations.correlation_result import Correlation
from segkit.factors.intervals import LoadingIntervals, bootstrap_intervals
from segkit.factors.loadings import loadings_frame, table_of_loadings, variance_frame
from segkit.factors.rotations.rotation import Rotation

__all__ = ["ShowsLoadings"]


class ShowsLoadings:
    """What a model with rotated loadings shows of them."""

    extraction: str
    rotation: str | None
    items_: tuple[str, ...]
    communalities_: np.ndarray
    correlation_: Correlation | None
    _origin: Origin
    _rotated: Rotation
    _rotate: Callable[[np.ndarray, int | None], Rotation]

    @property
    def structure_(self) -> Any:
        """Correlations of items and factors: item, factor_1, ..., factor_k."""
        check_fitted(self)
        return loadings_frame(self._origin, self.items_, self._rotated.structure)

    @property
    def variance_(self) -> Any:
        """What each factor holds: factor, ss_loadings, proportion, cumulative."""
        check_fitted(self)
        return variance_frame(self._origin, self._rotated)

    def loadings_table(
        self, wordings: Mapping[str, str] | None = None, hide_below: float = 0.3
    ) -> Any:
        """Return the loadings for reading: sorted by factor, small ones left empty.

        Parameters
        ----------
        wordings : mapping of str to str or None
            The wording of each item (``codebook.wordings()``), shown beside its name.
        hide_below : float
            Absolute loadings below this are missing in the table.

        Returns
        -------
        frame
            item, wording, factor (the one it loads on most), factor_1, ..., factor_k,
            communality.

        Raises
        ------
        NotFittedError, SegkitError
            Before `fit`, for wordings that are no mapping, and for a limit that is no number.
        """
        check_fitted(self)
        if not isinstance(wordings, Mapping | None):
            raise SegkitError(
                f"wordings is a {type(wordings).__name__}; expected the wording of each item by "
                "its name, such as codebook.wordings(). Give a dict."
            )
        check_number(hide_below, name="hide_below")
        return table_of_loadings(
            self._origin,
            self.items_,
            self._rotated.loadings,
            self.communalities_,
            wordings=wordings or {},
            hide_below=hide_below,
        )

    def loading_intervals(
        self, n_boot: int = 200, *, level: float = 0.95, random_state: Any = 0
    ) -> LoadingIntervals:
        """Say how well loadings and factor correlations are known, by the bootstrap.

        Parameters
        ----------
        n_boot : int
            The number of bootstrap samples of the respondents, at least 20.
        level : float
            The coverage of the intervals.
        random_state : int, RandomState or None
            The seed; the order of the rows does not matter.

        Returns
        -------
        LoadingIntervals

        Raises
        ------
        NotFittedError, SegkitError
            Before `fit`, after `fit_correlation` with a bare matrix, and for a model that was
            saved and loaded: the respondents' answers are not saved with it.
        """
        check_fitted(self)
        return bootstrap_intervals(
            self.correlation_,
            self._rotated,
            how=(self.extraction, self.rotation),
            turn=lambda loadings: self._rotate(loadings, 1),
            n_boot=n_boot,
            level=level,
            random_state=random_state,
        )

    def plot(self, ax: Any = None, wordings: Mapping[str, str] | None = None) -> Any:
        """Draw the loadings, sorted by factor; small ones are muted."""
        from segkit.plots.loadings import loadings_plot

        return loadings_plot(self.loadings_table(wordings, hide_below=0.0), ax=ax)
