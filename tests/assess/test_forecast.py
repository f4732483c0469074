"""Forecasts: the pace filter against naive oracles, the pool, the track record, warnings and prompts."""

import datetime as dt
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chengzai.assess import (
    Outlook,
    PaceRule,
    Scored,
    WarnRule,
    forecast_series,
    interval_factors,
    raised,
    track_record,
)
from chengzai.assess._pace import Courses, ahead, fellows, follow, lean
from chengzai.assess._record import score_of

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


def test_the_library_is_asked_with_season_without_and_for_next_to_nothing():
    month = np.arange(48)
    seasonal = 100 + 20 * np.sin(month * 2 * np.pi / 12) + np.random.default_rng(5).normal(0, 1, 48)
    truth = 100 + 20 * np.sin(np.arange(48, 60) * 2 * np.pi / 12)

    assert np.abs(forecast_series(seasonal, 12, season=12).mean - truth).max() < 5
    assert forecast_series([5.0, 5.0, 5.0], 2).mean.tolist() == [5.0, 5.0]
    few = forecast_series([1.0, 3.0, 2.0], 4)
    assert few.sd[-1] > few.sd[0] > 0
    again = forecast_series(seasonal[:30], 6)
    assert again.sd.tolist() == forecast_series(seasonal[:30], 6).sd.tolist()  # nothing is left to chance


@given(st.lists(st.floats(0, 10), min_size=20, max_size=60), st.sampled_from([0.5, 0.8]))
def test_interval_factors_cover_what_they_say(errors, share):
    factor = interval_factors(np.array(errors), np.ones(len(errors)), [share])[0]

    assert sum(e <= factor for e in errors) >= share * len(errors)
    assert interval_factors(np.array(errors[:3]), np.ones(3), [0.95]) == [math.inf]


def test_scores_have_their_known_answers():
    chance, missed = np.array([0.8, 0.3, 0.6, 0.1]), np.array([1.0, 0, 1, 0])
    ones = np.ones(4)
    scored = Scored(chance, missed, ones * 6, missed, 1 - missed, ones * 0.5, ones * 2, np.array([0.0, 1, 2, 2]))
    score = score_of(scored)

    assert score.brier == pytest.approx(0.075)
    assert score.log == pytest.approx(-(math.log(0.8) + math.log(0.7) + math.log(0.6) + math.log(0.9)) / 4)
    assert score.line_brier == pytest.approx(score.year_brier)  # always right and always wrong teach the same
    record = track_record(scored)
    assert record is not None
    assert (record.events, record.missed, record.cover80, record.cover95) == (3, 2, 1.0, 0.0)
    assert sum(cases for _, _, cases, _, _ in record.bins) == 4


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


def test_an_outlook_without_evidence_says_so_and_no_number():
    outlook = Outlook("t", "3308", "not_enough", 2, dt.date(2027, 12, 31), 14, "month")
    assert math.isnan(outlook.miss)
