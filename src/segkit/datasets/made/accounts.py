"""Business customers: accounts that hold people of different influence."""

from typing import Any

import numpy as np

from segkit.datasets.made.fields import LEVELS

__all__ = ["N_ACCOUNTS", "open_accounts"]

N_ACCOUNTS = 1_200
_INFLUENCE = ("executive", "decision maker", "influencer", "end user")
_BY_INFLUENCE = (-0.4, 0.3, 0.0, -0.6)


def open_accounts(rng: np.random.Generator) -> dict[str, Any]:
    """Return accounts and their contacts as columns, one row a contact.

    How likely a contact recommends (0-10) depends on the account's revenue, products and
    tenure and on the contact's influence, not on the region: a key that should be found
    not to differentiate. Contacts of one account share an opinion.
    """
    region = rng.integers(0, len(LEVELS["region"]), N_ACCOUNTS)
    log_revenue = 11.5 + 1.3 * rng.standard_normal(N_ACCOUNTS)
    tenure = np.round(np.minimum(rng.exponential(6.0, N_ACCOUNTS), 24.0), 1)
    products = 1 + rng.poisson(np.exp(0.2 + 0.25 * (log_revenue - 11.5)), N_ACCOUNTS)
    opinion = (
        7.2
        - 0.45 * (log_revenue - 11.5)
        + 0.35 * np.minimum(products - 2, 4)
        + 0.05 * (tenure - 6)
        + 0.9 * rng.standard_normal(N_ACCOUNTS)
    )
    n_contacts = 1 + rng.poisson(np.exp(0.6 + 0.3 * np.clip(log_revenue - 11.5, -2, 3)))
    row = np.repeat(np.arange(N_ACCOUNTS), n_contacts)
    influence = rng.choice(4, len(row), p=(0.12, 0.23, 0.30, 0.35))
    score = opinion[row] + np.array(_BY_INFLUENCE)[influence]
    score += 1.5 * rng.standard_normal(len(row))
    return {
        "account_id": [f"A{i + 1:05d}" for i in row],
        "region": [LEVELS["region"][i] for i in region[row]],
        "revenue": np.round(np.exp(log_revenue), -2)[row],
        "tenure": tenure[row],
        "products": products[row],
        "contact_id": [f"C{i + 1:06d}" for i in range(len(row))],
        "influence": [_INFLUENCE[i] for i in influence],
        "recommend": np.clip(np.rint(score), 0, 10).astype(np.int64),
    }
