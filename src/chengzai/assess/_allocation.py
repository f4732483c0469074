"""责任分解: baselines, yearly steps and county shares — authored records beside the plan, sum-checked against it."""

import math
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field

from chengzai.assess._words import surplus_words
from chengzai.kernel import Citation, Finding, Severity, Text
from chengzai.plan import Plan

_ADDITIVE = ("cumulative", "flow", "stock")


@dataclass(frozen=True, slots=True)
class Allocation:
    """What a city has authored for one target, in canonical units.

    `baseline` is the value at the plan's start; `steps` the value due at each year's end; `shares` the goal of
    each county and `county_baselines` where it began; `source` is `authored` or `simulated`.
    """

    target: str
    source: str
    baseline: float | None = None
    steps: Mapping[int, float] = field(default_factory=dict)
    shares: Mapping[str, float] = field(default_factory=dict)
    county_baselines: Mapping[str, float] = field(default_factory=dict)
    season: tuple[float, ...] = ()
    owner: str = ""
    additive: bool = True


def check_allocations(
    allocations: Iterable[Allocation], plan: Plan, places: Container[str] | None = None
) -> tuple[Finding, ...]:
    """Return a finding for each allocation whose county shares or last step miss the plan's number.

    One for a target the plan lacks, or with shares for places that are not among `places`, is reported too.
    """
    return tuple(
        finding
        for allocation in allocations
        for finding in (*_unknown(allocation, plan, places), *_check(allocation, plan))
    )


def _unknown(allocation: Allocation, plan: Plan, places: Container[str] | None) -> Iterable[Finding]:
    named = allocation.target
    strangers = [code for code in allocation.shares if places is not None and code not in places]
    if named not in plan.target or strangers:
        what = f"地区代码 {'、'.join(strangers)} 不在 places 中" if strangers else "方案里没有这项目标"
        yield Finding(
            "assess.allocation-unknown",
            Severity.ERROR,
            Text(
                f"责任分解“{named}”：{what}。",
                f"The allocation of '{named}' names what is not known: {', '.join(strangers) or 'its target'}.",
            ),
            Text("请更正代码；未更正前这部分不参与评价。", "Correct the code; until then this part is not judged."),
            Citation("allocation", named),
        )


def _check(allocation: Allocation, plan: Plan) -> Iterable[Finding]:
    target = plan.target.get(allocation.target)
    if target is None or target.canonical is None:
        return
    goal = float(target.canonical.value)
    total = math.fsum(allocation.shares.values())
    additive = allocation.additive and target.kind in _ADDITIVE and not target.each
    surplus = surplus_words(total, goal)
    off = surplus.said(f"{surplus.amount:,.10g}")
    if allocation.shares and additive and not math.isclose(total, goal, rel_tol=1e-12):
        yield Finding(
            "assess.shares-miss-total",
            Severity.ERROR,
            Text(
                f"“{target.indicator}”各县分解之和 {total:,.10g} 不等于目标 {goal:,.10g}，{off.zh}。",
                f"The county shares of '{target.name_en}' sum to {total:,.10g}, not {goal:,.10g}: {off.en}.",
            ),
            Text("请调整分解数，使合计等于方案目标。", "Adjust the shares until they sum to the plan's number."),
            Citation("allocation", target.id),
        )
    last = allocation.steps.get(target.deadline.year)
    if last is not None and last != goal:
        yield Finding(
            "assess.steps-miss-target",
            Severity.ERROR,
            Text(
                f"“{target.indicator}”{target.deadline.year}年度目标 {last:,.10g} 不等于方案目标 {goal:,.10g}。",
                f"The last yearly step of '{target.name_en}' is {last:,.10g}, not {goal:,.10g}.",
            ),
            Text("请使末年分年目标等于方案目标。", "Make the last step equal the plan's number."),
            Citation("allocation", target.id),
        )
