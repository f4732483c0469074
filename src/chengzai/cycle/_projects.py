"""Whole projects that lengthen towns' short boards: read from a planner's sheet, chosen by their money, and told."""

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from chengzai.cycle._printed import known_or_none
from chengzai.cycle._sheets_in import NotASheet, PlainSheet, is_amount
from chengzai.decide import Choice, CoreTown, Package, Project, Region
from chengzai.kernel import Text

View = dict[str, Any]
_HEADS = ("项目", "城镇", "要素", "增加", "造价", "工期")


def read_projects(folder: Path, towns: tuple[CoreTown, ...]) -> tuple[Project, ...]:
    """Return the projects of `projects.csv`, one row for each board that one lengthens; nothing without the sheet.

    Cost and years of building stand in a project's first row, and may be left out after. Raises NotASheet.
    """
    path = folder / "projects.csv"
    if not path.is_file():
        return ()
    sheet, boards = PlainSheet.at(path, _HEADS), {(t.id, b.name) for t in towns for b in t.boards}
    rows: dict[str, list[int]] = {}
    for n, row in enumerate(sheet.rows):
        if (row["城镇"], row["要素"]) not in boards:
            told = f"projects.csv 第{n + 2}行：boards.csv 里没有“{row['城镇']}”的“{row['要素']}”。"
            raise NotASheet(Text(told, f"projects.csv row {n + 2}: no such board in boards.csv."))
        rows.setdefault(row["项目"], []).append(n)
    return tuple(_project(sheet, name, mine) for name, mine in rows.items())


def _project(sheet: PlainSheet, name: str, rows: list[int]) -> Project:
    cost, lead = sheet.number(rows[0], "造价"), sheet.number(rows[0], "工期")
    adds: dict[tuple[str, str], float] = {}
    for n in rows:
        if cost < 0 or lead < 0 or sheet.number(n, "造价", cost) != cost or sheet.number(n, "工期", lead) != lead:
            told = f"projects.csv 第{n + 2}行：同一项目的造价、工期应只有一个，且不小于0。"
            raise NotASheet(Text(told, f"projects.csv row {n + 2}: a project has one cost, one time."))
        key = sheet.rows[n]["城镇"], sheet.rows[n]["要素"]
        adds[key] = adds.get(key, 0.0) + sheet.number(n, "增加")
    return Project(name, cost, math.ceil(lead), adds)


def project_money(settings: Mapping[str, Any]) -> tuple[float, ...]:
    """Return the money for projects by year, none where settings give none; raises NotASheet."""
    told = settings.get("projects", [0.0] * len(settings["budget"]))
    if not isinstance(told, list) or len(told) != len(settings["budget"]) or not all(map(is_amount, told)):
        words = "settings.toml：projects 是每年补短板项目的资金（不小于0），年数与 budget 一样。"
        raise NotASheet(Text(words, "settings.toml: projects is the money of each year, as many as budget has."))
    return tuple(map(float, told))


def projects_named(region: Region, told: Mapping[str, Any]) -> dict[str, int]:
    """Return the projects that a planner starts by name and year (0 is the first); raises NotASheet."""
    named = told.get("projects") or {}
    if not isinstance(named, Mapping):
        words = "projects 写“项目名 → 开工年”。"
        raise NotASheet(Text(words, "projects is the year of each project by its name."))
    known = {p.id for p in region.projects}
    if strange := sorted(set(named) - known):
        some = "、".join(strange)
        raise NotASheet(Text(f"projects.csv 里没有“{some}”。", f"projects.csv has no {some}."))
    years = range(region.years)
    if any(not isinstance(y, int) or isinstance(y, bool) or y not in years for y in named.values()):
        words = f"projects 里的开工年写0到{years[-1]}（0是{region.first_year}年）。"
        raise NotASheet(Text(words, f"The year a project starts in is 0 to {years[-1]}."))
    return dict(named)


def projects_told(region: Region, choice: Choice, package: Package | None) -> View:
    """Return the projects that a scenario starts, by year, and what the search says where it chose them."""
    starts = choice.projects
    started = sorted((p for p in region.projects if p.id in starts), key=lambda p: (starts[p.id], p.id))
    money = math.fsum(region.project_money)
    return {
        "list": [
            {
                "project": p.id,
                "start": region.first_year + starts[p.id],
                "opens": region.first_year + starts[p.id] + p.lead,
                "in_time": starts[p.id] + p.lead < region.years,
                "cost": p.cost,
                "adds": [f"{town}{board} {by:+g}" for (town, board), by in p.adds.items()],
            }
            for p in started
        ],
        "cost": round(math.fsum(p.cost for p in started), 4),
        "money": round(money, 4),
        "of": len(region.projects),
        "by_money": package is not None,
        "gap": None if package is None else known_or_none(package.gap, 5),
        "price": None if package is None else known_or_none(package.price, 4),
        "relaxed_price": None if package is None else known_or_none(package.relaxed_price, 4),
        "broken": [] if package is None else list(package.broken),
    }
