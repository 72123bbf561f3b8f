"""The made payments study: an invented world with known truth and a fixed difficulty.

world parameters (`archetypes`, `world`, `items`) -> people (`fields`, `people`) -> survey
(`sampling`, `interviews`, `answers`, `verbatims`, `maxdiff`, `touchpoints`), `ledger` and
`accounts`, later waves (`scene`, `turnover`), and how hard it all is (`oracle`).
"""

from segkit.datasets.made.study import PaymentsStudy, make_payments_study
from segkit.datasets.made.truth import Truth

__all__ = ["PaymentsStudy", "Truth", "make_payments_study"]
