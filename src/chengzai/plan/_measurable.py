"""Whether a promise can be measured as it is worded: of what, against what, by when, and told by which sign."""

import re
from collections.abc import Iterator
from itertools import combinations

from chengzai.kernel import Citation, Finding, Severity, Text
from chengzai.plan._records import Plan, Target

_UNWRITTEN = {"", "未写明"}
_SHARE = re.compile(
    r"率|比|占|度|覆盖|份额|强度|指数|失业|[%％](?:以上)?的.+(?:达|完成|实现|建)|[%％](?:以上)?的?[一-鿿]{2,}有"
)
_VAGUE = re.compile(r"显著|明显|更加|大幅|不断|进一步|持续|有效|全面提[高升]|基本形成|更好|增强|优化")
_LOWER, _UPPER = {">=", ">"}, {"<=", "<"}


def scope_missing(plan: Plan) -> Iterator[Finding]:
    """Report figures whose place or group is not said; the reader would take the whole area."""
    for target in plan.targets:
        if target.scope in _UNWRITTEN and target.value is not None:
            yield _finding(
                plan,
                target,
                "plan.scope-missing",
                Severity.NOTE,
                Text(
                    f"“{target.indicator}”没有写明范围（全域、城镇、农村或某一群体）。",
                    f"'{target.name_en}' has no scope.",
                ),
                Text("请起草单位写明；未写明时按全域理解。", "Ask the author; the whole area is assumed."),
            )


def denominator_missing(plan: Plan) -> Iterator[Finding]:
    """Report percentages that do not say of what."""
    for target in plan.targets:
        canonical = target.canonical
        if target.value is None or canonical is None or canonical.unit not in {"%", "％"}:
            continue
        if not target.growth and not _SHARE.search(target.indicator + target.quotes[0].words):
            yield _finding(
                plan,
                target,
                "plan.denominator-missing",
                Severity.WARNING,
                Text(
                    f"“{target.quotes[0].words}”没有说明是占什么的百分比。", f"'{target.name_en}' is a share of what?"
                ),
                Text("请起草单位写明分母。", "Ask the author for the denominator."),
            )


def base_missing(plan: Plan) -> Iterator[Finding]:
    """Report growth over several years that does not say since when."""
    if plan.end.year == plan.start.year:
        return
    for target in plan.targets:
        if target.growth and not target.base and target.baseline is None and not target.every_year:
            unit = target.canonical.unit if target.canonical else ""
            if unit in {"%", "％", "个百分点", "百分点"}:
                yield _finding(
                    plan,
                    target,
                    "plan.base-missing",
                    Severity.WARNING,
                    Text(f"“{target.quotes[0].words}”没有写明与哪一年相比。", f"'{target.name_en}' grows since when?"),
                    Text("请起草单位写明基期和基数。", "Ask the author for the base year and its value."),
                )


def never_measurable(plan: Plan) -> Iterator[Finding]:
    """Report promises without number and without an event: no reported element could ever tell whether they are met."""
    for target in plan.targets:
        words = target.quotes[0].words
        firm = target.strength != "basic"  # 基本 without a rule is reported on its own
        if target.value is None and target.kind == "completion" and firm and _VAGUE.search(words):
            yield _finding(
                plan,
                target,
                "plan.unmeasurable",
                Severity.WARNING,
                Text(
                    f"“{words}”没有数值也没有可查证的事项，任何采集项都测不出来。",
                    f"Nothing could measure '{target.name_en}'.",
                ),
                Text(
                    "请起草单位给出数值、清单或验收办法。",
                    "Ask the author for a number, a list or a way of acceptance.",
                ),
            )


def deadline_outside(plan: Plan) -> Iterator[Finding]:
    """Report deadlines before the plan begins."""
    for target in plan.targets:
        if target.deadline < plan.start:
            yield _finding(
                plan,
                target,
                "plan.deadline-outside",
                Severity.WARNING,
                Text(
                    f"“{target.indicator}”的期限 {target.deadline} 早于方案开始 {plan.start}。",
                    f"'{target.name_en}' is due on {target.deadline}, before the plan begins.",
                ),
                Text("请核对原文年份。", "Compare the year with the text."),
            )


def contradictory(plan: Plan) -> Iterator[Finding]:
    """Report two limits on one figure and day that no value can satisfy together."""
    bounded = [t for t in plan.targets if t.canonical is not None and t.value is not None]
    for one, other in combinations(bounded, 2):
        if (one.indicator, one.scope, one.deadline) != (other.indicator, other.scope, other.deadline):
            continue
        low, high = (one, other) if one.comparator in _LOWER else (other, one)
        if low.comparator in _LOWER and high.comparator in _UPPER and _apart(low, high):
            yield _finding(
                plan,
                low,
                "plan.contradictory-targets",
                Severity.ERROR,
                Text(
                    f"“{low.quotes[0].words}”与“{high.quotes[0].words}”不可能同时做到。",
                    f"'{low.name_en}' and '{high.name_en}' cannot both be met.",
                ),
                Text("请起草单位说明以何者为准。", "Ask the author which one holds."),
            )


def _apart(low: Target, high: Target) -> bool:
    if low.canonical is None or high.canonical is None or low.canonical.unit != high.canonical.unit:
        return False
    strict = low.comparator == ">" or high.comparator == "<"
    return low.canonical.value > high.canonical.value or (strict and low.canonical.value == high.canonical.value)


def _finding(plan: Plan, target: Target, code: str, severity: Severity, message: Text, remedy: Text) -> Finding:
    span = target.quotes[0].span
    where = Citation(plan.document_name, target.quotes[0].clause, span.start, span.end)
    return Finding(code, severity, message, remedy, where)


MEASURABLE = (contradictory, deadline_outside, never_measurable, denominator_missing, base_missing, scope_missing)
