"""Forecasts: the pace filter against naive oracles, the pool, the track record, warnings and prompts."""

import math
from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import plan_of
from chengzai.assess import (
    OutlookRule,
    PaceRule,
    Scored,
    Track,
    WarnRule,
    forecast_series,
    foretell,
    raised,
    track_record,
    warn,
)
from chengzai.assess._calibrate import AS_STATED, learn
from chengzai.assess._pace import Courses, ahead, fellows, follow, lean
from chengzai.assess._panel import Panel
from chengzai.assess._record import score_of
from chengzai.assess._tracks import _by_season, _year_by_year
from chengzai.kernel import Period

STEADY = PaceRule(change=1e-9, first=(1.0, 0.2), after=(1.0, 0.3), noise=0.1, weight=24, slip=1e-9)
LIVELY = PaceRule(change=0.02, first=(1.0, 0.2), after=(1.0, 0.3), noise=0.1, weight=24, slip=1e-3)


def course(paces, months=60):
    exposure = np.full((1, months), 1 / months)
    return Courses(np.cumsum(np.array([paces]) / months, axis=1), exposure, np.zeros(1))


def test_without_changes_the_filter_is_a_linear_gaussian_regression():
    rng = np.random.default_rng(1)
    courses = course(rng.normal(0.8, 0.2, 24))
    mixture, noise, reading = follow(courses, STEADY)

    # The oracle solves the same model at once: a normal prior on pace, a random walk of the level, reading noise.
    steps, step = 24, 1 / 60
    walk = noise[0] * step**2 * np.minimum.outer(np.arange(1, steps + 1), np.arange(1, steps + 1))
    way = step * np.arange(1, steps + 1)
    covariance = walk + reading[0] * np.eye(steps) + 0.2**2 * np.outer(way, way)
    gain = 0.2**2 * way @ np.linalg.inv(covariance)
    expected = 1.0 + gain @ (courses.attained[0] - way)
    variance = 0.2**2 - gain @ way * 0.2**2

    mean, spread = mixture.pace_now()
    assert mean[0] == pytest.approx(expected, abs=1e-6)
    assert spread[0] == pytest.approx(variance, rel=1e-4)


def test_a_course_that_slows_is_told_long_before_it_is_ten_points_behind():
    rng = np.random.default_rng(2)
    courses = course(np.concatenate((rng.normal(1.03, 0.1, 18), rng.normal(0.45, 0.1, 9))))
    mixture, noise, reading = follow(courses, LIVELY)
    chance = ahead(courses, mixture, noise, reading, LIVELY).below(1.0)[0]
    behind = (courses.exposure[0, :27].sum() - courses.attained[0, -1]) * 100

    assert behind < 10
    assert chance > 0.9
    assert mixture.pace_now()[0][0] == pytest.approx(0.5, abs=0.15)


def test_a_slip_of_the_pen_moves_the_level_and_not_the_pace():
    paces = np.full(24, 1.0) + np.tile([0.1, -0.1], 12)
    slipped = paces.copy()
    slipped[12] = 10.0
    pace = [follow(course(p), LIVELY)[0].pace_now()[0][0] for p in (paces, slipped)]

    assert pace[1] == pytest.approx(pace[0], abs=0.1)


def test_missing_months_are_bridged_and_widen_what_is_known():
    whole = course(np.full(18, 0.9) + np.tile([0.1, -0.1], 9))
    gaps = Courses(whole.attained.copy(), whole.exposure, whole.grain)
    gaps.attained[0, 6:17] = np.nan
    known = [follow(c, STEADY)[0].pace_now() for c in (whole, gaps)]

    assert known[1][0][0] == pytest.approx(known[0][0][0], abs=0.05)
    assert known[1][1][0] > known[0][1][0]


def test_a_course_with_little_of_its_own_takes_after_its_fellows():
    rng = np.random.default_rng(3)
    rows = [np.cumsum(rng.normal(0.6, 0.1, 24) / 60) for _ in range(5)]
    lonely = np.full(24, np.nan)
    lonely[:3] = np.cumsum(np.full(3, 1.0) / 60)
    attained = np.array([*rows, lonely])
    courses = Courses(attained, np.full((6, 60), 1 / 60), np.zeros(6))
    mixture, _, _ = follow(courses, STEADY)
    pooled = lean(mixture, *fellows(mixture, np.zeros(6, dtype=np.int64)))

    alone, together = mixture.pace_now()[0][5], pooled.pace_now()[0][5]
    assert alone > 0.85
    assert together < alone
    assert np.allclose(pooled.pace_now()[0][:5], mixture.pace_now()[0][:5], atol=0.05)


@given(st.floats(0.02, 0.98))
def test_a_quantile_is_where_the_mixture_says(probability):
    courses = course(np.full(30, 0.9) + np.tile([0.2, -0.2], 15))
    mixture, noise, reading = follow(courses, LIVELY)
    foretold = ahead(courses, mixture, noise, reading, LIVELY)

    assert foretold.weight.sum() == pytest.approx(1.0, abs=1e-9)
    assert foretold.below(foretold.quantile(probability))[0] == pytest.approx(probability, abs=5e-3)


def test_the_forecast_ahead_agrees_with_drawing_the_future():
    courses = course(np.full(30, 0.9) + np.tile([0.2, -0.2], 15))
    mixture, noise, reading = follow(courses, LIVELY)
    foretold = ahead(courses, mixture, noise, reading, LIVELY)

    rng, draws = np.random.default_rng(4), 40_000
    part = rng.choice(mixture.weight.shape[1], draws, p=mixture.weight[0] / mixture.weight[0].sum())
    cov = np.array([[mixture.var_level[0], mixture.covar[0]], [mixture.covar[0], mixture.var_pace[0]]])
    root = np.linalg.cholesky(np.moveaxis(cov, 2, 0) + 1e-15 * np.eye(2))[part]
    normal = np.einsum("nij,nj->ni", root, rng.normal(size=(draws, 2)))
    level, pace = mixture.level[0][part] + normal[:, 0], mixture.pace[0][part] + normal[:, 1]
    for _ in range(30):
        changed = rng.random(draws) < LIVELY.change
        pace = np.where(changed, rng.normal(*LIVELY.after, draws), pace)
        level += pace / 60 + rng.normal(0, math.sqrt(noise[0]) / 60, draws)

    # One change is foreseen, the draws may change more than once: a little wider, the same middle.
    assert foretold.quantile(0.5)[0] == pytest.approx(np.median(level), abs=0.01)
    assert foretold.below(0.95)[0] == pytest.approx(float((level < 0.95).mean()), abs=0.04)


def test_a_spread_widens_the_telling_around_the_same_middle():
    courses = Courses(np.linspace(0.02, 0.6, 30)[None, :], np.full((1, 60), 1 / 60), np.zeros(1))
    told = {}
    for spread in (1.0, 1.5):
        rule = replace(LIVELY, spread=spread)
        told[spread] = ahead(courses, *follow(courses, rule), rule)
    mean = {s: float((t.weight * t.mean).sum() / t.weight.sum()) for s, t in told.items()}
    assert mean[1.5] == pytest.approx(mean[1.0])
    for p in (0.025, 0.1, 0.9, 0.975):
        off = {s: float(t.quantile(p)[0]) - mean[s] for s, t in told.items()}
        assert off[1.5] == pytest.approx(1.5 * off[1.0], rel=1e-6)


def test_the_library_is_asked_with_season_without_and_for_next_to_nothing():
    month = np.arange(48)
    seasonal = 100 + 20 * np.sin(month * 2 * np.pi / 12) + np.random.default_rng(5).normal(0, 1, 48)
    truth = 100 + 20 * np.sin(np.arange(48, 60) * 2 * np.pi / 12)

    assert np.abs(forecast_series(seasonal, 12, season=12).mean - truth).max() < 5
    assert forecast_series([5.0, 5.0, 5.0], 2).mean.tolist() == [5.0, 5.0]
    few = forecast_series([1.0, 3.0, 2.0], 4)
    assert few.far[-1] > few.near[-1] > few.near[0] > 0
    again = forecast_series(seasonal[:30], 6)
    assert again.near.tolist() == forecast_series(seasonal[:30], 6).near.tolist()  # nothing is left to chance


def test_what_was_never_below_nought_is_not_expected_there():
    predicted = forecast_series([3.0, 0.0, 2.0, 0.0, 1.0, 0.0, 4.0, 0.0], 6)

    assert predicted.ends().min() >= 0.0
    assert forecast_series([-3.0, 2.0, -1.0, 2.0, -4.0, 1.0, -2.0], 3).ends()[0] < 0


def test_the_chance_beyond_the_ends_of_a_range_is_what_the_range_leaves_out():
    predicted = forecast_series(np.random.default_rng(6).normal(50, 4, 40), 12)
    low95, low80, middle, high80, high95 = predicted.ends()

    assert predicted.outside(low80, high80) == pytest.approx(0.2, abs=1e-6)
    assert predicted.outside(low95, high95) == pytest.approx(0.05, abs=1e-6)
    assert predicted.outside(middle, math.inf) == pytest.approx(0.5)


def test_scores_have_their_known_answers():
    chance, missed = np.array([0.8, 0.3, 0.6, 0.1]), np.array([1.0, 0, 1, 0])
    half = np.full(4, 0.5)
    event = np.array([0.0, 1, 2, 2])
    scored = Scored(chance, missed, half * 12, missed, 1 - missed, half, half, event, event)
    score = score_of(scored, chance)

    assert score.brier == pytest.approx(0.075)
    assert score.log == pytest.approx(-(math.log(0.8) + math.log(0.7) + math.log(0.6) + math.log(0.9)) / 4)
    assert score.line_brier == pytest.approx(score.year_brier)  # always right and always wrong teach the same
    assert score.base_brier == pytest.approx(0.25)  # half of them came: who always says so is off by a half
    record = track_record(scored)
    assert record is not None
    assert (record.events, record.missed, record.cover80, record.cover95) == (3, 2, 1.0, 1.0)
    assert sum(b.cases for b in record.bins) == 4


def test_a_chance_that_was_overstated_is_printed_as_it_came_true_and_by_months_ahead():
    rng = np.random.default_rng(7)
    lead = rng.choice([3.0, 9.0, 24.0], 3000)
    truth = rng.uniform(0.02, 0.98, 3000)
    stretch = np.select([lead < 6, lead < 12], [1.0, 2.0], 3.0)  # the farther, the more overstated
    stated = 1 / (1 + (truth / (1 - truth)) ** -stretch)
    missed = (rng.uniform(size=3000) < truth).astype(float)
    learned = learn(stated, missed, rng.uniform(size=(3000, 1)), lead, np.ones(3000))
    calibrated = learned.chance(stated, lead)

    for at in (3.0, 9.0, 24.0):
        high = (lead == at) & (stated > 0.9)
        assert calibrated[high].mean() == pytest.approx(missed[high].mean(), abs=0.05)
    assert learned.chance(np.linspace(0, 1, 50), np.full(50, 24.0)).tolist() == sorted(
        learned.chance(np.linspace(0, 1, 50), np.full(50, 24.0))
    )
    unmoved = AS_STATED.chance(np.array([0.2, 0.7]), np.array([5.0, 20.0]))
    assert unmoved == pytest.approx([0.2, 0.7])


def test_an_interval_that_held_too_little_is_widened_and_one_without_a_past_stays():
    rng = np.random.default_rng(8)
    lay = 0.5 + rng.choice([-0.5, 0.5], (4000, 1)) * rng.uniform(size=(4000, 1)) ** 0.5  # too often far from the median
    lead = np.full(4000, 10.0)
    levels = learn(np.full(4000, 0.5), np.zeros(4000), lay, lead, np.ones(4000)).levels(lead[:1])[0]

    assert ((lay >= levels[1]) & (lay <= levels[3])).mean() == pytest.approx(0.8, abs=0.02)
    assert AS_STATED.levels(lead[:1])[0] == pytest.approx([0.025, 0.1, 0.5, 0.9, 0.975])


RULE = WarnRule(0.9, 0.6, 2, ((0, "责任单位"), (2, "专班"), (5, "分管市领导")))


@pytest.mark.parametrize(
    ("seen", "open_"),
    [
        ([0.95, 0.95, 0.7, 0.65, 0.5, 0.95], [0, 1, 1, 1, 0, 0]),
        ([0.95, 0.5, 0.95, 0.95], [0, 0, 0, 1]),
        ([0.95, math.nan, 0.95, math.nan, 0.3], [0, 0, 1, 1, 0]),
        ([0.6, 0.89, 0.89], [0, 0, 0]),
    ],
)
def test_a_warning_does_not_flip(seen, open_):
    assert raised(np.array(seen), RULE).tolist() == [bool(o) for o in open_]


def test_a_warning_climbs_as_it_stays_open():
    assert [RULE.level(months) for months in (0, 1, 2, 4, 5, 30)] == [0, 0, 1, 1, 2, 2]


NOW, END = Period.parse("2024-12"), Period.parse("2027-12")
ASKS = OutlookRule(LIVELY, {"month": 6, "quarter": 4, "year": 3})


def track(values, *, place="1", goal=700.0, plan=None):
    """Return a count of 24 months on its way to 700 within 60."""
    target = (plan or plan_of()).targets[0]
    told = np.asarray(values, dtype=float)
    now = Period.parse("2023-01").next(len(told) - 1)
    even = np.full(60, 1 / 60)
    return Track(target, place, "pace", now, END, told, 0.0, goal, told / goal, even, 1.0, whole=False)


def test_too_few_reports_are_not_enough_and_no_number_is_said():
    told = foretell([track([10.0, 20, 30, 40, 50])], ASKS)[0]

    assert (told.answer, told.evidence) == ("not_enough", 5)
    assert math.isnan(told.miss)
    assert foretell([track([10.0, 20, 30, 40, 50, 60])], ASKS)[0].answer == "told"


def test_a_count_already_at_its_goal_is_not_missed():
    assert foretell([track(np.linspace(30, 720, 24))], ASKS)[0].miss == 0.0


def test_full_coverage_is_missed_where_any_county_misses():
    plan = plan_of(words="自来水普及率达到100%", number="100%", value=Decimal(100), unit="%", kind="ratio")
    panel = Panel.of([track(np.linspace(2, 42, 24), goal=100.0, place=p, plan=plan) for p in ("1", "11", "12")])
    foretold, _ = panel.ahead(24, ASKS.pace)
    alone = panel.alone(foretold, 24, AS_STATED)
    chance = panel.miss(foretold, 24, AS_STATED)

    assert chance[1:] == pytest.approx(alone[1:])
    assert chance[0] == pytest.approx(1 - (1 - alone[1]) * (1 - alone[2]))


def test_reaching_what_clears_a_warning_clears_it():
    slow = track(np.linspace(4, 96, 24))
    rule = WarnRule(0.9, 0.6, 2, ((0, "责任单位"),))
    warned = warn([slow], foretell([slow], ASKS, history=6), {}, ASKS, rule)[0]
    way = np.linspace(96, warned.clears_at, 4)[1:]
    then = foretell([track([*np.linspace(4, 96, 24), *way])], ASKS)[0].miss
    short = foretell([track([*np.linspace(4, 96, 24), *np.linspace(96, warned.clears_at * 0.95, 4)[1:]])], ASKS)[0].miss

    assert 96 < warned.clears_at < 700
    assert then < rule.clear_at < short


def test_a_number_due_every_year_is_followed_as_one_rising_course():
    axis = [Period.parse("2023-01").next(n) for n in range(36)]
    done = np.concatenate((np.linspace(0.1, 1.2, 12), np.linspace(0.05, 0.6, 12)))
    attained, limit = _year_by_year(done, axis)

    assert attained[11] == pytest.approx(1.2)
    assert attained[12:24] == pytest.approx(1.2 + done[12:])
    assert limit == pytest.approx(2.2)  # the year's number is reached when one more is done than at its start


def test_a_season_seen_once_weighs_half_against_the_trajectory():
    axis = [Period.parse("2023-01").next(n) for n in range(24)]
    even = np.full(24, 1 / 24)
    late = np.zeros(12)
    late[11] = 0.5  # the whole first year came in December
    shaped = _by_season(even, np.cumsum(late), axis)

    assert shaped[:12] == pytest.approx(even[:12])  # a year is judged by the years before it alone
    assert shaped[23] == pytest.approx(0.5 * (1.0 / 2 + 1 / 12 / 2))
    assert shaped[12:].sum() == pytest.approx(0.5)


def test_a_course_far_from_all_its_fellows_is_still_foretold():
    rows = [np.cumsum(np.full(24, 1.0 + 0.001 * n) / 60) for n in range(5)]
    courses = Courses(np.array([*rows, np.cumsum(np.full(24, 90.0) / 60)]), np.full((6, 60), 1 / 60), np.zeros(6))
    mixture, noise, reading = follow(courses, STEADY)
    pooled = lean(mixture, *fellows(mixture, np.zeros(6, dtype=np.int64)))

    assert np.allclose(pooled.weight.sum(1), 1.0)
    assert np.isfinite(ahead(courses, pooled, noise, reading, STEADY).quantile(0.5)).all()
