import datetime as dt
import math
from decimal import Decimal

import pytest

from builders import case, plan_of, rules
from chengzai.assess import Allocation, Case, assess, check_allocations
from chengzai.kernel import Period
from chengzai.measure import Completeness

RULES = rules()


def judged(series, **changes):
    return assess(case(series, **changes), RULES)


def test_a_cumulative_count_needs_no_baseline():
    a = judged([400.0, 420.0])

    assert (a.attained, a.expected) == (0.6, pytest.approx(46 / 60))
    assert a.state == "behind"
    assert a.gap == pytest.approx(-16.667, abs=1e-3)


def test_a_stock_without_a_baseline_cannot_be_told():
    a = judged([60.0], kind="stock")

    assert a.state == "cannot_tell"
    assert a.reason.zh == "无法判断：没有基数。"


def test_a_stock_is_judged_from_its_baseline():
    a = judged([90.0], kind="stock", baseline=50.0, value=Decimal(100), number=None, words="达到某数")

    assert a.attained == pytest.approx(0.8)
    assert a.state == "on_course"


def test_no_report_is_a_state_and_never_green():
    assert judged([math.nan]).state == "no_report"
    assert judged([]).state == "no_report"


def test_too_few_reports_are_not_judged():
    told = Completeness(4, 6)
    c = case([700.0])
    partly = assess(Case(c.target, c.plan, c.place, c.period, c.measured, c.series, None, told), RULES)

    assert partly.state == "no_report"
    assert "6份只报4份" in partly.reason.zh


def test_a_reached_goal_is_on_course_whatever_the_trajectory():
    a = judged([700.0], month="2023-02")

    assert (a.state, a.met) == ("on_course", True)


def test_a_strict_limit_that_is_only_touched_at_the_deadline_is_not_met():
    a = judged(
        [23.0],
        month="2027-12",
        words="低于23微克",
        number="23微克",
        value=Decimal(23),
        unit="微克",
        comparator="<",
        kind="ratio",
        direction="down",
        baseline=30.0,
    )

    assert (a.met, a.state, a.code) == (False, "behind", "missed")
    assert a.reason.zh == "已到期，没有达到目标值，正好等于界限，尚未低于，完成进度100.0%，应达100.0%。"


def test_a_yearly_flow_is_judged_within_its_year():
    a = judged(
        [150.0], kind="flow", every_year=True, value=Decimal(200), words="每年200个", number="200个", comparator="=="
    )

    assert (a.attained, a.expected) == (0.75, pytest.approx(10 / 12))
    assert a.state == "watch"


def test_what_must_be_kept_is_met_or_not():
    kept = {"words": "保持在90%以上", "number": "90%", "value": Decimal(90), "unit": "%", "kind": "maintain"}

    assert judged([90.0], **kept).state == "on_course"
    assert judged([89.9], **kept).state == "behind"


@pytest.mark.parametrize(
    ("value", "month", "state"),
    [
        (0.0, "2023-06", "not_yet_due"),
        (1.0, "2023-06", "on_course"),
        (0.0, "2023-12", "far_behind"),
        (math.nan, "2024-06", "no_report"),
        (math.nan, "2023-06", "not_yet_due"),
    ],
)
def test_a_milestone_counts_only_when_done(value, month, state):
    milestone = {
        "words": "2023年底前完成",
        "number": None,
        "value": None,
        "kind": "milestone",
        "deadline": dt.date(2023, 12, 31),
    }

    assert judged([value], month=month, **milestone).state == state


def test_yearly_steps_bend_the_trajectory():
    straight = judged([100.0], month="2024-06")
    stepped = judged([100.0], month="2024-06", steps={2023: 50.0, 2024: 150.0, 2027: 700.0})

    assert straight.due == pytest.approx(700 * 18 / 60)
    assert stepped.due == pytest.approx(100.0)
    assert stepped.state == "on_course"


def test_the_pace_needed_stands_beside_the_best_ever_shown():
    a = judged([400.0, 410.0, 427.0, 430.0])

    assert a.needed == pytest.approx(270 / 14)
    assert a.best == 17.0


def test_a_county_is_judged_by_its_allocated_share():
    a = judged([60.0], place="11", shares={"11": 100.0, "12": 600.0})

    assert (a.goal, a.attained) == (100.0, 0.6)


def test_a_county_without_a_share_cannot_be_told():
    assert judged([60.0], place="11").state == "cannot_tell"


def test_of_a_target_that_each_county_must_reach_the_city_counts_those_that_do():
    each = {
        "words": "各县至少1家",
        "number": "1家",
        "value": Decimal(1),
        "unit": "家",
        "kind": "stock",
        "each": ["11", "12", "13"],
    }

    city = judged([2.0], **each)
    county = judged([1.0], place="11", **each)

    assert (city.goal, city.attained) == (3.0, pytest.approx(2 / 3))
    assert (county.goal, county.met) == (1.0, True)


def test_shares_must_sum_to_the_plan_s_number():
    plan = plan_of()
    good = Allocation("it", "authored", shares={"11": 300.0, "12": 400.0}, steps={2027: 700.0})
    bad = Allocation("it", "authored", shares={"11": 300.0, "12": 300.0}, steps={2027: 650.0})

    assert check_allocations([good], plan) == ()
    assert {f.code for f in check_allocations([bad], plan)} == {"assess.shares-miss-total", "assess.steps-miss-target"}


def test_the_period_measured_is_kept_beside_the_month():
    a = judged([1.0])

    assert a.measured == a.period == Period.parse("2026-10")


def test_an_allocation_to_a_stranger_is_reported():
    plan = plan_of()
    shares = {"11": 300.0, "99": 400.0}

    assert check_allocations([Allocation("it", "authored", shares=shares)], plan, {"11", "99"}) == ()
    assert [f.code for f in check_allocations([Allocation("it", "authored", shares=shares)], plan, {"11"})] == [
        "assess.allocation-unknown"
    ]
    assert [f.code for f in check_allocations([Allocation("gone", "authored")], plan)] == ["assess.allocation-unknown"]
