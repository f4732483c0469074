"""The ways people have to go: to one more facility, to a place from everywhere, and between the county towns."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from chengzai.cycle._choices import build_of
from chengzai.cycle._planning_table import Table, build_cost, target_of_circle
from chengzai.cycle._printed import known_or_none
from chengzai.cycle._region import circle_rules, seat_minutes
from chengzai.cycle._rules import dated_rule
from chengzai.decide import Amenity, Choice, Outcome, kept_for, seated, unfold
from chengzai.space import NEVER

View = dict[str, Any]
_MS = 60_000
_LIMITS = (5, 10, 15, 30, 50)  # minutes


def people_within(people: Sequence[float], minutes: Sequence[float | None]) -> list[tuple[int, float]]:
    """Return how many people have a way of up to so many minutes."""
    return [
        (limit, math.fsum(p for p, m in zip(people, minutes, strict=True) if m is not None and m <= limit))
        for limit in _LIMITS
    ]


def minutes_of(times: Sequence[int] | Any) -> list[float | None]:
    """Return times in ms as minutes, nothing where there is no way."""
    return [None if t >= NEVER else float(t) / _MS for t in times]


def try_site(table: Table, told: Mapping[str, Any]) -> View:
    """Return what one more facility does to every circle, at once, nothing else changed: who gains, and where."""
    build = build_of(table, told)
    _, words, _, _ = circle_rules(table.pack, table.day)
    before = unfold(table.region, Choice()).circles[-1]
    after = unfold(table.region, Choice(build=(replace(build, year=0),))).circles[-1]
    return {
        "kind": build.amenity.kind,
        "cost_each": build_cost(table, build.amenity.kind),
        "ways": _ways_to(table, build.amenity),
        "circles": [
            {
                "name": str(words[b.rule.id]["name"]),
                "name_en": str(words[b.rule.id]["name_en"]),
                "target": target_of_circle(table, b.rule.id),
                "before": known_or_none(b.with_all * 100, 2),
                "after": known_or_none(a.with_all * 100, 2),
                "gain": None if math.isnan(a.with_all) else round((a.with_all - b.with_all) * a.people),
            }
            for b, a in zip(before, after, strict=True)
            if build.amenity.kind in {need.kind for need in b.rule.needs}
        ],
    }


def mode_for(table: Table, kind: str) -> str:
    """Return how people go to a kind of facility: as the first circle that asks for it says."""
    rule = table.region.circle_asking(kind)
    return rule.mode if rule else next(iter(table.region.roads))


def _ways_to(table: Table, place: Amenity) -> View:
    """Return the minutes from every block to a place, in the way its circle asks for, and who comes within which."""
    region = table.region
    mode = mode_for(table, place.kind)
    told = region.between(mode, [place])[: len(region.blocks), 0]
    minutes = minutes_of(told)
    return {
        "mode": mode,
        "minutes": [None if m is None else round(m, 1) for m in minutes],
        "people": [[limit, round(n)] for limit, n in people_within([b.persons for b in region.blocks], minutes)],
    }


def traffic_between(table: Table) -> View:
    """Return the minutes by car between the facilities that the rule of travel names as hubs, with their names."""
    kind = str(dated_rule(table.pack, "travel", "出行速度", table.day).value.get("hub", ""))
    names = [a.name for a in table.region.amenities if a.kind == kind]
    return {"names": names, "minutes": seat_minutes(table.region, kind)}


def seats_told(table: Table, choice: Choice, outcome: Outcome) -> list[View]:
    """Return for every school stage that a circle asks for how its children are served, today and at the end."""
    region, found = table.region, []
    for kind in region.ages.stages if region.ages else ():
        rule = region.circle_asking(kind)
        if rule is None:
            continue
        told = [seated(region, choice, outcome.moves, rule, kind, year) for year in (0, region.years)]
        rows = [{f: _finite(getattr(t, f)) for f in _SEATED} for t in told if t is not None]
        found.append(
            {
                "kind": kind,
                "minutes": (rule.limit_of(kind) or 0) / _MS,
                "mode": rule.mode,
                "today": rows[0],
                "end": rows[1],
            }
        )
    return found


_SEATED = ("need", "near", "seated", "mean", "worst_tenth", "gini", "unknown")


def _finite(value: float) -> float | None:
    return known_or_none(float(value), 4)


def ages_told(table: Table, choice: Choice, outcome: Outcome) -> dict[str, dict[str, list[float | None]]]:
    """Return by circle the share of some ages with all of it, today and at the end, as the rule names the ages."""
    rule = dated_rule(table.pack, "circles", "生活圈规则", table.day).value
    ages = {str(name): (int(span[0]), int(span[1])) for name, span in rule.get("ages", {}).items()}
    today, end = (
        kept_for(table.region, choice, outcome.moves, outcome.circles[year], year, ages)
        for year in (0, table.region.years)
    )
    return {
        kept.rule.id: {name: [_finite(before[name]), _finite(after[name])] for name in before}
        for kept, before, after in zip(outcome.circles[0], today, end, strict=True)
    }
