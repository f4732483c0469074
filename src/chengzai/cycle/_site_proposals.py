"""Where the next facilities of a kind would serve most people who lack one: chosen exactly, checked by the circles."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chengzai.cycle._planning_table import Table, build_cost, least_catchment, target_of_circle
from chengzai.cycle._printed import known_or_none
from chengzai.cycle._region import circle_rules
from chengzai.cycle._sheets_in import NotASheet
from chengzai.decide import Amenity, Build, Choice, CircleRule, Kind, complete_most, cover_most, unfold
from chengzai.kernel import Text

View = dict[str, Any]
_MOST = 20


def propose_sites(table: Table, kind: str, count: int) -> View:
    """Return up to `count` blocks where facilities of a kind bring most people within reach, and what each adds.

    People are those of the first circle that asks for the kind. `added` are the people that come within reach,
    `share` and `whole` the shares with one of the kind, and with all that the circle asks for, before and after as the
    circles work them out; `gap` is how far the choice may be from the best. Raises NotASheet for a kind no circle asks.
    """
    region = table.region
    _listed(table, (kind,))
    rule = region.circle_asking(kind)
    limit = rule.limit_of(kind) if rule else None
    if rule is None or limit is None:
        raise NotASheet(Text(f"没有生活圈要求“{kind}”。", f"No circle asks for {kind}."))
    count = max(1, min(count, _MOST))
    at_end = unfold(region, Choice())
    lacking = _lacking(table, rule, kind, limit, at_end.persons)
    candidates = [_proposed(table, kind, n) for n in range(len(region.blocks))]
    reach = region.between(rule.mode, candidates)[lacking] <= limit
    useful = np.flatnonzero(reach.any(axis=0))
    far = float(at_end.persons[lacking].sum())
    if not len(useful):
        return {
            "kind": kind,
            "circle": _name(table, rule),
            "sites": [],
            "gap": 0.0,
            "cost_each": build_cost(table, kind),
            "added": 0,
            "lacking": round(far),
        }
    people = at_end.persons[lacking]
    told = cover_most(reach[:, useful], people, most=count, seconds=10.0)
    chosen = [int(useful[j]) for j in told.places]
    sites = _in_order(reach, people, chosen, candidates)
    after = unfold(region, Choice(build=tuple(Build(candidates[j], 0, 0.0) for j in chosen)))
    before, then = (next(k for k in o.circles[-1] if k.rule.id == rule.id) for o in (at_end, after))
    return {
        "kind": kind,
        "circle": _name(table, rule),
        "lacking": round(float(people.sum())),
        "gap": round(told.gap, 5),
        "cost_each": build_cost(table, kind),
        "sites": sites,
        "added": round((then.with_each[kind] - before.with_each[kind]) * before.people),
        "share": [round(k.with_each[kind] * 100, 2) for k in (before, then)],
        "whole": [known_or_none(k.with_all * 100, 2) for k in (before, then)],
    }


def propose_kit(table: Table, circle: str, budget: float) -> View:
    """Return which facilities complete most people's circle for some money (亿元), whatever kinds that takes.

    Kinds whose price the rule does not give cannot be proposed and are named; a new facility needs the least catchment
    of its kind, people who lack one now, each counted once. The circles are worked out again with what is proposed.
    Raises NotASheet for a circle nobody knows.
    """
    region = table.region
    rule = next((r for r in region.circles if r.id == circle), None)
    if rule is None:
        raise NotASheet(Text(f"没有“{circle}”这个生活圈。", f"No circle is called {circle}."))
    _listed(table, [need.kind for need in rule.needs])
    at_end = unfold(region, Choice())
    concerned = np.flatnonzero(region.among(rule) & (at_end.persons > 0))
    blocks = concerned[concerned < len(region.blocks)]
    if not len(blocks):
        raise NotASheet(Text("底数里没有这个生活圈所说的人。", "The region has nobody that this circle speaks of."))
    times = region.times(rule.mode, region.amenities)
    way = region.between(rule.mode, [_proposed(table, "", j) for j in blocks])[concerned]
    kinds, unpriced = {}, []
    for need in rule.needs:
        price = build_cost(table, need.kind)
        has = times[need.kind][concerned] <= need.limit if need.kind in times else np.zeros(len(concerned), np.bool_)
        reach = way <= need.limit if price is not None else np.zeros((len(concerned), len(blocks)), np.bool_)
        kinds[need.kind] = Kind(has, reach, price or 0.0, least_catchment(table, need.kind))
        unpriced += [] if price is not None else [need.kind]
    pairs = sum(int(kind.reach[~kind.has].sum()) for kind in kinds.values())
    if pairs > _MOST_PAIRS:
        words = f"够不着的人和够得着他们的地方太多（{pairs}对），一次算不动；请先用“找最合适的地方”按类补。"
        raise NotASheet(Text(words, f"Too much at once ({pairs} pairs): first propose places kind by kind."))
    told = complete_most(at_end.persons[concerned], kinds, budget=budget, seconds=_SECONDS)
    sites = [_proposed(table, kind, blocks[j]) for j, kind in told.build]
    after = unfold(region, Choice(build=tuple(Build(a, 0, 0.0) for a in sites)))
    before, then = (next(k for k in o.circles[-1] if k.rule.id == rule.id) for o in (at_end, after))
    counts = {kind: sum(a.kind == kind for a in sites) for kind in kinds}
    return {
        "circle": _name(table, rule),
        "people": round(before.people),
        "share": [round(k.with_all * 100, 2) for k in (before, then)],
        "added": round((then.with_all - before.with_all) * before.people),
        "cost": round(told.cost, 3),
        "gap": None if told.gap is None else round(told.gap, 4),
        "broken": list(told.broken),
        "unpriced": unpriced,
        "counts": {kind: n for kind, n in counts.items() if n},
        "sites": [
            {"kind": a.kind, "name": a.name, "lon": a.lon, "lat": a.lat, "town": a.town, "cost": kinds[a.kind].cost}
            for a in sites
        ],
    }


def _listed(table: Table, kinds: Sequence[str]) -> None:
    """Refuse kinds of which nobody lists where they are: who lacks one cannot be said."""
    if unlisted := [kind for kind in kinds if kind in table.region.unlisted]:
        some = "、".join(unlisted)
        words = f"底数、地图和台账里都没有“{some}”，谁缺它说不了；请列入 amenities.csv，确实没有的写进 none。"
        raise NotASheet(Text(words, f"Neither sheets nor map nor registers list {some}: who lacks it cannot be said."))


_SECONDS = 20.0
_MOST_PAIRS = 400_000


def _proposed(table: Table, kind: str, block: int) -> Amenity:
    b = table.region.blocks[block]
    return Amenity(kind, f"{b.name}（拟建）", b.lon, b.lat, town=b.town)


def _name(table: Table, rule: CircleRule) -> View:
    words = circle_rules(table.pack, table.day)[1][rule.id]
    return {
        "id": rule.id,
        "name": str(words["name"]),
        "name_en": str(words["name_en"]),
        "target": target_of_circle(table, rule.id),
    }


def _lacking(table: Table, rule: CircleRule, kind: str, limit: int, persons: NDArray[np.float64]) -> NDArray[np.intp]:
    """Return the points whose people the circle speaks of and who have none of a kind within reach."""
    region = table.region
    times = region.times(rule.mode, region.amenities).get(kind)
    far = np.ones(len(persons), dtype=np.bool_) if times is None else times > limit
    return np.flatnonzero(region.among(rule) & far & (persons > 0))


def _in_order(
    reach: NDArray[np.bool_], people: NDArray[np.float64], chosen: list[int], candidates: list[Amenity]
) -> list[View]:
    """Return the sites in the order in which each brings most more people within reach, with how many."""
    open_, left, sites = np.ones(len(people), dtype=np.bool_), list(chosen), []
    while left:
        gains = [float(people[open_ & reach[:, j]].sum()) for j in left]
        best = int(np.argmax(gains))
        j = left.pop(best)
        open_ &= ~reach[:, j]
        a = candidates[j]
        sites.append(
            {"kind": a.kind, "name": a.name, "lon": a.lon, "lat": a.lat, "town": a.town, "added": round(gains[best])}
        )
    return sites
