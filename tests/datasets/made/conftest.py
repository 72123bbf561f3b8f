"""One made study for many tests: it is read, never changed."""

import pytest

from segkit.datasets import PaymentsStudy, make_payments_study


@pytest.fixture(scope="session")
def made() -> PaymentsStudy:
    """The default study."""
    return make_payments_study()


@pytest.fixture(scope="session", params=["pandas", "polars"])
def small(request: pytest.FixtureRequest) -> PaymentsStudy:
    """A small study, as pandas and as polars tables."""
    pytest.importorskip(request.param)
    return make_payments_study(
        n_respondents=400, n_customers=4000, random_state=3, output=request.param
    )
