import numpy as np

from segkit.datasets.made.fields import field_model
from segkit.datasets.made.interviews import first_interviews, later_interviews
from segkit.datasets.made.people import draw_people
from segkit.datasets.made.turnover import turn_over
from segkit.datasets.made.world import make_world

MODEL, WORLD = field_model(4), make_world(4)
PEOPLE = draw_people(MODEL, WORLD.shares, 30_000, seed=1)
FIRST = first_interviews(WORLD, PEOPLE, 2000, np.random.default_rng(0))
TURNED = turn_over(
    PEOPLE, (MODEL, WORLD.shares), (MODEL, WORLD.shares), 12, np.random.default_rng(1)
)
LATER = later_interviews(WORLD, FIRST, TURNED, WORLD, np.random.default_rng(2))


def test_respondents_think_as_their_segment_does():
    np.testing.assert_array_equal(FIRST.minds.segments, PEOPLE.segments[FIRST.rows])
    np.testing.assert_array_equal(LATER.minds.segments, TURNED.people.segments[LATER.rows])


def test_a_third_of_the_later_respondents_are_panel_members():
    assert LATER.panel.mean() == 0.35
    assert len(set(LATER.respondent.tolist())) == 2000
    assert (LATER.respondent[~LATER.panel] > 2000).all()
    first = dict(zip(FIRST.respondent.tolist(), FIRST.rows.tolist(), strict=True))
    for respondent, row in zip(
        LATER.respondent[LATER.panel].tolist(), LATER.rows[LATER.panel].tolist(), strict=True
    ):
        assert first[respondent] == row
        assert TURNED.stayed[row]


def test_panel_members_have_much_the_same_mind():
    place = {r: i for i, r in enumerate(FIRST.respondent.tolist())}
    now = np.flatnonzero(LATER.panel)
    then = np.array([place[r] for r in LATER.respondent[now].tolist()])
    stayed = ~TURNED.moved[LATER.rows[now]]
    residual = [
        minds.factors[rows] - WORLD.means[minds.segments[rows]]
        for minds, rows in ((FIRST.minds, then[stayed]), (LATER.minds, now[stayed]))
    ]
    assert 0.75 < np.corrcoef(residual[0].ravel(), residual[1].ravel())[0, 1] < 0.85
    style = FIRST.minds.style[then], LATER.minds.style[now]
    assert np.corrcoef(style[0][:, 0], style[1][:, 0])[0, 1] > 0.85


def test_weights_have_mean_one_in_both_waves():
    for wave in (FIRST, LATER):
        np.testing.assert_allclose(wave.weights.mean(), 1)
        assert wave.weights.min() > 0


def test_careless_respondents_are_fast():
    quick = np.median(FIRST.seconds[FIRST.careless == "straight"])
    assert quick < 0.5 * np.median(FIRST.seconds[FIRST.careless == ""])
