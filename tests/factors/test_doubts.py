from dataclasses import replace

import numpy as np

from segkit.factors.doubts import doubts
from segkit.factors.extraction.extraction import Extraction
from segkit.factors.rotations.rotation import Rotation

FOUND = Extraction(np.ones((3, 1)), np.zeros(3), np.zeros(3, dtype=bool), converged=True)
ROTATED = Rotation(np.ones((3, 1)), np.eye(1), criterion=0.84, n_starts=50, share_at_best=0.3)


def test_a_sound_solution_is_not_doubted():
    assert doubts((), "minres", "geomin", FOUND, ROTATED) == []


def test_every_doubt_has_its_text():
    found, rotated = replace(FOUND, converged=False), replace(ROTATED, converged=False, rival=0.845)
    texts = doubts(("a", "b"), "ml", "geomin", found, rotated)
    for text, words in zip(
        texts,
        [
            "all the variance of `a`, `b` (a Heywood case)",
            "The extraction (ml) did not settle",
            "The rotation (geomin) did not settle",
            "criterion is 0.845 against 0.84 of the one shown, which 30 % of 50 starts reached",
        ],
        strict=True,
    ):
        assert words in text
