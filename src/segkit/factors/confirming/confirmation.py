"""Whether a given structure holds: the items of a battery on the factors they were written for.

References
----------
Joreskog, K. G. (1969). A general approach to confirmatory maximum likelihood factor analysis.
    Psychometrika 34.
Satorra, A. & Bentler, P. M. (1994). Corrections to test statistics and standard errors in
    covariance structure analysis. In Latent variables analysis.
Hu, L. & Bentler, P. M. (1999). Cutoff criteria for fit indexes in covariance structure analysis.
    Structural Equation Modeling 6.
"""

import warnings
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from segkit._checks import check_option, name_list
from segkit._frames import n_rows
from segkit._result import Result, count_text
from segkit.exceptions import SegkitError, SegkitWarning
from segkit.factors.confirming.confirmation_tables import correlations_frame
from segkit.factors.confirming.confirmatory_fit import ConfirmatoryFit
from segkit.factors.confirming.likelihood_fit import LikelihoodFit
from segkit.factors.confirming.modification import modification_frame
from segkit.factors.confirming.structure import Structure, read_structure
from segkit.factors.confirming.structure_fits import by_least_squares, by_likelihood
from segkit.factors.sample import read_sample

__all__ = ["Confirmation", "confirmation"]

_CLOSE = (0.95, 0.06, 0.08)  # CFI at least, RMSEA and SRMR at most (Hu & Bentler 1999)
_FAIR = (0.90, 0.08, 0.10)


@dataclass(frozen=True, eq=False, repr=False)
class Confirmation(Result):
    """A given structure fitted to answers.

    Attributes
    ----------
    loadings : ndarray of shape (n_loadings,)
        Standardised loadings, factor by factor, as in ``frame()``.
    factor_correlations : frame
        a, b, correlation, se, low, high: one row a pair of factors.
    modifications : frame
        kind, item, other, chi2_drop, change: what one more loading ("loading" of the item on the
        factor `other`) or one residual correlation ("residual", of two items) would do to chi2,
        and how large it would be; the most helpful first.
    fit : ConfirmatoryFit
        chi2, df, p, rmsea, rmsea_low, rmsea_high, cfi, tli, srmr, bic, and the scaled test.
    reading : str
        "close", "fair" or "poor".
    structure : dict of str to list of str
        The items of each factor.
    correlation : str
        "pearson", "polychoric" or "mixed".
    missing : str
        How missing answers were treated.
    errors : str
        "robust" or "normal".
    n_left_out : int
        Respondents who do not count.
    converged : bool
        Whether the search ended by itself.

    Examples
    --------
    >>> import numpy as np
    >>> from segkit import factors
    >>> rng = np.random.default_rng(0)
    >>> needs = rng.normal(size=(800, 2))
    >>> X = np.repeat(needs, 3, axis=1) + rng.normal(size=(800, 6))
    >>> structure = {"price": ["x1", "x2", "x3"], "service": ["x4", "x5", "x6"]}
    >>> found = factors.confirmation(X, structure)
    >>> found.reading, found.frame().shape
    ('close', (6, 9))
    """

    loadings: np.ndarray
    factor_correlations: Any
    modifications: Any
    fit: ConfirmatoryFit
    reading: str
    structure: dict[str, list[str]]
    correlation: str
    missing: str
    errors: str
    n_left_out: int
    converged: bool
    table: Any

    def frame(self) -> Any:
        """Return factor, item, loading, se, low, high, raw, raw_se, explained: a row a loading.

        `loading` is standardised, `raw` in units of the item for a factor of variance 1;
        `explained` is the share of the item's variance that its factors hold.
        """
        return self.table

    def plot(self, ax: Any = None) -> Any:
        """Draw the loadings with their intervals, factor by factor."""
        from segkit.plots.confirmation import confirmation_plot

        fit = self.fit
        finding = (
            f"{self.reading.capitalize()} fit (robust CFI {fit.cfi_robust:.2f}, RMSEA "
            f"{fit.rmsea_robust:.3f}, SRMR {fit.srmr:.3f}, n = {fit.n:,.0f})"
        )
        return confirmation_plot(self.frame(), finding, ax=ax)

    def summary(self) -> str:
        """Return one paragraph: structure, n, fit, its reading, and the first hint."""
        p = sum(len(items) for items in self.structure.values())
        errors = "sandwich" if self.errors == "robust" else "normal-theory"
        gaps = {
            "pairwise": "each pair of items over those who answered both",
            "listwise": f"{self.n_left_out} respondents with missing answers left out",
        }
        text = (
            f"The given structure of {count_text(len(self.structure), 'factor')} and {p} loadings, "
            f"fitted by {self._method()} to {self.fit.n:,.0f} respondents (effective n; "
            f"{self.missing}: {gaps[self.missing]}), has {self._fit_words()}. Standardised "
            f"loadings run from {np.abs(self.loadings).min():.2f} to "
            f"{np.abs(self.loadings).max():.2f} in size; {errors} errors."
        )
        return " ".join([text, self._hint(), *self._doubts()]).strip()

    def _method(self) -> str:
        if self.correlation == "pearson":
            return "maximum likelihood"
        return f"diagonally weighted least squares of {self.correlation} correlations"

    def _fit_words(self) -> str:
        if self.fit.df == 0:
            return "nothing left to test (as many parameters as covariances)"
        return f"a {self.reading} fit: {self.fit.words()}"

    def _hint(self) -> str:
        table = self.modifications
        if self.fit.df == 0:
            return ""
        kind, item, other, drop, change = (
            table[name].to_list()[0] for name in ("kind", "item", "other", "chi2_drop", "change")
        )
        what = f"`{item}` on {other}" if kind == "loading" else f"`{item}` with `{other}`"
        return (
            f"Most would be gained by freeing the {kind} of {what}: chi2 would fall by about "
            f"{drop:,.0f}, to a value near {change:.2f}."
        )

    def _doubts(self) -> list[str]:
        return [] if self.converged else ["The search did not settle."]


def confirmation(
    X: Any,
    structure: Mapping[str, Sequence[str]],
    *,
    sample_weight: Any = None,
    correlation: str = "pearson",
    missing: str = "pairwise",
    errors: str = "robust",
    residuals: Sequence[tuple[str, str]] = (),
) -> Confirmation:
    """Check a given structure: each item on the factor it was written for, and no other.

    Parameters
    ----------
    X : frame or array of shape (n_respondents, n_items)
        Answers; missing as NaN or null. Items of an array are ``x1``,
        ``x2``, ...
    structure : mapping of str to sequence of str
        The items of each factor, two or more; every item of X belongs to at least one.
    sample_weight : array-like of shape (n_respondents,) or None
        Survey weights. Estimates with whole-number weights are those of repeated rows; tests use
        Kish's effective n, robust errors the weights themselves.
    correlation : {"pearson", "polychoric", "mixed"}
        "pearson" takes answers as continuous, by maximum likelihood. The others take items of up to
        seven categories as ordinal, by diagonally weighted least squares of their polychoric
        correlations (R's lavaan: WLSMV); use them for fewer than five categories, or answers piled
        up at one end.
    missing : {"pairwise", "listwise"}
        "pairwise" takes each covariance over those who answered both items, "listwise" only
        respondents who answered everything. Both ask that answers are missing at random with
        regard to what is measured.
    errors : {"robust", "normal"}
        Standard errors from the spread of the answers themselves, or for normal, complete,
        equally weighted ones. Intervals are made on Fisher's scale and stay within -1 and 1.
    residuals : sequence of (item, item)
        Pairs of items whose residuals may correlate, because of a wording that they share.

    Returns
    -------
    Confirmation

    Raises
    ------
    SegkitError
        For a factor with fewer than two items, an item that does not exist or has no
        factor, more parameters than covariances, loadings that the answers do not determine,
        and items that repeat each other.

    Notes
    -----
    Factors have variance 1 and correlate freely; items load on no factor but their own. The fit
    maximises the normal likelihood. Five-point answers are not normal: chi2 is then too large, and
    ``fit.chi2_scaled`` = chi2 / c is the test to read, c the misfit a degree of freedom that is
    expected when the model holds (Satorra & Bentler 1994). With pairwise covariances c holds
    the price of the gaps as well. RMSEA, CFI and TLI come plain (as R's lavaan with ML) and robust.

    The reading is "close" with robust CFI >= .95, robust RMSEA <= .06 and SRMR <= .08 (Hu &
    Bentler 1999), "fair" with .90, .08 and .10, else "poor". It misleads where loadings are
    weak: little is then to be fitted and everything fits. With hundreds of respondents the test
    rejects trifles.

    A modification is a hint and no finding. Fit again with it only if it makes sense before the
    answers are known, and say so in the report: after several the structure is no longer
    confirmed, but found. With Pearson correlations and items of fewer than five categories
    loadings are too small (Rhemtulla et al. 2012). With polychoric ones chi2 is that of least
    squares, which has no known distribution; chi2_scaled is stretched and moved to have that of
    chi-square (Asparouhov & Muthen 2010), the robust indices come from it, and limits made for
    continuous answers are too lenient.

    References
    ----------
    Joreskog, K. G. (1969). Psychometrika 34. Satorra, A. & Bentler, P. M. (1994). In Latent
    variables analysis, eq. 16.4. Hu, L. & Bentler, P. M. (1999). Structural Equation Modeling 6.
    Rhemtulla, M., Brosseau-Liard, P. E. & Savalei, V. (2012). Psychological Methods 17.

    Examples
    --------
    An item that was put on the wrong factor is the first hint:

    >>> import numpy as np
    >>> from segkit import factors
    >>> rng = np.random.default_rng(0)
    >>> needs = rng.normal(size=(800, 2))
    >>> X = np.repeat(needs, 4, axis=1) + rng.normal(size=(800, 8))
    >>> wrong = {"price": ["x1", "x2", "x3"], "service": ["x4", "x5", "x6", "x7", "x8"]}
    >>> found = factors.confirmation(X, wrong)
    >>> found.reading
    'poor'
    >>> found.modifications[["kind", "item", "other"]].head(1)
          kind item  other
    0  loading   x4  price
    """
    check_option(missing, ("pairwise", "listwise"), name="missing")
    check_option(errors, ("robust", "normal"), name="errors")
    check_option(correlation, ("pearson", "polychoric", "mixed"), name="correlation")
    sample = read_sample(X, sample_weight, missing=missing)
    given = read_structure(structure, sample.names)
    pairs = _pairs(residuals, given)
    if correlation == "pearson":
        found = by_likelihood(sample, given, pairs, errors)
    else:
        found = by_least_squares(sample, given, pairs, errors, correlation)
    _warn(found.model, given)
    return Confirmation(
        loadings=found.table["loading"],
        factor_correlations=correlations_frame(
            found.model, given, found.covariances, sample.origin
        ),
        modifications=modification_frame(found.model, given, sample.origin, found.scores),
        fit=found.fit,
        reading=_reading(found.fit),
        structure={
            f: [given.items[i] for i in np.flatnonzero(given.pattern[:, j])]
            for j, f in enumerate(given.factors)
        },
        correlation=correlation,
        missing=missing,
        errors=errors,
        n_left_out=n_rows(X) - sample.n_respondents,
        converged=found.model.converged,
        table=sample.origin.frame(found.table),
    )


def _pairs(residuals: Any, structure: Structure) -> list[tuple[int, int]]:
    place = {name: row for row, name in enumerate(structure.items)}
    out: list[tuple[int, int]] = []
    if isinstance(residuals, str) or not isinstance(residuals, Iterable):
        raise SegkitError(
            f"residuals is a {type(residuals).__name__}; expected pairs of items, such as "
            "[('item_1', 'item_2')]."
        )
    for pair in residuals:
        if not _is_pair(pair):
            raise SegkitError(
                f"residuals holds {pair!r}; expected pairs of different items, such as "
                "[('item_1', 'item_2')]."
            )
        unknown = [name for name in pair if name not in place]
        if unknown:
            raise SegkitError(
                f"residuals names {name_list(unknown)}, which X does not have; it has "
                f"{name_list(structure.items)}. Correct the name."
            )
        first, second = place[pair[0]], place[pair[1]]
        out.append((max(first, second), min(first, second)))
    return sorted(set(out))


def _warn(fit: LikelihoodFit, structure: Structure) -> None:
    (matrices,) = fit.matrices
    unique = np.diag(matrices.residual_covariances)
    over = [structure.items[i] for i in np.flatnonzero(unique <= 0.0)]
    rows, cols = np.nonzero(np.tril(np.abs(matrices.factor_covariances) >= 1.0, -1))
    same = [
        f"{structure.factors[j]} with {structure.factors[i]}"
        for i, j in zip(rows, cols, strict=True)
    ]
    texts = {
        f"The uniqueness of {name_list(over)} is estimated at or below 0 (a Heywood case): the "
        "structure asks too much of few answers. Leave the item out, or merge factors.": over,
        f"The correlation of {name_list(same)} is estimated at 1 or beyond: the answers do not "
        "tell them apart. Merge these factors.": same,
        "The search did not settle; the loadings are the last ones reached. Simplify the "
        "structure.": not fit.converged,
    }
    for text, fault in texts.items():
        if fault:
            warnings.warn(text, SegkitWarning, stacklevel=3)


def _reading(fit: ConfirmatoryFit) -> str:
    if fit.df == 0:
        return "untested"
    values = (fit.cfi_robust, fit.rmsea_robust, fit.srmr)
    for word, (cfi, rmsea, srmr) in {"close": _CLOSE, "fair": _FAIR}.items():
        if values[0] >= cfi and values[1] <= rmsea and values[2] <= srmr:
            return word
    return "poor"


def _is_pair(pair: Any) -> bool:
    """Say whether two names that differ were given."""
    return (
        isinstance(pair, list | tuple)
        and len(pair) == 2
        and all(isinstance(name, str) for name in pair)
        and pair[0] != pair[1]
    )
