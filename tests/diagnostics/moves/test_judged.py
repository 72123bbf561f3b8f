import numpy as np
import pandas as pd

from segkit.diagnostics import migration


def tagged(p, **more):
    p = np.asarray(p, dtype=float)
    columns = {f"probability_{j}": p[:, j] for j in range(p.shape[1])}
    return pd.DataFrame({**columns, "segment": np.nanargmax(p, axis=1), **more})


def pair(n=400, seed=0):
    rng = np.random.default_rng(seed)
    p = rng.dirichlet(np.ones(3), n)
    q = np.where(rng.random((n, 1)) < 0.8, p, rng.dirichlet(np.ones(3), n))
    return p, q


def test_every_change_of_segment_is_real_or_borderline():
    p, q = pair()
    found = migration(tagged(p), tagged(q))
    table = found.frame()
    changed = table["from"] != table["to"]
    both = table["real"] + table["borderline"]
    assert (both[changed] == table["n"][changed]).all()
    assert (both[~changed] == 0).all()


def test_people_with_gaps_are_counted_but_not_judged():
    p, q = pair()
    p[:7] = np.nan
    before = tagged(np.where(np.isnan(p), [1.0, 0, 0], p)).assign(**{"probability_0": p[:, 0]})
    found = migration(before, tagged(q))
    assert found.flows.counts.sum() == 400
    assert found.judged.changers.tagged == 393


def test_it_says_why_moves_cannot_be_told_from_noise():
    p, q = pair()
    some_as_nine = tagged(q).assign(segment=lambda t: t["segment"].where(t.index > 3, 9))
    cases = {
        "no columns of probabilities": (tagged(p)[["segment"]], tagged(q)),
        "only one table has the probabilities of `2`": (
            tagged(p[:, :2]),
            tagged(q),
        ),
        "tags `9` have no column": (tagged(p), some_as_nine),
        "20 people in both tables": (tagged(p[:20]), tagged(q[:20])),
    }
    for said, tables in cases.items():
        found = migration(*tables)
        assert found.judged is None
        assert said in found.summary()
        assert found.frame()["real"].isna().all()


def test_weights_are_repeated_rows():
    p, q = pair(200)
    w = np.random.default_rng(1).integers(1, 4, 200)
    weighted = migration(tagged(p), tagged(q), sample_weight=w)
    repeated = migration(tagged(np.repeat(p, w, axis=0)), tagged(np.repeat(q, w, axis=0)))
    names = ["n", "share", "real", "borderline"]
    assert np.allclose(weighted.frame()[names], repeated.frame()[names])
    assert np.isclose(weighted.noise.rate, repeated.noise.rate, atol=1e-6)
    assert np.allclose(weighted.hysteresis().frame(), repeated.hysteresis().frame(), atol=1e-6)
