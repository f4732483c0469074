"""The whole month on one page: from the plan's text to what the bulletin and the pages will say."""

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from chengzai.assess import Measured, assess_plan, check_allocations
from chengzai.collect import settle
from chengzai.cycle._adjustments import adjustments_known
from chengzai.cycle._blocked import blocked_tasks
from chengzai.cycle._carry import bring_up
from chengzai.cycle._clock import today
from chengzai.cycle._history import told_before
from chengzai.cycle._office import pack_in_force
from chengzai.cycle._rules import paper_rules, require_month, rules_in_force
from chengzai.cycle._schemes import rank_month
from chengzai.cycle._sources import build_cubes, known_allocations, known_facts
from chengzai.kernel import Period
from chengzai.measure import read_indicators
from chengzai.plan import audit_plan, check_plan, compile_plan
from chengzai.publish import Edition
from chengzai.store import day_known, read_pack

Progress = Callable[[str], None]


def run_month(  # noqa: PLR0913 -- each argument is a fact of one run
    content: Path,
    data: Path,
    period: Period,
    *,
    real: bool = False,
    as_of: int | None = None,
    progress: Progress = lambda _: None,
    upon: Edition | None = None,
) -> Edition:
    """Run one month on the facts in the store; `upon` it as it stood before, only what changed is worked out anew."""
    progress("读方案")
    known = dt.date.fromisoformat(day_known(as_of)[:10]) if as_of and day_known(as_of) else None
    pack = read_pack(pack_in_force(data, content, as_of=as_of), on=period.last_day(), known=known)
    plan, unread = compile_plan(pack.tables, pack.document)
    require_month(plan, period)
    audit = audit_plan(plan, unread)
    checks, inconsistencies = check_plan(plan, pack.checks)
    places = pack.places.at(period.last_day())

    progress("收数据")
    facts, rejected = known_facts(pack, data, period, real=real, as_of=as_of)
    facts, disagreements = settle(facts)
    allocations = known_allocations(pack, data, on=period.last_day(), real=real, as_of=as_of)
    earlier = known_allocations(pack, data, on=period.next(-1).last_day(), real=real, as_of=as_of)

    progress("算指标")
    indicators, unusable = read_indicators(pack.indicators, pack.elements)
    kept = bring_up(upon, pack.sha256, plan, facts, (allocations, earlier))
    cubes = kept.cubes or build_cubes(facts, pack, indicators, plan, period)
    rules, holes = rules_in_force(pack, period)
    measured = Measured(cubes, {indicator.id: indicator for indicator in indicators}, facts, rules.tolerance.value)

    progress("评进度")
    judged = assess_plan(plan, measured, allocations, period, rules, carried=kept.now)
    before = assess_plan(plan, measured, earlier, period.next(-1), rules, carried=kept.before)
    events = adjustments_known(real=real, year=period.year, as_of=as_of)
    ranking, unranked = rank_month(pack, plan, allocations, judged, period, events)

    findings = (*inconsistencies, *rejected, *disagreements, *unusable, *holes, *unranked)
    return Edition(
        plan=plan,
        places=places,
        boundaries=pack.boundaries,
        pack_sha256=pack.sha256,
        period=period,
        simulated=not real,
        audit=replace(audit, findings=(*audit.findings, *inconsistencies)),
        checks=checks,
        measured=measured,
        allocations=allocations,
        allocations_before=earlier,
        rules=rules,
        judged=judged,
        before=before,
        ranking=ranking,
        adjustments=tuple(a for a in events if a.in_force and a.day <= period.last_day()),
        findings=(*findings, *check_allocations(allocations.values(), plan, places)),
        blocked=blocked_tasks(pack, plan, period, real=real, as_of=as_of),
        earlier=told_before(pack.folder, plan, on=period.last_day(), known=known),
        known_on=today(simulated=not real),
        paper_rule=paper_rules(pack, period.last_day()) if "papers" in pack.policy else {},
    )
