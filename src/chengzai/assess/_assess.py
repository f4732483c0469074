"""One target at one place in one month: the law of its kind, its state, and the reason for it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from chengzai.assess._allocation import Allocation
from chengzai.assess._lights import Band, band_of
from chengzai.assess._progress import attained_share, expected_share
from chengzai.kernel import PER_YEAR, Period, Step, Text
from chengzai.measure import Completeness
from chengzai.plan import Plan, Target

_ALL_REPORTED = Completeness(1, 1)
_DATED = ("milestone", "completion")


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules in force on the day of the assessment.

    `rounding` is how percentage points are printed, `fast` the lead from which progress may be called fast,
    `completeness` the least share of due reports on which a value is judged.
    """

    lights: Step[tuple[Band, ...]]
    tolerance: Step[float]
    rounding: Step[str]
    fast: Step[float]
    completeness: Step[float]


@dataclass(frozen=True, slots=True)
class Assessment:
    """The judgement of one target at one place, with everything that led to it.

    Values are in the canonical unit; NaN where there is none. Shares run from 0 to 1, `gap` is in percentage
    points, `needed` and `best` are per period of the indicator. `clause` names the rule that decided.
    """

    target: str
    place: str
    period: Period
    measured: Period
    state: str
    reason: Text
    clause: str
    value: float = math.nan
    baseline: float = math.nan
    goal: float = math.nan
    due: float = math.nan
    attained: float = math.nan
    expected: float = math.nan
    gap: float = math.nan
    met: bool = False
    needed: float = math.nan
    best: float = math.nan
    completeness: Completeness = _ALL_REPORTED


@dataclass(frozen=True, slots=True)
class Case:
    """What is judged: a target at a place, the values measured there, and what was allocated.

    `series` holds the indicator's values up to and including `measured`; for a target that each of several
    places must reach, judged for all of them together, it counts the places that do.
    """

    target: Target
    plan: Plan
    place: str
    period: Period
    measured: Period
    series: Sequence[float]
    allocation: Allocation | None
    completeness: Completeness = _ALL_REPORTED


def assess(case: Case, rules: Rules) -> Assessment:
    """Return the judgement of a case by the law of the target's kind.

    stock, ratio, coverage, and flow towards a last year: (x − b)/(t − b) against the trajectory;
    cumulative: x/t; flow every year: the year so far against the year's number; maintain: met or not;
    milestone and completion: nothing until done.
    Source: plan clauses on 序时进度 and the pack's 亮灯规则.
    """
    return replace(_judged(case, rules), completeness=case.completeness)


def _judged(case: Case, rules: Rules) -> Assessment:
    target = case.target
    value = float(case.series[-1]) if len(case.series) else math.nan
    if target.kind in _DATED:
        return _dated(case, value)
    if missing := _not_in(case, value, rules.completeness.value):
        return _without(case, rules, missing[0], value, missing[1])
    if target.kind == "maintain":
        return _maintained(case, rules, value)
    return _progressing(case, rules, value)


_NO_REPORT = Text("本期未报，无法评价。", "No report for this period.")
_NOT_ASKED = Text("本期尚未布置填报，不作评价。", "No report was asked for this period; it is not judged.")
_NO_UNIT = Text("没有单位填报本目标，未布置填报。", "No unit reports this target; nothing is asked for.")
_NO_RESULT = Text(
    "报送齐全，但按公式算不出数（如分母为零）。",
    "All reports are in, yet the formula gives no value (a divisor of 0?).",
)


def _not_in(case: Case, value: float, least: float) -> tuple[str, Text] | None:
    """Return the state and the reason of a value that cannot be judged because of what is not in, else None."""
    there, nothing = case.completeness, math.isnan(value)
    if not there.asked or (nothing and not there.expected):
        return "not_asked", _NOT_ASKED if there.expected else _NO_UNIT
    if there.share < least:
        return "no_report", _NO_REPORT if nothing and not there.reported else _partly(there, case.measured, least)
    if there.first is not None:
        return "cannot_tell", _begun_late(there.first)
    if nothing:
        return ("cannot_tell", _NO_RESULT) if there.full and there.period else ("no_report", _NO_REPORT)
    return None


def _begun_late(first: Period) -> Text:
    return Text(
        f"{first}起才收数，此前各期没有数，累计或滚动的数不全，不作评价；请补录此前各期。",
        f"Collected from {first} on: earlier periods are missing, so the running figure is not judged; enter them.",
    )


def _partly(completeness: Completeness, measured: Period, least: float) -> Text:
    told, due, part = completeness.reported, completeness.expected, completeness.period
    earlier = part is not None and part != measured
    return Text(
        f"{f'{part}' if earlier else ''}应报{due}份只报{told}份，不足{least:.0%}，合计数不作评价。",
        f"Only {told} of {due} reports are in{f' for {part}' if earlier else ''}, less than {least:.0%};"
        " the total is not judged.",
    )


_NO_BASELINE = Text("无法判断：没有基数。", "Cannot tell: no baseline.")
_NO_GOAL = Text("无法判断：没有可比的目标值。", "Cannot tell: no goal to compare with.")
_RULE_DATED = "阶段性目标：完成之前不计进度"
_RULE_MAINTAIN = "保持类目标：达到即按期"


def _goal(case: Case) -> float:
    """Return what the place must reach: the plan's number, a county's allocated share, or how many units must."""
    target = case.target
    whole = float(target.canonical.value) if target.canonical else 1.0
    if case.place == target.place:
        return float(len(target.each)) if target.each else whole
    if target.each:
        return whole if case.place in target.each else math.nan
    return case.allocation.shares.get(case.place, math.nan) if case.allocation else math.nan


def _baseline(case: Case) -> float:
    if case.target.kind == "cumulative" or case.target.every_year or case.target.each:
        return 0.0
    if case.allocation is None:
        return math.nan
    if case.place != case.target.place:
        return case.allocation.county_baselines.get(case.place, math.nan)
    return math.nan if case.allocation.baseline is None else case.allocation.baseline


def _elapsed(case: Case) -> tuple[int, int]:
    return _time(case.plan, case.target, case.measured)


def _time(plan: Plan, target: Target, period: Period) -> tuple[int, int]:
    """Return how much of the time has passed by the end of a period, and the whole, in months."""
    start = plan.start.year * 12 + plan.start.month - 1
    end = target.deadline.year * 12 + target.deadline.month
    last = period.last_day()
    return last.year * 12 + last.month - start, end - start


def share_due(plan: Plan, target: Target, allocation: Allocation | None, period: Period) -> float:
    """Return the share that should be attained by the end of a period: 序时进度 along the trajectory.

    Straight from the plan's start to the deadline, or along the allocation's yearly steps, straight within
    each year; for a number that every year must reach, within the year and by season if one is given.
    """
    if target.every_year:
        season = allocation.season if allocation else ()
        per_year = PER_YEAR[period.frequency]
        return expected_share(period.part, per_year, season)
    elapsed, total = _time(plan, target, period)
    if not allocation or not allocation.steps or elapsed >= total:
        return expected_share(elapsed, total)
    goal, baseline = float(target.canonical.value) if target.canonical else 1.0, allocation.baseline or 0.0
    years, months = divmod(int(elapsed), 12)
    before = allocation.steps.get(plan.start.year + years - 1, baseline)
    after = allocation.steps.get(plan.start.year + years, goal)
    return attained_share(before + (after - before) * months / 12, baseline=baseline, goal=goal)


def _progressing(case: Case, rules: Rules, value: float) -> Assessment:
    goal, baseline = _goal(case), _baseline(case)
    if math.isnan(goal) or goal == baseline:
        return _without(case, rules, "cannot_tell", value, _NO_GOAL)
    if math.isnan(baseline):
        return _without(case, rules, "cannot_tell", value, _NO_BASELINE)
    attained = attained_share(value, baseline=baseline, goal=goal)
    expected = share_due(case.plan, case.target, case.allocation, case.measured)
    gap = (attained - expected) * 100
    met = _met(case, rules, value, goal)
    lights = rules.lights
    state = "on_course" if met else band_of(lights.value, gap).state
    overdue = not case.target.every_year and _elapsed(case)[0] >= _elapsed(case)[1]
    if overdue and not met and state == "on_course":
        state = "watch"  # a strict limit touched but not passed: 23.0 does not satisfy “低于23”
    zh = "已达到目标值。" if met else f"完成进度{attained * 100:.1f}%，应达{expected * 100:.1f}%。"
    en = "The goal is reached." if met else f"{attained * 100:.1f}% attained, {expected * 100:.1f}% due."
    needed, best = _pace(case, goal)
    return _outcome(
        case,
        state,
        Text(zh, en),
        lights.clause,
        value=value,
        baseline=baseline,
        goal=goal,
        due=baseline + (goal - baseline) * expected,
        attained=attained,
        expected=expected,
        gap=gap,
        met=met,
        needed=needed,
        best=best,
    )


def _met(case: Case, rules: Rules, value: float, goal: float) -> bool:
    return case.target.met_by(value, goal=goal, tolerance=rules.tolerance.value)


def _pace(case: Case, goal: float) -> tuple[float, float]:
    """Return the change per period still needed, and the best change any past period has shown."""
    if case.target.every_year:
        left = PER_YEAR[case.measured.frequency] - case.measured.part
    else:
        elapsed, total = _elapsed(case)
        left = int((total - elapsed) / case.measured.months)
    needed = (goal - case.series[-1]) / left if left > 0 else math.nan
    steps = [b - a for a, b in zip(case.series, case.series[1:], strict=False) if not math.isnan(b - a)]
    best = (max if case.target.direction == "up" or case.target.each else min)(steps, default=math.nan)
    return float(needed), float(best)


def _maintained(case: Case, rules: Rules, value: float) -> Assessment:
    goal = _goal(case)
    if math.isnan(goal):
        return _without(case, rules, "cannot_tell", value, _NO_GOAL)
    met = _met(case, rules, value, goal)
    reason = Text("保持在要求以内。", "Kept.") if met else Text("没有保持在要求以内。", "Not kept.")
    state = "on_course" if met else "behind"
    return _outcome(case, state, reason, _RULE_MAINTAIN, value=value, goal=goal, due=goal, met=met)


def _dated(case: Case, value: float) -> Assessment:
    """Judge what counts only when done: before its day it is not yet due, after it a missing report stays missing."""
    deadline = case.target.deadline
    day = f"{deadline.year}年{deadline.month}月"
    if value >= 1.0:
        state, reason = "on_course", Text("已完成。", "Done.")
    elif case.measured.last_day() < deadline:
        state, reason = "not_yet_due", Text(f"{day}到期，尚未完成。", f"Due {deadline}; not done yet.")
    elif math.isnan(value):
        state, reason = ("no_report", _NO_REPORT) if case.completeness.asked else ("not_asked", _NOT_ASKED)
    else:
        state, reason = "far_behind", Text(f"{day}已到期，仍未完成。", f"Was due {deadline}; not done.")
    return _outcome(case, state, reason, _RULE_DATED, value=value, goal=1.0, met=value >= 1.0)


def _without(case: Case, rules: Rules, state: str, value: float, reason: Text) -> Assessment:
    return _outcome(case, state, reason, rules.lights.clause, value=value, goal=_goal(case))


def _outcome(case: Case, state: str, reason: Text, clause: str, **numbers: Any) -> Assessment:
    """Return an assessment of the case with the numbers that there are."""
    return Assessment(case.target.id, case.place, case.period, case.measured, state, reason, clause, **numbers)
