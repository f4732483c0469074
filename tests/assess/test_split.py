"""责任分解 by rule: the parts make the whole exactly, and each rule does what its words say."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import plan_of
from chengzai.assess import CannotSplit, check_allocations, propose_split

COUNTIES = ("a", "b", "c")
PEOPLE = {"a": 100.0, "b": 200.0, "c": 300.0}


def split(rule, plan=None, baselines=None, weights=PEOPLE, **more):
    plan = plan or plan_of()
    return propose_split(plan, plan.targets[0], COUNTIES, rule=rule, weights=weights, baselines=baselines or {}, **more)


def test_by_population_what_is_left_goes_by_people():
    assert split("population").shares == {"a": 117.0, "b": 233.0, "c": 350.0}
    assert split("population", baselines={"a": 100, "b": 0, "c": 0}).shares == {"a": 200.0, "b": 200.0, "c": 300.0}


def test_by_distance_who_is_furthest_from_a_fair_share_does_most():
    # fair shares of 600 are 100, 200, 300; a has its share already, so b and c close their 200 and 300
    plan = plan_of("搬迁600个", "600个", value=600)

    assert split("distance", plan, {"a": 100, "b": 0, "c": 0}).shares == {"a": 100.0, "b": 200.0, "c": 300.0}


def test_equal_effort_raises_everybody_by_the_same_part():
    assert split("equal", baselines={"a": 100, "b": 100, "c": 150}).shares == {"a": 200.0, "b": 200.0, "c": 300.0}
    assert sorted(split("equal").shares.values()) == [233.0, 233.0, 234.0], "where nothing has begun, equal parts"


def test_a_rate_is_the_same_goal_the_same_part_of_the_way_or_the_same_points():
    plan = plan_of("覆盖率达到80%", "80%", value=80, unit="%", kind="ratio")
    known = {"a": 50.0, "b": 60.0, "c": 70.0}  # the weighted mean is 63.33, so 16.67 of 36.67 points are to go

    assert split("population", plan, known).shares == {"a": 80.0, "b": 80.0, "c": 80.0}
    assert split("distance", plan, known).shares == {"a": 72.73, "b": 78.18, "c": 83.64}
    assert split("equal", plan, known).shares == {"a": 66.67, "b": 76.67, "c": 86.67}
    for rule in ("distance", "equal"):
        shares = split(rule, plan, known).shares
        assert sum(shares[c] * PEOPLE[c] for c in COUNTIES) / 600 == pytest.approx(80, abs=0.01)


def test_years_go_in_equal_steps_and_end_at_the_plan_s_number():
    assert split("population").steps == {2023: 140.0, 2024: 280.0, 2025: 420.0, 2026: 560.0, 2027: 700.0}


def test_no_baseline_is_made_up_for_a_level():
    """What is counted since the plan began starts from nought; a level starts where somebody has measured it."""
    plan = plan_of("生产总值达到700亿元", "700亿元", value=700, unit="亿元", kind="stock")

    proposed = split("population", plan)
    assert (proposed.baseline, proposed.county_baselines, proposed.steps) == (None, {}, {})
    assert sum(proposed.shares.values()) == 700e8
    assert split("population", plan, {"a": 100e8, "b": 100e8, "c": 100e8}).baseline == 300e8
    assert split("population", plan, baseline=250e8).steps[2027] == 700e8
    for rule in ("equal", "distance"):
        with pytest.raises(CannotSplit, match="基数"):
            split(rule, plan)


def test_what_a_rule_lacks_is_said():
    with pytest.raises(CannotSplit, match="人口"):
        split("population", weights={"a": 1.0})
    with pytest.raises(CannotSplit, match="基数"):
        split("distance", plan_of("覆盖率达到80%", "80%", value=80, unit="%", kind="ratio"))


@given(
    st.sampled_from(["population", "distance", "equal"]),
    st.integers(1, 10_000),
    st.lists(st.integers(1, 10**6), min_size=3, max_size=3),
    st.lists(st.integers(0, 50), min_size=3, max_size=3),
)
def test_the_parts_always_make_the_whole(rule, goal, people, begun):
    plan = plan_of(f"搬迁{goal}个", f"{goal}个", value=goal)
    allocation = split(rule, plan, dict(zip(COUNTIES, begun, strict=True)), dict(zip(COUNTIES, people, strict=True)))

    assert math.fsum(allocation.shares.values()) == goal
    assert check_allocations([allocation], plan) == ()
