import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from scipy.optimize import minimize_scalar
from scipy.stats import norm

from segkit.factors.correlations.bivariate_normal import bivariate_normal_cdf
from segkit.factors.correlations.polychoric import (
    LARGEST,
    category_scores,
    code_items,
    pair_tables,
    polychoric_pairs,
    thresholds_of,
)


def people(table):
    """Two items whose contingency table is the given one."""
    rows, cols = np.indices(np.shape(table))
    counts = np.ravel(table).astype(int)
    return np.repeat(np.column_stack([rows.ravel(), cols.ravel()]), counts, axis=0).astype(float)


def estimate(values, w=None):
    items = code_items(values)
    margins, tables = pair_tables(items, np.ones(len(values)) if w is None else w)
    n_categories = np.array([c.size for c in items.categories])
    return polychoric_pairs(tables, thresholds_of(margins, n_categories))


def test_codes_are_positions_among_the_answers_that_occur():
    items = code_items(np.array([[5.0, 0], [-1, np.nan], [np.nan, 0], [5, 2]]))
    assert_array_equal(items.codes, [[1, 0], [0, -1], [-1, 0], [1, 1]])
    assert_array_equal(items.categories[0], [-1, 5])
    assert items.widest == 2


def test_tables_count_those_who_answered_both_items_and_margins_those_who_answered_one():
    values = np.array([[1.0, 1], [1, 2], [2, 2], [2, np.nan], [np.nan, 1]])
    margins, tables = pair_tables(code_items(values), np.array([1.0, 2, 3, 4, 5]))
    assert_array_equal(tables, [[[1, 2], [0, 3]]])
    assert_array_equal(margins, [[3, 7], [6, 5]])


def test_many_rows_are_summed_in_blocks():
    values = np.random.default_rng(0).integers(1, 4, (45_000, 3)).astype(float)
    _, tables = pair_tables(code_items(values), np.ones(45_000))
    assert_array_equal(tables.sum(axis=(1, 2)), 45_000)
    assert tables[0, 0, 2] == ((values[:, 0] == 1) & (values[:, 1] == 3)).sum()


def test_weighted_tables_are_exact_sums_of_weights_and_even_weights_scale_the_counts():
    rng = np.random.default_rng(1)
    values = rng.integers(1, 4, (5_000, 2)).astype(float)
    w = rng.integers(1, 2**40, 5_000).astype(float)
    _, tables = pair_tables(code_items(values), w)
    both = (values[:, 0] == 2) & (values[:, 1] == 3)
    assert tables[0, 1, 2] == w[both].sum()
    _, counts = pair_tables(code_items(values), np.ones(5_000))
    _, even = pair_tables(code_items(values), np.full(5_000, 0.3))
    assert_array_equal(even, 0.3 * counts)


@given(
    st.lists(
        st.one_of(st.integers(-3, 9), st.integers(-10_000, 10_000), st.just(0.5), st.just(np.nan)),
        min_size=2,
        max_size=30,
    )
)
def test_codes_are_those_of_a_sort(answers):
    column = np.array(answers, dtype=float)
    items = code_items(column[:, None])
    seen = ~np.isnan(column)
    found, position = np.unique(column[seen], return_inverse=True)
    assert_array_equal(items.categories[0], found)
    assert_array_equal(items.codes[seen, 0], position)
    assert_array_equal(items.codes[~seen, 0], -1)


def test_thresholds_are_normal_quantiles_of_the_margin_and_infinite_beyond_it():
    thresholds = thresholds_of(np.array([[1.0, 1, 2], [3, 1, 0]]), np.array([3, 2]))
    assert_allclose(thresholds[0], norm.ppf([0.25, 0.5]), atol=1e-15)
    assert_allclose(thresholds[1, 0], norm.ppf(0.75))
    assert thresholds[1, 1] == np.inf


def test_category_scores_are_the_means_of_the_cut_normal():
    z = norm.ppf((np.arange(400_000) + 0.5) / 400_000)
    scores, kept = category_scores(np.array([[-0.8, 0.1, 1.3]]))
    means = [z[np.digitize(z, [-0.8, 0.1, 1.3]) == a].mean() for a in range(4)]
    assert_allclose(scores[0], means, atol=1e-4)
    assert 0.8 < kept[0] < 1


def test_two_by_two_tables_with_even_margins_have_a_closed_form():
    for agree in (5, 20, 31, 38):
        table = [[agree, 40 - agree], [40 - agree, agree]]
        expected = -np.cos(2 * np.pi * agree / 80)
        assert_allclose(estimate(people(table)).rho, expected, atol=1e-9)


def test_the_estimate_maximises_the_likelihood_of_a_direct_search():
    table = np.array([[30, 12, 3], [14, 25, 9], [2, 11, 19], [0, 4, 21]])
    values = people(table)
    rows, cols = (norm.ppf(np.cumsum(table.sum(axis=a))[:-1] / table.sum()) for a in (1, 0))

    def minus_log_likelihood(rho):
        grid = np.zeros((5, 4))
        h, k = np.meshgrid(rows, cols, indexing="ij")
        grid[1:-1, 1:-1] = bivariate_normal_cdf(
            h.reshape(1, -1), k.reshape(1, -1), np.array([rho])
        ).reshape(3, 2)
        grid[1:, -1] = [*norm.cdf(rows), 1.0]
        grid[-1, 1:] = [*norm.cdf(cols), 1.0]
        cells = np.diff(np.diff(grid, axis=0), axis=1)
        return -(table * np.log(np.maximum(cells, 1e-300))).sum()

    found = minimize_scalar(minus_log_likelihood, bounds=(-0.99, 0.99), method="bounded",
                            options={"xatol": 1e-10})  # fmt: skip
    assert_allclose(estimate(values).rho[0], found.x, atol=1e-6)


def test_rs_two_step_estimates_of_single_tables(correlations):
    for pair in correlations["pairs"]["list"]:
        fit = estimate(people(pair["table"]))
        assert_allclose(fit.rho[0], pair["rho"], atol=1e-4, err_msg=f"{pair['x']} {pair['y']}")


def test_a_strong_correlation_is_found_by_the_tail_form():
    rng = np.random.default_rng(1)
    for rho in (0.97, -0.97):
        latent = rng.multivariate_normal([0, 0], [[1, rho], [rho, 1]], 20_000)
        fit = estimate(np.digitize(latent, [-1.0, -0.2, 0.5, 1.3]).astype(float))
        assert_allclose(fit.rho[0], rho, atol=0.005)
        assert fit.converged.all()


def test_tables_without_contrary_answers_stop_at_the_bound():
    table = np.diag([10, 20, 30])
    assert estimate(people(table)).rho[0] == LARGEST
    assert estimate(people(table[::-1])).rho[0] == -LARGEST


def test_sparse_tables_settle():
    rng = np.random.default_rng(2)
    for _ in range(30):
        fit = estimate(rng.integers(0, 5, (12, 8)).astype(float))
        assert fit.converged.all()
        assert np.abs(fit.rho).max() <= LARGEST


def test_many_categories_approach_pearson():
    rng = np.random.default_rng(3)
    latent = rng.multivariate_normal([0, 0], [[1, 0.5], [0.5, 1]], 4_000)
    codes = np.digitize(latent, norm.ppf(np.arange(1, 20) / 20)).astype(float)
    pearson = np.corrcoef(latent.T)[0, 1]
    assert_allclose(estimate(codes).rho[0], pearson, atol=0.01)


def test_items_with_fewer_categories_than_others_are_estimated_alike():
    rng = np.random.default_rng(4)
    values = rng.integers(1, 6, (200, 3)).astype(float)
    values[:, 1] = values[:, 1] > 3
    alone = estimate(values[:, :2]).rho[0]
    assert_allclose(estimate(values).rho[0], alone, atol=1e-9)
