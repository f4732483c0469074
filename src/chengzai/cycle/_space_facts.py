"""Circles as facts: what the streets and facilities of today say of an element, with the version it rests on."""

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from chengzai.collect import facts_of
from chengzai.cycle._clock import now
from chengzai.cycle._planning_table import Table
from chengzai.cycle._region import circle_rules
from chengzai.cycle._rules import require_month
from chengzai.decide import Choice, CircleKept, unfold
from chengzai.kernel import Actor, Observation, Period, Text, UserError
from chengzai.plan import Plan
from chengzai.store import record_facts


def record_circles(table: Table, data: Path, period: Period, plan: Plan, actor: Actor) -> tuple[Observation, ...]:
    """Record what every circle that a rule ties to an element of the pack says today; return what was recorded.

    Raises NotAMonthOfThePlan for a period that is none, UserError for one that has not begun.

    `element` takes the share in per cent, `done` whether it is at least what the rule wants (1 or 0). The evidence
    names the sheets and the pack by hash; among simulated data the source is `simulated`, like all there.
    """
    _, words, _, status = circle_rules(table.pack, table.day)
    moment = now(simulated=table.simulated)
    require_month(plan, period)
    if period.last_day().replace(day=1) > moment.date():
        told = f"{period} 还没有到；生活圈记的是今天，请写{moment:%Y-%m}或以前的月份。"
        raise UserError(Text(told, f"{period} has not begun; circles are those of today."))
    facts = tuple(
        Observation(
            element,
            plan.root,
            period,
            value,
            "simulated" if table.simulated else "space",
            evidence=f"space/{kept.rule.id} {told} 底数{table.sha256[:12]} 内容包{table.pack.sha256[:12]}",
            entered_by=actor.name,
            entered_at=moment.isoformat(timespec="seconds"),
        )
        for kept in unfold(table.region, Choice()).circles[0]
        for element, value, told in _says(kept, words[kept.rule.id], status)
    )
    if facts:
        note = f"circles {table.sha256[:12]}"
        record_facts(data, facts_of(facts), simulated=table.simulated, author=actor.name, at=moment, note=note)
    return facts


def _says(kept: CircleKept, words: Mapping[str, Any], status: str) -> list[tuple[str, float, str]]:
    """Return the elements that a circle tells of, with their values and how they were read."""
    share, found = round(kept.with_all * 100, 2), []
    if math.isnan(share):
        return []
    if "element" in words:
        found.append((str(words["element"]), share, f"{share:g}%"))
    if "done" in words and not math.isnan(kept.rule.wanted):
        draft = "（草案）" if status == "draft" else ""
        read = f"{share:g}%，达到{kept.rule.wanted:.0%}才算形成{draft}"
        found.append((str(words["done"]), float(kept.with_all >= kept.rule.wanted), read))
    return found
