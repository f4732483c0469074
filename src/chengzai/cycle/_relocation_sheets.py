"""A relocation from a planner's sheets: the villages, the sites, what a move costs, how households want to be settled.

A price is one number a person by kind of site, or one for each way of settling that the kind offers; then `take_up`
says which share of households takes each, unless a village was asked (columns 愿选…).
"""

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from chengzai.cycle._sheets_in import NotASheet, PlainSheet, is_amount, is_count, settings_at
from chengzai.decide import Doubt, Option, Phase, Relocation, Roads, Site, Village, settle
from chengzai.kernel import Text

_MS = 60_000
_WISH, _FREE, _STAGE = "愿选", "可供", "小学"


def moving_settings(folder: Path, also: Sequence[str] = ()) -> dict[str, Any]:
    """Return the settings of a relocation; `also` names what is needed beside. Raises NotASheet for what cannot be."""
    told = settings_at(folder, ("budget", "weight", "consent", *also))
    lists = [told["budget"], told["weight"]]
    tables = [told.get(name, {}) for name in ("guidance", "centres")]
    alone = [told[name] for name in ("farthest", "boys") if name in told]
    counts = [told[name] for name in ("count", "nearest") if name in told]
    shares = [told[name] for name in ("consent", "floor") if name in told]
    shaped = all(isinstance(one, list) and one for one in lists) and all(isinstance(one, Mapping) for one in tables)
    amounts = [n for one in lists for n in one] + list(tables[0].values()) if shaped else [None]
    counts += [*tables[1].values(), *map(str, tables[1])] if shaped else []
    wrong = not all(map(is_amount, [*amounts, *alone, *shares])) or not all(map(is_count, counts))
    if wrong or any(share > 1 for share in shares):
        words = (
            "settings.toml：budget、weight 等处写不小于0的数，consent、floor 写0到1，"
            "count、nearest 写整数，centres 写“人数 = 几个点”。"
        )
        raise NotASheet(Text(words, "settings.toml: numbers from 0 on; consent and floor up to 1; counts are whole."))
    if len(told["budget"]) != len(told["weight"]):
        raise NotASheet(Text("settings.toml：budget 和 weight 年数要一样。", "budget and weight differ in years."))
    return told


def relocation_from(
    settings: Mapping[str, Any],
    villages: PlainSheet,
    sites: PlainSheet,
    cost: Mapping[tuple[str, str], float],
    minutes: Mapping[tuple[str, str], float],
) -> Relocation:
    """Return the question of some villages and sites under settings, `cost` and `minutes` by village and site."""
    moving = tuple(relocation_village(villages, n, settings) for n in range(len(villages.rows)))
    floor = float(settings.get("floor", 0.0))
    return Relocation(
        moving,
        relocation_sites(sites, settings),
        cost,
        minutes,
        tuple(map(float, settings["budget"])),
        tuple(map(float, settings["weight"])),
        {str(kind): float(share) for kind, share in settings.get("guidance", {}).items()},
        float(settings["consent"]),
        float(settings.get("farthest", math.inf)),
        int(settings.get("count", 0)),
        floor=dict.fromkeys(sorted({v.county for v in moving}), floor) if floor else {},
        centres={int(persons): int(count) for persons, count in settings.get("centres", {}).items()},
    )


def relocation_village(sheet: PlainSheet, n: int, settings: Mapping[str, Any]) -> Village:
    """Return one village that could move from its row; raises NotASheet for people without a household."""
    row, persons, households = sheet.rows[n], sheet.whole(n, "人数"), sheet.whole(n, "户数")
    if households < min(persons, 1):
        told = f"{sheet.name} 第{n + 2}行：人数{persons}、户数{households}不对；有人就至少有一户。"
        raise NotASheet(Text(told, f"{sheet.name} row {n + 2}: {persons} persons in {households} households."))
    return Village(
        row["村"],
        row["县"],
        persons,
        households,
        sheet.amount(n, "风险"),
        consent=sheet.share(n, "同意"),
        last=_year(sheet, n, "最晚年", settings) if row.get("最晚年") else None,
        must=sheet.yes(n, "必须"),
        together=row.get("同族", ""),
        beside=tuple(filter(None, row.get("相邻", "").replace("、", ";").split(";"))),
        pupils={_STAGE: sheet.whole(n, "小学生")} if row.get("小学生") else {},
        workers=sheet.whole(n, "劳力", 0),
        farms=sheet.yes(n, "种地"),
    )


def _year(sheet: PlainSheet, n: int, head: str, settings: Mapping[str, Any]) -> int:
    """Return a year of the plan from 0, written as its number from 1 or, where the settings say the first, as it is."""
    written, years, first = sheet.whole(n, head), len(settings["budget"]), settings.get("first_year")
    year = written - (int(first) if first is not None and written >= int(first) else 1)
    if not 0 <= year < years:
        also = "" if first is None else f"，或{int(first)}到{int(first) + years - 1}"
        raise sheet.wrong(n, head, Text(f"1到{years}（第几年）{also}", f"a year of the plan, 1 to {years}"))
    return year


def relocation_sites(sheet: PlainSheet, settings: Mapping[str, Any]) -> tuple[Site, ...]:
    """Return the sites of a sheet with one row a phase; columns 可供… are homes by way, in households."""
    rows: dict[str, list[int]] = {}
    for n, row in enumerate(sheet.rows):
        rows.setdefault(row["点"], []).append(n)
    found = []
    for name, mine in rows.items():
        mine.sort(key=lambda n: sheet.whole(n, "期"))
        phases = tuple(
            Phase(sheet.whole(n, "容量"), sheet.amount(n, "开工费"), _year(sheet, n, "最早年", settings)) for n in mine
        )
        first, row = mine[0], sheet.rows[mine[0]]
        seats = {_STAGE: sheet.whole(first, "小学学位")} if row.get("小学学位") else {}
        jobs = sheet.whole(first, "岗位") if row.get("岗位") else None
        homes, residents = _by_way(sheet, first, _FREE), sheet.whole(first, "现住", 0)
        found.append(Site(name, row["类别"], row["县"], phases, seats, jobs, homes, residents))
    return tuple(found)


def _by_way(sheet: PlainSheet, n: int, prefix: str) -> dict[str, int]:
    """Return a row's households under the heads that begin so, by what follows; empty cells say nothing."""
    found = {}
    for head, cell in sheet.rows[n].items():
        if head.startswith(prefix) and cell:
            found[head.removeprefix(prefix)] = sheet.whole(n, head)
    return found


def _wishes(sheet: PlainSheet, n: int, village: Village) -> dict[str, int]:
    """Return how many of a village's households want each way; raises NotASheet for more than there are."""
    wishes = _by_way(sheet, n, _WISH)
    if sum(wishes.values()) > village.households:
        told = f"{sheet.name} 第{n + 2}行：愿选各栏合计{sum(wishes.values())}户，多于户数{village.households}。"
        raise NotASheet(Text(told, f"{sheet.name} row {n + 2}: more wishes than households."))
    return wishes


def relocation_of_region(
    settings: Mapping[str, Any],
    villages: PlainSheet,
    sites: PlainSheet,
    at: Mapping[str, tuple[float, float]],
    car: Roads,
) -> Relocation:
    """Return a region's relocation: a village may go to the nearest sites of its county, at a price a person."""
    moving = tuple(relocation_village(villages, n, settings) for n in range(len(villages.rows)))
    places = relocation_sites(sites, settings)
    here = np.array([[villages.number(n, "经度"), villages.number(n, "纬度")] for n in range(len(moving))])
    there = np.array([at[s.id] for s in places])
    homes, doors = (car.join(points[:, 0].tolist(), points[:, 1].tolist()) for points in (here, there))
    minutes = car.hierarchy.between(homes, doors) / _MS
    nearest = int(settings.get("nearest", 8))
    way = {}
    for i, village in enumerate(moving):
        mine = [j for j, s in enumerate(places) if s.county == village.county]
        for j in sorted(mine, key=lambda j: float(minutes[i, j]))[:nearest]:
            way[village.id, places[j].id] = round(float(minutes[i, j]), 1)
    asked = relocation_from(settings, villages, sites, dict.fromkeys(way, 0.0), way)
    options, usual = ways_of_settling(settings)
    wishes = {v.id: _wishes(villages, n, v) for n, v in enumerate(moving)}
    _known(villages, _WISH, options)
    _known(sites, _FREE, options)
    return settle(asked, options, usual, {v: wish for v, wish in wishes.items() if sum(wish.values())})


def _known(sheet: PlainSheet, prefix: str, options: tuple[Option, ...]) -> None:
    heads = [h for h in sheet.rows[0] if h.startswith(prefix)]
    strange = [h for h in heads if h.removeprefix(prefix) not in {o.id for o in options}]
    if strange:
        some = "、".join(strange)
        told = f"{sheet.name} 的列“{some}”：settings.toml 的 price 里没有这种安置方式。"
        raise NotASheet(Text(told, f"{sheet.name}, columns {some}: settings.toml prices no such way of settling."))


def ways_of_settling(settings: Mapping[str, Any]) -> tuple[tuple[Option, ...], dict[str, dict[str, float]]]:
    """Return the ways of settling with their prices by kind of site, and the usual shares; raises NotASheet.

    A kind with one price has one way, 统一安置, with a place built there.
    """
    price = {kind: _parts(told) or {_ONE: float(told)} for kind, told in settings["price"].items()}
    if any(_STAGE in told for told in price.values()):
        words = f"settings.toml：安置方式不能叫“{_STAGE}”，会与学位混在一起；请换个名字。"
        raise NotASheet(Text(words, f"settings.toml: no way of settling may be called {_STAGE}, a school stage."))
    if strange := sorted(set(_table(settings.get("take_up", {}))) - set(price)):
        some = "、".join(strange)
        raise NotASheet(Text(f"settings.toml：take_up 里的“{some}”没有价格。", f"settings.toml: no price for {some}."))
    usual = {kind: _usual(settings, kind, tuple(ways)) for kind, ways in price.items()}
    ways, elsewhere = dict.fromkeys(way for told in price.values() for way in told), settings.get("elsewhere", [])
    if not isinstance(elsewhere, list):
        raise NotASheet(Text('settings.toml：elsewhere 写成一列，如 ["房票"]。', "settings.toml: elsewhere is a list."))
    if strange := [str(way) for way in elsewhere if not isinstance(way, str) or way not in ways]:
        some = "、".join(strange)
        words = f"settings.toml：elsewhere 写 price 里有的安置方式，没有“{some}”。"
        raise NotASheet(Text(words, f"settings.toml: elsewhere names ways of settling with a price, not {some}."))
    return tuple(
        Option(way, {kind: told[way] for kind, told in price.items() if way in told}, built=way not in elsewhere)
        for way in ways
    ), usual


def _usual(settings: Mapping[str, Any], kind: str, ways: tuple[str, ...]) -> dict[str, float]:
    """Return which share of households takes each way of a kind; raises NotASheet unless they are whole."""
    told = _table(settings.get("take_up", {})).get(kind)
    if told is None and len(ways) == 1:
        return {ways[0]: 1.0}
    shares = _parts(told)
    if not shares or set(shares) - set(ways) or abs(math.fsum(shares.values()) - 1) > _NEAR:
        words = f"settings.toml：take_up.{kind} 给 price.{kind} 的每种安置方式写户数比例，合计为1。"
        raise NotASheet(Text(words, f"settings.toml: take_up.{kind} holds shares of households that sum to 1."))
    return shares


def _parts(told: Any) -> dict[str, float]:
    """Return amounts by name; nothing where it is no table of amounts."""
    known = isinstance(told, Mapping) and all(map(is_amount, told.values()))
    return {str(name): float(value) for name, value in told.items()} if known else {}


def _table(told: Any) -> Mapping[str, Any]:
    """Return a table of settings; raises NotASheet where it is none."""
    if not isinstance(told, Mapping):
        raise NotASheet(Text("settings.toml：take_up、doubt 写成表。", "settings.toml: take_up and doubt are tables."))
    return told


_ONE = "统一安置"
_NEAR = 0.005


def doubt_of(settings: Mapping[str, Any]) -> Doubt:
    """Return how far moves may come otherwise than said; none where settings say nothing. Raises NotASheet."""
    told = _table(settings.get("doubt", {}))
    shares = _parts(told)
    if len(shares) != len(told) or shares.keys() - {"cost", "built"} or max(shares.values(), default=0.0) > 1:
        words = "settings.toml：doubt 里的 cost、built 写0到1之间的比例。"
        raise NotASheet(Text(words, "settings.toml: doubt holds shares from 0 to 1, cost and built."))
    return Doubt(**shares)
