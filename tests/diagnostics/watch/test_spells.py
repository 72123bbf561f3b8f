"""The state of a day is told from spells."""

from datetime import date

import numpy as np


def test_the_state_of_any_day_is_that_of_its_base(watched, days):
    from segkit.diagnostics.watch.spells import state_at

    with watched.store.session(write=False) as session:
        for day, base in days.items():
            state = state_at(session, date.fromisoformat(day))
            assert set(state.ids.to_pylist()) == set(base["customer_id"].astype(str))
        now = state_at(session)
    assert sorted(now.ids.to_pylist()) == sorted(state.ids.to_pylist())
    assert now.find(now.ids).tolist() == np.arange(now.n).tolist()
    assert now.find(now.ids.slice(0, 1).cast("string")).tolist() == [0]


def test_the_state_before_the_first_day_is_empty(watched):
    from segkit.diagnostics.watch.spells import state_at

    with watched.store.session(write=False) as session:
        state = state_at(session, date(2026, 10, 1))
    assert (state.n, len(state.segments)) == (0, 0)
