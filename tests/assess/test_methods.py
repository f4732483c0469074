"""Worked examples of monitoring methods, with their sources in the issuing bulletins and standards."""

import math
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chengzai.assess import (
    Band,
    attained_share,
    band_of,
    check_bands,
    expected_share,
    required_run_rate,
    rounded_gap,
    schedule_gap,
)


def test_stock_progress_of_the_worked_example():
    """Urbanisation from 60 to 70, now 63: 0.30 of the way."""
    assert attained_share(63, baseline=60, goal=70) == pytest.approx(0.30)


def test_a_falling_goal_counts_up_too():
    """Income ratio from 1.80 to 1.74, now 1.775: 0.4167 of the way."""
    assert attained_share(1.775, baseline=1.80, goal=1.74) == pytest.approx(0.4167, abs=5e-5)


@pytest.mark.parametrize(
    ("done", "month", "months", "truncated", "rounded"),
    [
        (97.2, 10, 12, "13.8", "13.9"),  # January–October, printed 13.8: cut, not rounded
        (30.90, 3, 12, "5.9", "5.9"),  # first quarter
        (93.3, 9, 12, "18.3", "18.3"),  # January–September
    ],
)
def test_gaps_of_published_bulletins(done, month, months, truncated, rounded):
    gap = schedule_gap(done, 100, month, months=months)

    assert rounded_gap(gap, "truncate") == Decimal(truncated)
    assert rounded_gap(gap, "half_up") == Decimal(rounded)


def test_the_bulletin_example_97_of_120_in_month_9():
    assert rounded_gap(97 / 120 * 100, "half_up") == Decimal("80.8")
    assert rounded_gap(schedule_gap(97, 120, 9), "half_up") == Decimal("5.8")


def test_a_harvest_indicator_is_not_red_in_january():
    harvest = [0, 0, 0, 0, 0, 1, 2, 1, 3, 3, 0, 0]

    assert expected_share(1, 12, harvest) == 0.0
    assert expected_share(8, 12, harvest) == pytest.approx(0.4)
    assert expected_share(12, 12, harvest) == 1.0


def test_required_run_rate_of_the_worked_example():
    """Target 100, 42 done at month 7 of 12: 11.6 a month against 6 so far."""
    assert required_run_rate(42, 100, 7, 12) == pytest.approx(1.933, abs=5e-4)
    assert math.isnan(required_run_rate(42, 100, 12, 12))


@given(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6))
def test_baseline_is_nothing_and_goal_is_everything(baseline, goal):
    if baseline == goal:
        return
    assert attained_share(baseline, baseline=baseline, goal=goal) == 0
    assert attained_share(goal, baseline=baseline, goal=goal) == 1


DEFAULT = [
    Band.read({"state": "on_course", "from": 0}),
    Band.read({"state": "watch", "above": -10, "below": 0}),
    Band.read({"state": "behind", "from": -30, "to": -10}),
    Band.read({"state": "far_behind", "below": -30}),
]


def test_the_default_lights_are_total():
    assert check_bands(DEFAULT, rule="default") == ()


@given(st.floats(-1e4, 1e4))
def test_every_gap_has_exactly_one_light(gap):
    assert sum(band.holds(gap) for band in DEFAULT) == 1
    assert band_of(DEFAULT, gap).holds(round(gap, 9))  # the tail of binary sums decides nothing


@pytest.mark.parametrize(
    ("gap", "state"),
    [(0, "on_course"), (-0.01, "watch"), (-9.99, "watch"), (-10, "behind"), (-30, "behind"), (-30.01, "far_behind")],
)
def test_ends_of_bands_are_inclusive_as_written(gap, state):
    assert band_of(DEFAULT, gap).state == state


def test_a_published_rule_with_a_hole_is_found_out():
    """A city's 2025 rule: green on schedule, yellow 10–30 points behind, red beyond 30; 0–10 behind is undefined."""
    published = [
        Band.read({"state": "on_course", "from": 0}),
        Band.read({"state": "watch", "from": -30, "to": -10}),
        Band.read({"state": "far_behind", "below": -30}),
    ]

    findings = check_bands(published, rule="published")

    assert [f.code for f in findings] == ["assess.rule-has-hole"]
    assert "-5" in findings[0].message.zh


def test_a_rule_with_an_overlap_is_found_out():
    doubled = [Band.read({"state": "on_course", "from": -5}), *DEFAULT[1:]]

    assert {f.code for f in check_bands(doubled, rule="doubled")} == {"assess.rule-overlaps"}
