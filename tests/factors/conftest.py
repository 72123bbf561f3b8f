"""R's figures on the bfi answers, and made answers with known factors."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

REFERENCE = Path(__file__).parents[1] / "reference"


class Reference:
    """One file of R's figures; the R call stands beside each number in the file."""

    def __init__(self, name):
        self.values = json.loads((REFERENCE / f"{name}.json").read_text())

    def __getitem__(self, key):
        return self.values[key]

    def matrix(self, key):
        """The symmetric matrix whose upper triangle is in the file."""
        rows = self.values[key]["upper_triangle"]
        p = len(rows) + 1
        out = np.eye(p)
        for i, row in enumerate(rows):
            out[i, i + 1 :] = out[i + 1 :, i] = row
        return out

    def frame(self, key):
        """The same as a pandas frame with the items as columns."""
        return pd.DataFrame(self.matrix(key), columns=self.values["items"])


@pytest.fixture(scope="session")
def correlations():
    return Reference("bfi_correlations")


@pytest.fixture(scope="session")
def r_misfit():
    return Reference("misfit")


@pytest.fixture(scope="session")
def r_factors():
    return Reference("bfi_factors")


@pytest.fixture(scope="session")
def r_rotations():
    return Reference("bfi_rotations")


@pytest.fixture(scope="session")
def unrotated(r_rotations):
    """Five minres factors of the complete bfi answers."""
    return np.array(r_rotations["unrotated"])


@pytest.fixture(scope="session")
def r_scores():
    return Reference("bfi_scores")


@pytest.fixture(scope="session")
def r_errors():
    return Reference("bfi_loading_errors")


@pytest.fixture(scope="session")
def r_retention():
    return Reference("bfi_retention")


@pytest.fixture(scope="session")
def r_rules():
    return Reference("bfi_retention_rules")


@pytest.fixture(scope="session")
def r_ordinal():
    return Reference("ordinal")


def digits(rows):
    """Read rows of one-digit answers, "-" where missing."""
    codes = [[np.nan if c == "-" else float(c) for c in row] for row in rows]
    return pd.DataFrame(codes, columns=[f"q{j + 1}" for j in range(len(rows[0]))])


@pytest.fixture(scope="session")
def ordinal_made(r_ordinal):
    """400 made people: ordinal items q1 to q8, continuous c1 and c2."""
    return digits(r_ordinal["answers"]).assign(c1=r_ordinal["c1"], c2=r_ordinal["c2"])


@pytest.fixture(scope="session")
def ordinal_with_holes(r_ordinal):
    """The ordinal items of the same people, 12 % of the answers missing."""
    return digits(r_ordinal["with_holes"])


@pytest.fixture(scope="session")
def r_reliability():
    return Reference("bfi_reliability")


@pytest.fixture(scope="session")
def r_matrices(r_reliability):
    """Covariances and correlations of a scale's complete answers, as R computed them."""

    def of_scale(scale):
        rows = r_reliability["complete"][scale]["covariances_upper"]
        covariances = np.empty((len(rows), len(rows)))
        for i, row in enumerate(rows):
            covariances[i, i:] = covariances[i:, i] = row
        size = np.sqrt(np.diag(covariances))
        return covariances, covariances / np.outer(size, size)

    return of_scale


@pytest.fixture(scope="session")
def bfi(data_folder):
    """The 25 items of all 2,800 respondents."""
    table = pd.read_csv(data_folder / "bfi" / "bfi.csv.gz")
    return table.loc[:, "A1":"O5"].astype(float)


@pytest.fixture(scope="session")
def bfi_gender(data_folder):
    """1 men, 2 women, one a row of `bfi`."""
    return pd.read_csv(data_folder / "bfi" / "bfi.csv.gz")["gender"]


@pytest.fixture(scope="session")
def answers():
    """300 people, 9 ordinal items of 5 categories, 3 made factors, 5 % of answers missing."""
    rng = np.random.default_rng(7)
    needs = rng.normal(size=(300, 3))
    latent = 0.8 * np.repeat(needs, 3, axis=1) + 0.6 * rng.normal(size=(300, 9))
    codes = 1.0 + np.digitize(latent, [-1.4, -0.5, 0.4, 1.2])
    codes[rng.random(codes.shape) < 0.05] = np.nan
    return pd.DataFrame(codes, columns=[f"imp_{j + 1:02d}" for j in range(9)])


@pytest.fixture(scope="session")
def whole_weights():
    """0 to 3 for each of the 300 people."""
    return np.random.default_rng(8).integers(0, 4, 300).astype(float)


@pytest.fixture(scope="session")
def r_confirmatory():
    return Reference("confirmatory_bfi")
