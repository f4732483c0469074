"""The ranking of a month: by a scheme within classes, against the year's goal, or by the mean and saying so."""

import itertools
import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import case, plan_of, rules
from chengzai.assess import (
    BY_MEAN,
    Allocation,
    Effects,
    assess,
    compare_counties,
    rank_by_scheme,
    rank_units,
    read_scheme,
    year_share,
)
from schemes import SCHEME

NAN = math.nan


def judged(series, **changes):
    return assess(case(series, **changes), rules())


def ranked(shares, **rest):
    return rank_by_scheme(read_scheme(SCHEME)[0], shares, 0.25, **rest)


def both(x, y):
    """Return shares of the year's goal such that the items of SCHEME earn x and y points."""
    return {"x": x / 1000, "y": y / 10000}


def test_classes_rank_within_themselves():
    told = ranked({"a": both(60, 60), "b": both(90, 90), "c": both(10, 10)})

    assert [(s.group, s.place, s.rank) for s in told.standings] == [
        ("一类", "b", 1),
        ("一类", "a", 2),
        ("二类", "c", 1),
    ]
    assert told.groups == ("一类", "二类")
    assert told.by_scheme


def test_points_of_events_move_the_total_and_the_interval():
    shares = {"a": both(80, 70), "b": both(76, 76), "c": both(10, 10)}
    before, after = ranked(shares), ranked(shares, effects=Effects({"b": 5.0}))

    assert before.of("a").score == pytest.approx(76.0)
    assert [(s.place, s.best, s.worst) for s in before.standings[:2]] == [("a", 1, 2), ("b", 1, 2)]
    assert (after.of("b").score, after.of("b").effect) == (pytest.approx(81.0), 5.0)
    assert [(s.place, s.best, s.worst) for s in after.standings[:2]] == [("b", 1, 1), ("a", 2, 2)]


def test_a_veto_limits_the_grade_and_not_the_score():
    told = ranked({p: both(95, 95) for p in "abc"}, effects=Effects({}, {"a": "一般"}), graded=True)

    assert [told.of(p).grade for p in "abc"] == ["一般", "优秀", "优秀"]
    assert told.of("a").score == told.of("b").score


def test_no_grade_is_given_before_the_year_has_ended():
    assert {s.grade for s in ranked({p: both(95, 95) for p in "abc"}).standings} == {""}


def test_an_item_that_a_county_has_no_value_for_is_set_aside_for_all():
    told = ranked({"a": both(80, 10), "b": {"x": 0.06, "y": NAN}, "c": both(10, 10)})

    assert (told.counted, told.left_out, told.complete) == (("x",), ("y",), False)
    assert [s.score for s in told.standings] == pytest.approx([80.0, 60.0, 10.0])
    assert told.of("b").missing == ("y",)


def test_with_no_value_at_all_nobody_is_ranked():
    told = ranked({})

    assert told.ranked == ()
    assert {s.place for s in told.standings} == {"a", "b", "c"}


def corners(low, high):
    """Return the corners of the box low–high cut by Σw = 1: all weights but one at an end."""
    found = []
    for free in range(len(low)):
        rest = [k for k in range(len(low)) if k != free]
        for ends in itertools.product((0, 1), repeat=len(rest)):
            w = np.zeros(len(low))
            w[rest] = [(low, high)[end][k] for end, k in zip(ends, rest, strict=True)]
            w[free] = 1 - w.sum()
            if low[free] - 1e-12 <= w[free] <= high[free] + 1e-12:
                found.append(w)
    return np.array(found)


@given(
    st.lists(st.tuples(*[st.integers(0, 100)] * 3), min_size=2, max_size=5),
    st.lists(st.integers(-10, 10), min_size=5, max_size=5),
)
def test_no_weights_in_the_box_leave_the_interval_whatever_events_add(points, effects):
    matrix, added = np.array(points, dtype=float), np.array(effects[: len(points)], dtype=float)
    told = rank_units(matrix, [50.0, 30.0, 20.0], 0.25, added.tolist())
    scaled = np.array([0.5, 0.3, 0.2])
    edge = corners(scaled * 0.75, scaled * 1.25)
    mixed = np.vstack([edge, edge.mean(axis=0), (edge + scaled) / 2])
    for w in mixed:
        totals = matrix @ w + added
        for i, reach in enumerate(told.ranges):
            ahead = int((totals > totals[i] + 1e-4).sum())
            level = int((totals > totals[i] - 1e-4).sum())
            assert reach.best_bound <= level
            assert ahead + 1 <= reach.worst_bound


def test_a_year_is_scored_against_what_is_due_at_that_year_s_end():
    plan = plan_of()  # 700 by the end of 2027, nothing at the start of 2023
    target = plan.target["it"]
    steps = {2023: 70.0, 2024: 210.0, 2025: 350.0, 2026: 560.0, 2027: 700.0}
    stepped = Allocation("it", "authored", baseline=0.0, steps=steps, shares={"11": 300.0, "22": 400.0})
    halves = {year: year_share(plan, target, stepped, judged([steps[year] / 2], month=f"{year}-12")) for year in steps}

    assert halves == pytest.approx(dict.fromkeys(steps, 0.5)), "the grade does not tell the calendar"
    straight = replace(stepped, steps={})
    assert year_share(plan, target, straight, judged([140.0], month="2023-12")) == pytest.approx(1.0)
    assert year_share(plan, target, straight, judged([140.0], month="2024-12")) == pytest.approx(0.5)


def test_what_has_no_value_is_no_share_and_what_is_reached_is_whole():
    plan = plan_of()
    target = plan.target["it"]

    assert math.isnan(year_share(plan, target, None, judged([NAN])))
    assert year_share(plan, target, None, judged([5000.0])) == 1.0


def test_counties_rank_by_unrounded_scores():
    told = compare_counties({"a": {"it": 0.70004}, "b": {"it": 0.70001}, "c": {"it": 0.2}})

    assert [(s.place, s.rank) for s in told.standings] == [("a", 1), ("b", 2), ("c", 3)]
    assert told.complete
    assert told.name == BY_MEAN, "what ranks where there is no scheme is said"
    assert not told.by_scheme


def test_equal_scores_share_a_rank_and_say_so():
    told = compare_counties({"a": {"it": 0.5}, "b": {"it": 0.7}, "c": {"it": 0.5}})

    assert [(s.place, s.rank, s.tied) for s in told.standings] == [("b", 1, False), ("a", 2, True), ("c", 2, True)]


def test_a_missing_value_takes_the_target_out_for_all_and_marks_the_ranking():
    told = compare_counties({"a": {"it": 0.5, "other": NAN}, "b": {"it": 0.7, "other": 1.0}})

    assert not told.complete
    assert (told.counted, told.left_out) == (("it",), ("other",))
    assert [s.missing for s in told.standings] == [(), ("other",)]


def test_a_county_without_any_score_is_not_ranked():
    told = compare_counties({"a": {"it": 0.5}, "b": {}})

    assert [s.place for s in told.ranked] == ["a"]
    assert [(s.place, s.tied) for s in told.standings if math.isnan(s.score)] == [("b", False)]


def test_the_range_of_a_rank_leaves_out_one_target_at_a_time():
    first = compare_counties({"a": {"it": 0.9, "other": 0.1}, "b": {"it": 0.6, "other": 0.5}}).standings[0]

    assert (first.place, first.rank, first.best, first.worst) == ("b", 1, 1, 2)


def test_the_range_keeps_the_sum_of_the_weights():
    """Weights of .75, .15 and .15 lie each within a quarter of .6, .2 and .2, but their sum has grown."""
    points = np.array([[40.0, 0.0, 0.0], [0.0, 96.0, 96.0]])
    grown = points @ np.array([0.75, 0.15, 0.15])

    told = rank_units(points, [60.0, 20.0, 20.0], 0.25)

    assert grown[0] > grown[1]
    assert [(r.best, r.worst) for r in told.ranges] == [(2, 2), (1, 1)]
