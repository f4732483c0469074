"""The planner's pages: scenarios side by side, the ways people have to go, and one scenario whole."""

import math
from collections.abc import Mapping
from typing import Any

from chengzai.cycle._chosen import chosen
from chengzai.cycle._planning_table import Table
from chengzai.cycle._region import circle_rules
from chengzai.cycle._rules import dated_rule
from chengzai.cycle._scenarios import is_stale, side_by_side
from chengzai.cycle._two_presents import beside_reports, presents_apart
from chengzai.cycle._ways import minutes_of, mode_for, people_within, traffic_between
from chengzai.decide import Doubt
from chengzai.publish import Edition, county_shapes_of

View = dict[str, Any]
_FILES = ("circles", "travel", "capacity", "scenarios")


def decide_page(table: Table, edition: Edition, kept: Mapping[str, View], kind: str = "") -> View:
    """Return the scenarios kept side by side, and how long the way to the nearest facility of one kind is."""
    told, region, words = [kept[name] for name in kept], table.region, circle_rules(table.pack, table.day)[1]
    kinds = sorted({a.kind for a in region.amenities} | {n.kind for r in region.circles for n in r.needs})
    return {
        "simulated": table.simulated,
        "scenarios": [
            {
                "id": t["id"], "name": t["name"], "by": t["by"], "at": t["at"],
                "stale": is_stale(table, t),
                "clash": bool(t["moves"]["conflict"]), "unsettled": t["moves"].get("unsettled", False),
            }
            for t in told
        ],
        "rows": side_by_side(told),
        "apart": presents_apart([t for t in told if not is_stale(table, t)], edition),
        "towns": [t.id for t in region.towns],
        "projects": len(region.projects),
        "doubt": {"cost": region.doubt.cost, "built": region.doubt.built} if region.doubt != Doubt() else None,
        "site_kinds": list(dict.fromkeys(s.kind for s in region.relocation.sites)),
        "kinds": kinds,
        "years": [region.first_year + n for n in range(region.years)],
        "reach": _reach(table, edition, kind if kind in kinds else _first_kind(table)),
        "traffic": traffic_between(table),
        "circles": [{"id": i, "name": str(c["name"]), "name_en": str(c["name_en"])} for i, c in words.items()],
        "rules": [_stands(table, file) for file in _FILES],
        "registered": {"counted": len(table.registered.points), "without": table.registered.without},
        "unlisted": sorted(region.unlisted),
        "findings": [finding.as_dict() for finding in region.findings],
        "guessed": table.guessed,
    }  # fmt: skip


def _stands(table: Table, file: str) -> View:
    rule = dated_rule(table.pack, file, file, table.day)
    return {"name": str(table.pack.policy[file]["name"]), "clause": rule.clause, "status": rule.status}


def _first_kind(table: Table) -> str:
    return next((need.kind for rule in table.region.circles for need in rule.needs), "")


def _reach(table: Table, edition: Edition, kind: str) -> View:
    """Return every block with its minutes to the nearest facility of a kind, in the way the circles ask for it."""
    region = table.region
    mode = mode_for(table, kind)
    times = region.times(mode, region.amenities).get(kind)
    minutes: list[float | None] = [None] * len(region.blocks) if times is None else minutes_of(times)
    people = [b.persons for b in region.blocks]
    points = []
    for block, m in zip(region.blocks, minutes[: len(people)], strict=True):
        words = f"{block.name}　{'—' if m is None else f'{m:.1f}'}′　{block.persons:.0f}"
        points.append([block.lon, block.lat, None if m is None else round(m, 1), words])
    everybody = math.fsum(people) or 1.0
    within = [] if kind in region.unlisted else people_within(people, minutes[: len(people)])  # unknown, not nought
    return {
        "kind": kind,
        "mode": mode,
        "shapes": county_shapes_of(edition.places, edition.boundaries),
        "points": points,
        "shares": [[limit, round(n / everybody * 100, 1)] for limit, n in within],
    }


def scenario_page(table: Table, edition: Edition, told: View, outlook: View | None = None) -> View:
    """Return one scenario whole: who moves where on the map, what binds, what it costs, what the targets become.

    `outlook` is the month's, where it was made: the forecast without action that a scenario's effects are laid over.
    """
    region = table.region
    block = {b.id: (b.lon, b.lat) for b in region.blocks}
    arriving: dict[str, int] = {}
    for move in told["moves"]["list"]:
        arriving[move["site"]] = arriving.get(move["site"], 0) + move["persons"]
    known = [m for m in told["moves"]["list"] if m["site"] in region.site_at and m["village"] in region.from_block]
    return {
        **told,
        "effects": beside_reports(told["effects"], edition, outlook),
        "stale": is_stale(table, told),
        "last_year": told["years"][-1],
        "staying": sorted({v.id for v in region.relocation.villages} - {m["village"] for m in told["moves"]["list"]}),
        "cost_said": f"{told['cost']:.2f}",
        "chosen": [
            {"zh": c.words.zh, "en": c.words.en, "value": c.value, "names": list(c.names)} for c in chosen(told)
        ],
        "base_short": told["base"][:12],
        "pack_short": told["pack"][:12],
        "urban_between": [round(told["urban_range"][n] * 100, 2) for n in (1, 3)] if told.get("urban_range") else None,
        "urban_change": round(math.fsum(told["urban_parts"].values()), 2),
        "towns": [t | {"end": {f: t[f][-1] for f in ("persons", "moved_in", "bears")}} for t in told["towns"]],
        "plan": [
            {"year": year, "villages": count, **money}
            for year, count, money in zip(told["years"][1:], told["moves"]["by_year"], told["money"], strict=True)
        ],
        "frontiers": [
            {"town": t["town"], "target": t["target"], "points": _curve(t)} for t in told["towns"] if t["frontier"]
        ],
        "map": {
            "shapes": county_shapes_of(edition.places, edition.boundaries),
            "moves": [
                {
                    "from": block[region.from_block[m["village"]]],
                    "to": region.site_at[m["site"]],
                    "title": f"{m['village']} → {m['site']}　{m['year']}　{m['persons']}",
                }
                for m in known
            ],
            "sites": [
                {"at": at, "persons": arriving.get(name, 0), "title": f"{name}　{arriving.get(name, 0)}"}
                for name, at in region.site_at.items()
            ],
        },
        "circle_rule": circle_rules(table.pack, table.day)[2],
    }


def _curve(town: View) -> list[tuple[float, float]]:
    """Return the corners of a town's frontier as money and people, up to its target where the prices are known."""
    told = [(float(cost), float(people)) for people, cost, _, _ in town["frontier"] if cost is not None]
    if town["to_target"] is not None:
        told.append((float(town["to_target"]), float(town["target"])))
    return told
