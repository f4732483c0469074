"""Scenarios: a planner's choices worked out over one region, kept with what they rest on, and put side by side."""

import math
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from typing import Any

from chengzai.collect import Sheet
from chengzai.cycle._choices import FIELDS, choice_and_package
from chengzai.cycle._clock import now
from chengzai.cycle._decide import booked
from chengzai.cycle._effects import effects_on_targets
from chengzai.cycle._planning_table import Table
from chengzai.cycle._printed import in_percent, known_or_none
from chengzai.cycle._projects import projects_told
from chengzai.cycle._region import circle_rules
from chengzai.cycle._rules import dated_rule
from chengzai.cycle._ways import ages_told, seats_told
from chengzai.decide import (
    Choice,
    Doubt,
    Moves,
    Outcome,
    Ranges,
    Region,
    Relocation,
    cost_of,
    decide,
    fairness,
    frontier,
    load_class,
    money_holds,
    question_of,
    ranges,
    settled_by,
    shares_of,
    unfold,
    without_place,
    withstands,
)
from chengzai.kernel import Actor
from chengzai.people import urban_change
from chengzai.publish import Edition
from chengzai.store import acts_of, append_entry

View = dict[str, Any]
_TOPIC = "scenario"


def work_out(
    table: Table,
    told: Mapping[str, Any],
    edition: Edition,
    *,
    gap: float = 0.01,
    seconds: float | None = 20.0,
    like: Sequence[View] = (),
) -> View:
    """Return what a scenario comes to, as plain data with what it rests on; raises NotASheet.

    `like` are scenarios worked out before: one that is allowed less over the same sheets is never better than this.
    """
    choice, package = choice_and_package(table, told)
    starts = [_going(table, t) for t in like if t["base"] == table.sha256 and t["moves"]["villages"]]
    outcome = decide(table.region, choice, gap=gap, seconds=seconds, starts=starts)
    empty, sure = unfold(table.region, Choice()), ranges(table.region, choice, outcome.moves)
    region, first = table.region, table.region.first_year
    question = question_of(region, choice)
    labels = [str(first - 1), *(str(first + n) for n in range(region.years))]
    return {
        "id": str(told.get("id", "")),
        "name": str(told.get("name", "")),
        "choice": {field: told[field] for field in FIELDS if field in told},
        "simulated": table.simulated,
        "base": table.sha256,
        "pack": table.pack.sha256,
        "release": version("chengzai"),
        "years": labels,
        "moves": _moves(region, question, outcome),
        "money": [dict(spent) for spent in outcome.spent],
        "cost": round(math.fsum(v for spent in outcome.spent for v in spent.values()), 4),
        "projects": projects_told(region, choice, package),
        "towns": [_town(table, outcome, n, sure) for n in range(len(region.towns))],
        "urban": [{name: known_or_none(share, 6) for name, share in year.items()} for year in outcome.urban],
        "urban_range": None if sure is None else [round(v, 5) for v in sure.urban],
        "urban_parts": _urban_parts(empty, outcome),
        "circles": _circles(table, outcome, ages_told(table, choice, outcome)),
        "seats": seats_told(table, choice, outcome),
        "effects": effects_on_targets(table, outcome, edition, empty),
    }


def _going(table: Table, told: View) -> dict[str, tuple[str, int]]:
    return {m["village"]: (m["site"], m["year"] - table.region.first_year) for m in told["moves"]["list"]}


def _moves(region: Region, question: Relocation, outcome: Outcome) -> View:
    going = outcome.moves.moves
    persons = {v.id: v.persons for v in region.relocation.villages}
    county = {v.id: v.county for v in region.relocation.villages}
    years = range(region.years)
    return {
        "villages": len(going),
        "of": len(region.relocation.villages),
        "persons": sum(persons[v] for v in going),
        "gap": known_or_none(outcome.moves.gap, 5),
        "aims": {name: round(value, 4) for name, value in outcome.moves.aims.items()},
        "broken": [_with_names(region, rule) for rule in outcome.moves.broken],
        "conflict": [_with_names(region, demand) for demand in outcome.moves.conflict],
        "unsettled": outcome.moves.unsettled,
        "by_year": [sum(t == year for _, t in going.values()) for year in years],
        "ways": settled_by(question, going),
        "doubt": _doubt(region, question, outcome.moves),
        "shares": {k: [round(p, 4), round(h, 4)] for k, (p, h) in shares_of(question, outcome.moves).items()},
        "counties": {
            region.county_names.get(c, c): {k: known_or_none(v, 4) for k, v in told.items()}
            for c, told in fairness(question, outcome.moves).items()
        },
        "to_book": booked(question, outcome.moves, region.first_year),
        "list": [
            {
                "village": v,
                "county": region.county_names.get(county[v], county[v]),
                "site": site,
                "year": region.first_year + t,
                "persons": persons[v],
            }
            for v, (site, t) in sorted(going.items(), key=lambda one: (one[1][1], one[0]))
        ],
    }


def _with_names(region: Region, words: str) -> str:
    """Return words with the names of counties in the place of their codes."""
    for code, name in region.county_names.items():
        words = words.replace(code, name)
    return words


def _doubt(region: Region, question: Relocation, moves: Moves) -> View | None:
    """Return how the moves hold when things come otherwise than said; nothing where nobody says how far they may."""
    doubt = region.doubt
    if not moves.moves or doubt == Doubt():
        return None
    chance = money_holds(question, doubt, moves.moves, moves.opened, draws=_DRAWS, seed=_SEED)
    return {
        "cost": doubt.cost,
        "built": doubt.built,
        "withstands": withstands(question, doubt, moves.moves, moves.opened),
        "chance": round(chance, 3),
        "without_place": without_place(question, doubt, moves.moves, moves.opened),
    }


_DRAWS, _SEED = 4000, 1


def _town(table: Table, outcome: Outcome, number: int, ranges_told: Ranges | None) -> View:
    town, region = table.region.towns[number], table.region
    course = [year[number] for year in outcome.towns]
    end = course[-1]
    bands = [(float(b.get("to", math.inf)), str(b["name"])) for b in _capacity(table)["load"]]
    sure, known = outcome.sure[town.id], [b for b in end.boards if not math.isnan(b.bears)]
    return {
        "town": town.id,
        "county": region.county_names.get(town.county, town.county),
        "target": town.target,
        "persons": [round(t.persons, 3) for t in course],
        "persons_range": None if ranges_told is None else [round(v, 2) for v in ranges_told.towns[town.id]],
        "persons_chance": None if ranges_told is None else round(ranges_told.reaches[town.id], 3),
        "moved_in": [round(t.moved_in, 4) for t in course],
        "bears": [known_or_none(t.told.bears) for t in course],
        "binding": list(end.told.binding),
        "binding_today": list(course[0].told.binding),
        "unknown": list(end.told.unknown),
        "boards": [
            {
                "name": b.name,
                "bears": known_or_none(b.bears),
                "load": known_or_none(end.told.load.get(b.name, math.nan)),
                "class": load_class(end.told.load[b.name], bands) if b.name in end.told.load else "不知道",
                "gap": known_or_none(end.told.gaps.get(b.name, math.nan)),
                "cost": known_or_none(b.cost),
            }
            for b in sorted(end.boards, key=lambda b: (math.isnan(b.bears), b.bears))
        ],
        "to_target": known_or_none(cost_of(known, town.target)) if known else None,
        "frontier": [
            [known_or_none(s.population), known_or_none(s.cost), known_or_none(s.price), list(s.boards)]
            for s in frontier(known, town.target)
        ],
        "chance": known_or_none(sure.reaches),
        "range": [known_or_none(sure.low, 2), known_or_none(sure.high, 2)],
    }


def _capacity(table: Table) -> Mapping[str, Any]:
    return dated_rule(table.pack, "capacity", "承载能力参数", table.day).value


def _urban_parts(empty: Outcome, outcome: Outcome) -> View:
    """Return the change of the urban share to the end in parts that sum to it: what comes anyway, and by moving."""
    urban, people = outcome.urban, outcome.people
    before = urban[0][""] * people[0][""], people[0][""]
    trend = empty.urban[-1][""] * empty.people[-1][""], empty.people[-1][""]
    end = urban[-1][""] * people[-1][""], people[-1][""]
    parts = {
        "trend": (trend[0] - before[0], trend[1] - before[1]),
        "moving": (end[0] - trend[0], end[1] - trend[1]),
    }
    return {name: round(value * 100, 3) for name, value in urban_change(before, parts).items()}


def _circles(table: Table, outcome: Outcome, ages: Mapping[str, View]) -> list[View]:
    _, words, _, _ = circle_rules(table.pack, table.day)
    return [
        {
            "id": before.rule.id,
            "name": str(words[before.rule.id]["name"]),
            "name_en": str(words[before.rule.id]["name_en"]),
            "mode": before.rule.mode,
            "wanted": known_or_none(before.rule.wanted),
            "people": round(after.people),
            "before": known_or_none(before.with_all, 4),
            "after": known_or_none(after.with_all, 4),
            "each": [
                {
                    "kind": need.kind,
                    "minutes": need.limit / 60_000,
                    "before": known_or_none(before.with_each[need.kind], 4),
                    "after": known_or_none(after.with_each[need.kind], 4),
                }
                for need in before.rule.needs
            ],
            "counties": {
                table.region.county_names.get(c, c): [known_or_none(before.counties[c], 4), known_or_none(share, 4)]
                for c, share in after.counties.items()
            },
            "lacking": len(after.lacks),
            "ages": ages[before.rule.id],
        }
        for before, after in zip(outcome.circles[0], outcome.circles[-1], strict=True)
    ]


def is_stale(table: Table, told: View) -> bool:
    """Return whether a scenario was worked out over other sheets or rules than today's."""
    return bool(told["base"] != table.sha256 or told["pack"] != table.pack.sha256)


def keep_scenario(told: View, actor: Actor) -> int:
    """Add a worked-out scenario to the journal and return its number; earlier ones of the same name stay."""
    moment = now(simulated=told["simulated"])
    done = append_entry(
        "decide",
        Sheet(_TOPIC, told["id"], ""),
        actor=actor.id,
        name=actor.name,
        at=moment.isoformat(timespec="seconds"),
        simulated=told["simulated"],
        lines=told,
    )
    return done.sequence


def kept_scenarios(*, simulated: bool) -> dict[str, View]:
    """Return the scenarios kept, each as worked out last, with who did it and when."""
    return {
        act.sheet.unit: {**act.lines, "sequence": act.sequence, "by": act.name, "at": act.at}
        for act in acts_of(simulated=simulated, topic=_TOPIC)
        if act.act == "decide"
    }


def side_by_side(told: Sequence[View]) -> list[View]:
    """Return scenarios as rows of what tells them apart: one row a measure, one value a scenario, in their order."""
    if not told:
        return []
    rows: list[View] = [
        _row("搬迁村数", "Villages that move", "个", [t["moves"]["villages"] for t in told]),
        _row("搬迁人数", "People who move", "人", [t["moves"]["persons"] for t in told]),
        _row(
            "搬迁收益（人按风险和早晚加权）",
            "Benefit (persons by risk and year)",
            "",
            [t["moves"]["aims"].get("benefit") for t in told],
        ),
        _row("费用合计", "Total cost", "亿元", [t["cost"] for t in told]),
        _row("其中补短板项目", "of it whole projects", "亿元", [t.get("projects", {}).get("cost") for t in told]),
        _row("离最好不超过", "At most so far from the best", "%", [in_percent(t["moves"]["gap"]) for t in told]),
        _row("预算够的把握", "Chance that the budget holds", "%", [in_percent(_chance(t)) for t in told]),
        _row("末年城镇化率", "Urban share at the end", "%", [in_percent(t["urban"][-1][""]) for t in told]),
    ]
    for name in dict.fromkeys(town["town"] for t in told for town in t["towns"]):
        mine = [next((town for town in t["towns"] if town["town"] == name), None) for t in told]
        people = [m and m["persons"][-1] for m in mine]
        rows.append(_row(f"{name}末年人口", f"{name}: people at the end", "万人", people))
        rows.append(_row(f"{name}可承载", f"{name}: can bear", "万人", [m and m["bears"][-1] for m in mine]))
        short = ["、".join(m["binding"]) if m else None for m in mine]
        rows.append(_row(f"{name}最短的板", f"{name}: short board", "", short))
    names = {c["id"]: (c["name"], c["name_en"]) for t in told for c in t["circles"]}
    for circle, (zh, en) in names.items():
        kept = [next((c["after"] for c in t["circles"] if c["id"] == circle), None) for t in told]
        rows.append(_row(zh, en, "%", [in_percent(share) for share in kept]))
    return rows


def _chance(told: View) -> float | None:
    doubt = told["moves"].get("doubt")
    return None if doubt is None else doubt["chance"]


def _row(name: str, name_en: str, unit: str, values: list[Any]) -> View:
    words = any(isinstance(v, str) for v in values)
    same = len(set(map(str, values))) == 1
    return {
        "name": name,
        "name_en": name_en,
        "unit": unit,
        "digits": _DIGITS.get(unit, 0),
        "values": values,
        "same": same,
        "words": words,
    }


_DIGITS = {"%": 2, "亿元": 2, "万人": 2}  # as shown; the twin keeps what was worked out
