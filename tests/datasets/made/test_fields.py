import numpy as np
import pytest

from segkit.datasets.made.fields import (
    AGES,
    LEVELS,
    TICKETS,
    age_and_tenure,
    field_model,
    longest_tenure,
    outcomes,
    tenure_of,
)


@pytest.mark.parametrize("k", [3, 4, 5, 6])
@pytest.mark.parametrize("recoded", [False, True])
def test_probabilities_are_whole_tickets_and_sum_to_one(k, recoded):
    model = field_model(k, recoded=recoded)
    for name, table in model.tables.items():
        assert table.shape[0] == 4 * k, name
        np.testing.assert_allclose(table.sum(axis=1), 1, rtol=1e-12)
        np.testing.assert_array_equal(table * TICKETS, np.rint(table * TICKETS))
    np.testing.assert_allclose(model.stages.sum(axis=1), 1)


def test_urns_hold_as_many_tickets_as_the_tables_say():
    model = field_model(4)
    for name, table in model.tables.items():
        urns = model.urns[name]
        assert urns.shape == (16, TICKETS)
        counts = np.array([np.bincount(u, minlength=table.shape[1]) for u in urns])
        np.testing.assert_array_equal(counts, np.rint(table * TICKETS))


def test_text_fields_have_one_probability_a_level():
    model = field_model(4)
    for name, levels in LEVELS.items():
        assert model.tables[name].shape[1] == len(levels)


def test_tenure_never_exceeds_the_years_since_seventeen():
    steps, ages = np.arange(256), AGES[:, None]
    tenure = tenure_of(steps, ages)
    assert (tenure < longest_tenure(ages)).all()
    assert tenure.max() == 239


def test_the_grid_of_age_and_tenure_is_a_distribution():
    grid = age_and_tenure(field_model(4))
    np.testing.assert_allclose(grid.sum(axis=(1, 2)), 1)
    np.testing.assert_allclose(grid.sum(axis=2), field_model(4).tables["age"])


def test_not_having_the_app_is_the_first_outcome_of_log_ins():
    model = field_model(4)
    table = outcomes(model, "app_logins_30d")
    np.testing.assert_allclose(table.sum(axis=1), 1)
    np.testing.assert_array_equal(table[:, 0], model.tables["has_app"][:, 0])


def test_recoding_spreads_the_app_and_drops_paper():
    now, later = field_model(4), field_model(4, recoded=True)
    paper = LEVELS["payment_method"].index("paper slip")
    assert (later.tables["has_app"][:, 1] > now.tables["has_app"][:, 1]).all()
    assert (later.tables["payment_method"] < now.tables["payment_method"])[:, paper].all()
    np.testing.assert_array_equal(later.tables["region"], now.tables["region"])
