"""Data to work and learn with: a made world with known truth, and real public surveys.

Every `fetch_...` returns a `Dataset`. It looks in the folder named by the environment
variable ``SEGKIT_DATA``, then in the user's cache, then downloads where the terms allow it.
"""

from segkit.datasets.airport_survey import fetch_airport_survey
from segkit.datasets.bank_marketing import fetch_bank_marketing
from segkit.datasets.bank_transactions import fetch_bank_transactions
from segkit.datasets.bfi import fetch_bfi
from segkit.datasets.credit_default import fetch_credit_default
from segkit.datasets.dataset import Dataset
from segkit.datasets.experiments import fetch_email_experiment, fetch_turnout_nudges
from segkit.datasets.financial_wellbeing import fetch_financial_wellbeing
from segkit.datasets.made import PaymentsStudy, make_payments_study
from segkit.datasets.mcdonalds import fetch_mcdonalds
from segkit.datasets.payment_choice import fetch_payment_choice
from segkit.datasets.receivables import fetch_receivables
from segkit.datasets.young_people import fetch_young_people

__all__ = [
    "Dataset",
    "PaymentsStudy",
    "fetch_airport_survey",
    "fetch_bank_marketing",
    "fetch_bank_transactions",
    "fetch_bfi",
    "fetch_credit_default",
    "fetch_email_experiment",
    "fetch_financial_wellbeing",
    "fetch_mcdonalds",
    "fetch_payment_choice",
    "fetch_receivables",
    "fetch_turnout_nudges",
    "fetch_young_people",
    "make_payments_study",
]
