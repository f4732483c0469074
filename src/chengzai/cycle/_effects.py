"""What a scenario does to the plan's targets: today, at their deadline, at the end, and whether that is enough."""

import math
from collections.abc import Mapping
from typing import Any

from chengzai.cycle._planning_table import Table, scenario_rule
from chengzai.cycle._printed import known_or_none
from chengzai.decide import Outcome, Relocation, people_at
from chengzai.plan import Target
from chengzai.publish import Edition

View = dict[str, Any]


def effects_on_targets(table: Table, outcome: Outcome, edition: Edition, empty: Outcome) -> list[View]:
    """Return what a scenario does to the plan's targets: today, at the target's deadline, at the end, and the goal.

    `nothing` is the value at the deadline where nothing is done (`empty`), None beyond the years looked at.
    """
    known = {t.id: t for t in edition.plan.targets}
    told = []
    for effect in scenario_rule(table)["effect"]:
        target = known.get(str(effect["target"]))
        judged = edition.city.get(str(effect["target"]))
        if target is None:
            continue
        course, idle = (_course(table, o, str(effect["measure"]), str(effect.get("of", ""))) for o in (outcome, empty))
        done = judged.value if effect.get("adds") and judged and not math.isnan(judged.value) else 0.0
        at = min(max(target.deadline.year - table.region.first_year + 1, 0), len(course) - 1)
        goal = _goal(table, target, effect)
        inside = 0 <= target.deadline.year - table.region.first_year + 1 < len(course)
        value, tolerance = course[at] + done, edition.rules.tolerance.value
        told.append(
            {
                "target": target.id,
                "name": target.indicator,
                "name_en": target.name_en,
                "scope": target.scope,
                "unit": target.unit or ("%" if effect["measure"] == "circle" else ""),
                "deadline": target.deadline.year,
                "goal": goal,
                "draft": target.canonical is None and goal is not None,
                "today": known_or_none(course[0] + done, 2),
                "by": known_or_none(value, 2),
                "nothing": known_or_none(idle[at] + done, 2) if inside else None,
                "end": known_or_none(course[-1] + done, 2),
                "met": None
                if goal is None or math.isnan(value)
                else target.met_by(value, goal=goal, tolerance=tolerance),
            }
        )
    return told


def _centres(asked: Relocation, outcome: Outcome, persons: int, year: int) -> float:
    """Return how many sites hold so many people by the end of a year, 0 being today; NaN where nobody counted any."""
    if not any(s.residents for s in asked.sites):
        return math.nan
    return float(sum(n >= persons for n in people_at(asked, outcome.moves.moves, year - 1).values()))


def _goal(table: Table, target: Target, effect: Mapping[str, Any]) -> float | None:
    """Return the plan's number, or where it gives none the share that the circles' rule asks for, a default."""
    if target.value is not None:
        return float(target.value)
    if target.canonical is not None:
        return float(target.canonical.value)
    rule = next((r for r in table.region.circles if r.id == effect.get("of")), None)
    return None if rule is None or math.isnan(rule.wanted) else rule.wanted * 100


def _course(table: Table, outcome: Outcome, measure: str, of: str) -> list[float]:
    """Return one measure of an outcome by year, today first; NaN where there is none."""
    region, years = table.region, table.region.years
    if measure == "villages":
        return [float(sum(t < year for _, t in outcome.moves.moves.values())) for year in range(years + 1)]
    if measure == "town":
        number = next((n for n, t in enumerate(region.towns) if t.id == of), None)
        return [math.nan] * (years + 1) if number is None else [year[number].persons for year in outcome.towns]
    if measure == "urban":
        return [share[""] * 100 for share in outcome.urban]
    if measure == "circle":
        kept = [next((k for k in year if k.rule.id == of), None) for year in outcome.circles]
        return [math.nan if k is None else k.with_all * 100 for k in kept]
    if measure == "centres":
        return [_centres(region.relocation, outcome, int(of), year) for year in range(years + 1)]
    kind = {s.id: s.kind for s in region.relocation.sites}
    persons = {v.id: v.persons for v in region.relocation.villages}
    course = []
    for year in range(years + 1):
        gone = {v: s for v, (s, t) in outcome.moves.moves.items() if t < year}
        total = sum(persons[v] for v in gone)
        course.append(100 * sum(persons[v] for v, s in gone.items() if kind[s] == of) / total if total else math.nan)
    return course
