"""One target at one place in one month: the law of its kind, its state, and the reason for it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from chengzai.assess._allocation import Allocation
from chengzai.assess._laws import Ruling, Stand, is_cap, maintain, rule
from chengzai.assess._lights import Band
from chengzai.assess._progress import attained_share, expected_share
from chengzai.assess._words import must_reach
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

    Values are in the canonical unit; NaN where there is none. Shares run from 0 to 1, and pass 1 only where the goal
    is reached; `gap` is in percentage points, `needed` and `best` are per period of the indicator, `needed` only where
    something is still to be done. `clause` names the rule that decided, `law` the law of the kind (`progress`, `keep`,
    `cap`, `dated`, empty where nothing is judged) and `code` the edge at which the value stands.
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
    law: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """What is judged: a target at a place, the values measured there, and what was allocated.

    `series` holds the indicator's values up to and including `measured`, NaN for earlier periods whose reports were
    not complete; for a target that each of several places must reach, judged for all of them together, it counts the
    places that do.
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
    cumulative: x/t; flow every year: the year so far against the year's number; maintain, and what satisfied the
    words before the plan began: met or not; milestone and completion: nothing until done.
    Source: plan clauses on 序时进度 and the pack's 亮灯规则; the edges stand in `_laws`.
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
_BEFORE_PLAN = Text(
    "本期在方案期之前，没有布置填报，不作评价。",
    "The period lies before the plan: no report was asked for; it is not judged.",
)
_NO_UNIT = Text("没有单位填报本目标，未布置填报。", "No unit reports this target; nothing is asked for.")
_NO_RESULT = Text(
    "报送齐全，但按公式算不出数（如分母为零）。",
    "All reports are in, yet the formula gives no value (a divisor of 0?).",
)


def _not_in(case: Case, value: float, least: float) -> tuple[str, Text] | None:
    """Return the state and the reason of a value that cannot be judged because of what is not in, else None."""
    there, nothing = case.completeness, math.isnan(value)
    if not there.asked and case.measured.last_day() < case.plan.start:
        return "not_asked", _BEFORE_PLAN
    if not there.asked or (nothing and not there.expected):
        return "not_asked", _NOT_ASKED if there.expected else _NO_UNIT
    if there.share < least:
        return "no_report", _NO_REPORT if nothing and not there.reported else _partly(there, case.measured, least)
    if there.first is not None:
        return "cannot_tell", _begun_late(there.first, case.plan)
    if nothing:
        return ("cannot_tell", _NO_RESULT) if there.full and there.period else ("no_report", _NO_REPORT)
    return None


def _begun_late(first: Period, plan: Plan) -> Text:
    if (
        first.next(-1).last_day() < plan.start
    ):  # there is nothing earlier to enter: the plan itself is younger than the window
        return Text(
            "方案期内还不满滚动计算所需的期数，暂不作评价。",
            "The plan has not run for as long as the running figure looks back; it is not judged yet.",
        )
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


_NO_GOAL = Text("无法判断：没有可比的目标值。", "Cannot tell: no goal to compare with.")
_RULE_DATED = "阶段性目标：完成之前不计进度"
_RULE_MAINTAIN = "保持类目标：达到即按期"


def _goal(case: Case) -> float:
    """Return what the place must reach: the plan's number, a county's allocated share, or how many units must."""
    target = case.target
    whole = float(target.canonical.value) if target.canonical else 1.0
    if case.place == target.place:
        return float(len(target.each)) if _counts_places(case) else whole
    if target.each:
        return whole if case.place in target.each else math.nan
    return case.allocation.shares.get(case.place, math.nan) if case.allocation else math.nan


def _counts_places(case: Case) -> bool:
    return bool(case.target.each) and case.place == case.target.place


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
    goal = float(target.canonical.value) if target.canonical else 1.0
    baseline = (allocation.baseline if allocation else None) or 0.0
    if not allocation or not allocation.steps or elapsed >= total or goal == baseline:
        return expected_share(elapsed, total)
    years, months = divmod(int(elapsed), 12)
    before = allocation.steps.get(plan.start.year + years - 1, baseline)
    after = allocation.steps.get(plan.start.year + years, goal)
    return attained_share(before + (after - before) * months / 12, baseline=baseline, goal=goal)


def _progressing(case: Case, rules: Rules, value: float) -> Assessment:
    goal, baseline = _goal(case), _baseline(case)
    if math.isnan(goal):
        return _without(case, rules, "cannot_tell", value, _NO_GOAL)
    stand = _stand(case, rules, value, goal, baseline)
    ruling = rule(stand, rules.lights.value)
    kept = ruling.law in {"keep", "cap"}
    clause = rules.lights.clause if not kept or ruling.code == "cap-fast" else _RULE_MAINTAIN
    told = {} if ruling.state == "cannot_tell" else {"expected": math.nan if kept else stand.expected}
    if not kept and not math.isnan(baseline):
        told |= {"baseline": baseline, "due": baseline + (goal - baseline) * stand.expected}
    elif ruling.law == "keep":
        told |= {"baseline": baseline, "due": goal}
    open_ = not stand.met and ruling.state != "cannot_tell"
    needed, best = _pace(case, goal) if open_ and not is_cap(case.target) else (math.nan, math.nan)
    return _ruled(case, ruling, clause, value=value, goal=goal, met=stand.met, needed=needed, best=best, **told)


def _stand(case: Case, rules: Rules, value: float, goal: float, baseline: float) -> Stand:
    """Return the value beside what it is held against, with what earlier periods showed."""
    target = case.target
    stand = Stand(
        target=target,
        value=value,
        baseline=baseline,
        goal=goal,
        expected=share_due(case.plan, target, case.allocation, case.measured),
        tolerance=rules.tolerance.value,
        over=_over(case),
        counts_places=_counts_places(case),
    )
    if stand.met:
        at_end = _at_deadline(case)
        return replace(stand, late=not math.isnan(at_end) and not stand.satisfied_by(at_end))
    return stand if target.around else replace(stand, once=_last_that(case, stand, met=True))


def _over(case: Case) -> bool:
    """Return whether the day has come by the end of the period measured; for a yearly number, the year's end."""
    if case.target.every_year:
        return case.measured.part == PER_YEAR[case.measured.frequency]
    elapsed, total = _elapsed(case)
    return elapsed >= total


def _at_deadline(case: Case) -> float:
    """Return the value of the period in which the deadline fell, NaN if that is this one, none, or not measured."""
    elapsed, total = _elapsed(case)
    back = (elapsed - total) // case.measured.months
    if case.target.every_year or not 0 < back < len(case.series):
        return math.nan
    return float(case.series[-1 - back])


def _last_that(case: Case, stand: Stand, *, met: bool, within: int = 0) -> Period | None:
    """Return the last earlier period whose value did (or did not) satisfy the words; none before the plan or the year.

    `within` looks back so many periods at most, 0 as far as the plan's start.
    """
    since = case.measured.year if case.target.every_year else case.plan.start.year
    reach = case.measured.ordinal - since * PER_YEAR[case.measured.frequency]
    reach = min(reach, len(case.series) - 1, within or reach)
    earlier = list(case.series[-1 - reach : -1]) if reach > 0 else []
    told = [v for v in earlier if not math.isnan(v)]
    up = stand.counts_places or case.target.direction == "up"
    if not told or (met and not stand.satisfied_by((max if up else min)(told))):
        return None  # most targets have never been reached, and one look at the best tells so
    back = next((n for n, v in enumerate(reversed(earlier), 1) if v == v and stand.satisfied_by(v) == met), 0)  # noqa: PLR0124
    return case.measured.next(-back) if back else None


def _ruled(case: Case, ruling: Ruling, clause: str, **numbers: Any) -> Assessment:
    return _outcome(
        case,
        ruling.state,
        ruling.reason,
        clause,
        attained=ruling.attained,
        gap=ruling.gap,
        law=ruling.law,
        code=ruling.code,
        **numbers,
    )


def _pace(case: Case, goal: float) -> tuple[float, float]:
    """Return the change per period still needed, and the best change in that direction any past period has shown."""
    if case.target.every_year:
        left = PER_YEAR[case.measured.frequency] - case.measured.part
    else:
        elapsed, total = _elapsed(case)
        left = int((total - elapsed) / case.measured.months)
    rest = must_reach(case.target, goal, counts_places=_counts_places(case)) - float(case.series[-1])
    steps = [b - a for a, b in zip(case.series, case.series[1:], strict=False) if not math.isnan(b - a)]
    best = (max if rest > 0 else min)(steps, default=math.nan)
    return rest / left if left > 0 else math.nan, float(best)


def _maintained(case: Case, rules: Rules, value: float) -> Assessment:
    goal = _goal(case)
    if math.isnan(goal):
        return _without(case, rules, "cannot_tell", value, _NO_GOAL)
    counts = _counts_places(case)
    stand = Stand(case.target, value, math.nan, goal, math.nan, rules.tolerance.value, counts_places=counts)
    if stand.met:
        year = PER_YEAR[case.measured.frequency]
        stand = replace(stand, once=_last_that(case, stand, met=False, within=year - 1))
    return _ruled(case, maintain(stand), _RULE_MAINTAIN, value=value, goal=goal, due=goal, met=stand.met)


def _dated(case: Case, value: float) -> Assessment:
    """Judge what counts only when done: before its day it is not yet due, after it a missing report stays missing."""
    deadline = case.target.deadline
    day = f"{deadline.year}年{deadline.month}月"
    if value >= 1.0:
        code, state, reason = "done", "on_course", Text("已完成。", "Done.")
    elif case.measured.last_day() < deadline:
        code, state = "waiting", "not_yet_due"
        reason = Text(f"{day}到期，尚未完成。", f"Due {deadline}; not done yet.")
    elif math.isnan(value):
        state, reason = ("no_report", _NO_REPORT) if case.completeness.asked else ("not_asked", _NOT_ASKED)
        code = state.replace("_", "-")
    else:
        code, state = "undone", "far_behind"
        reason = Text(f"{day}已到期，仍未完成。", f"Was due {deadline}; not done.")
    return _ruled(case, Ruling("dated", code, state, reason), _RULE_DATED, value=value, goal=1.0, met=value >= 1.0)


def _without(case: Case, rules: Rules, state: str, value: float, reason: Text) -> Assessment:
    code = "no-goal" if reason is _NO_GOAL else state.replace("_", "-")
    return _outcome(case, state, reason, rules.lights.clause, value=value, goal=_goal(case), code=code)


def _outcome(case: Case, state: str, reason: Text, clause: str, **numbers: Any) -> Assessment:
    """Return an assessment of the case with the numbers that there are."""
    return Assessment(case.target.id, case.place, case.period, case.measured, state, reason, clause, **numbers)
