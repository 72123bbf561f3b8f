import json

import numpy as np
import pytest

from segkit.typing_tool.base import base_sums
from segkit.typing_tool.base import totals as totals_module
from segkit.typing_tool.base.tagger import REASONS
from segkit.typing_tool.base.totals import Totals, shift_table


@pytest.fixture
def world(shy_tool, people):
    pandas = pytest.importorskip("pandas")
    return shy_tool._tagger(), pandas.DataFrame(people(400, seed=5).columns)


def summed(tagger, frame, rows, n_base):
    totals = tagger.nothing(n_base)
    for at in range(0, len(frame), rows):
        _, totals = tagger.tag_part(frame[at : at + rows], totals)
    return totals


def text(totals):
    return json.dumps(totals.entry())


def test_sums_of_parts_are_the_sums_of_the_whole(world):
    parts, whole = summed(*world, 100, 400), summed(*world, 400, 400)
    assert parts.n_rows == whole.n_rows == 400
    for name in ("codes", "reasons"):
        np.testing.assert_array_equal(getattr(parts, name), getattr(whole, name))
    for name in ("counts", "first", "sample"):
        np.testing.assert_array_equal(getattr(parts.sums, name), getattr(whole.sums, name))
    np.testing.assert_allclose(parts.sums.total, whole.sums.total, rtol=1e-12)


def test_sums_travel_through_json_to_the_last_bit(world):
    whole = summed(*world, 400, 400)
    for totals in (whole, world[0].nothing(5)):
        again = Totals.read(json.loads(text(totals)))
        assert text(again) == text(totals)
        assert again.sums.sample.shape == totals.sums.sample.shape
    _, more = world[0].tag_part(world[1], Totals.read(json.loads(text(whole))))
    assert more.n_rows == 800


@pytest.mark.parametrize("rows", [7, 50, 400])
def test_a_sample_of_a_base_of_unknown_size_stays_of_the_size_asked_for(world, monkeypatch, rows):
    for module in (totals_module, base_sums):
        monkeypatch.setattr(module, "SAMPLE", 40)
    found = summed(*world, rows, None)
    assert 30 <= len(found.sums.sample) <= 80
    everyone = summed(*world, 400, None).sums
    np.testing.assert_array_equal(found.sums.counts, everyone.counts)
    # spread over the whole base, not only its beginning
    assert np.abs(found.sums.sample.mean(axis=0) - found.sums.mean).max() < 0.12


def test_reasons_are_those_of_the_untagged(world, shy_tool):
    tagger, frame = world
    tagged = shy_tool.tag(frame)
    counted = tagged["reason"].value_counts()
    whole = summed(tagger, frame, 400, 400)
    assert whole.reasons.tolist() == [counted.get(r, 0) for r in REASONS]
    assert whole.reasons.sum() == whole.sums.counts[-1] == tagged["segment"].isna().sum()


def test_shares_of_codes_stand_beside_those_of_the_respondents(people, shy_tool):
    pandas = pytest.importorskip("pandas")
    codes = shy_tool.model_.codes
    respondents = summed(shy_tool._tagger(), pandas.DataFrame(people(600).columns), 600, 600)
    table = pandas.DataFrame(shift_table(codes, respondents.codes))
    assert list(table) == ["field", "code", "meaning", "customers", "respondents"]
    # the tool was fitted on these very people
    np.testing.assert_allclose(table["customers"], table["respondents"], atol=1e-12)
    shares = table.groupby("field")[["customers", "respondents"]].sum()
    np.testing.assert_allclose(shares, 1)
