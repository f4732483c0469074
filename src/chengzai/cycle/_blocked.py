"""Which tasks are blocked in a month, from the accepted task reports of the units that answer for them."""

from collections.abc import Mapping
from typing import Any

from chengzai.collect import fold
from chengzai.cycle._office import by_sheet
from chengzai.kernel import Period
from chengzai.plan import Plan
from chengzai.publish import Blocked
from chengzai.store import Pack, acts_of

Content = Mapping[str, Any]
_Reports = dict[tuple[str, str], dict[Period, Content]]


def blocked_tasks(pack: Pack, plan: Plan, period: Period, *, real: bool, as_of: int | None) -> tuple[Blocked, ...]:
    """Return the tasks whose last accepted report up to a month says 受阻, the longest blocked first.

    A later report that says otherwise clears a task; so does handing it to another unit, or taking it off the plan.
    """
    reports: _Reports = {}
    for sheet, lines in by_sheet(acts_of(simulated=not real, topic="tasks", as_of=as_of)).items():
        when = Period.parse(sheet.period)
        for task, line in lines.items():
            if line.in_force and when <= period:
                reports.setdefault((task, sheet.unit), {})[when] = line.in_force
    if not reports:
        return ()
    duties = fold(acts_of(simulated=not real, topic="duties", unit=plan.root, as_of=as_of))
    holding = {task: line.on(period.last_day()) for task, line in duties.items()}
    words = {promise.id: promise.quote.words for promise in plan.promises}
    names = {place.code: place.name for place in pack.places.ordered}
    names |= {str(department["id"]): str(department["name"]) for department in pack.departments}
    found = [
        blocked
        for (task, unit), own in reports.items()
        if task in words and _answers(holding.get(task, {}), unit)
        if (blocked := _blocked(task, words[task], unit, names.get(unit, unit), own))
    ]
    return tuple(sorted(found, key=lambda b: (b.since.ordinal, b.unit, b.task)))


def _answers(duty: Content, unit: str) -> bool:
    return unit in {duty.get("lead"), *duty.get("units", ())}


def _blocked(task: str, words: str, unit: str, name: str, own: Mapping[Period, Content]) -> Blocked | None:
    latest_first = sorted(own, key=lambda when: -when.ordinal)
    last = latest_first[0]
    if own[last].get("state") != "blocked":
        return None
    since = last
    for when in latest_first:
        if own[when].get("state") != "blocked":
            break
        since = when
    reason, following = str(own[last].get("note", "")), str(own[last].get("next", ""))
    return Blocked(task, words, unit, name, since, last, reason, following)
