"""Circles as facts: what the streets and facilities of today say of an element, with the version it rests on."""

from pathlib import Path

from chengzai.collect import facts_of
from chengzai.cycle._clock import now
from chengzai.cycle._planning_table import Table
from chengzai.cycle._region import circle_rules
from chengzai.decide import Choice, unfold
from chengzai.kernel import Actor, Observation, Period
from chengzai.store import record_facts


def record_circles(table: Table, data: Path, period: Period, root: str, actor: Actor) -> tuple[Observation, ...]:
    """Record today's share of every circle that a rule ties to an element of the pack; return what was recorded.

    The evidence names the sheets and the pack by hash; among simulated data the source is `simulated`, like all there.
    """
    _, words, _, _ = circle_rules(table.pack, table.day)
    moment = now(simulated=table.simulated)
    facts = tuple(
        Observation(
            str(words[kept.rule.id]["element"]),
            root,
            period,
            round(kept.with_all * 100, 2),
            "simulated" if table.simulated else "space",
            evidence=f"space/{kept.rule.id} 底数{table.sha256[:12]} 内容包{table.pack.sha256[:12]}",
            entered_by=actor.name,
            entered_at=moment.isoformat(timespec="seconds"),
        )
        for kept in unfold(table.region, Choice()).circles[0]
        if "element" in words[kept.rule.id]
    )
    if facts:
        note = f"circles {table.sha256[:12]}"
        record_facts(data, facts_of(facts), simulated=table.simulated, author=actor.name, at=moment, note=note)
    return facts
