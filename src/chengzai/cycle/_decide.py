"""Carrying capacity and relocation from a planner's own sheets: read, worked out, checked, and said in words."""

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from chengzai.cycle._printed import known_or_none
from chengzai.cycle._relocation_sheets import moving_settings, relocation_from
from chengzai.cycle._sheets_in import NotASheet, PlainSheet, is_amount
from chengzai.decide import (
    Board,
    Moves,
    Relocation,
    WhyNot,
    capacity,
    chance,
    cost_of,
    fairness,
    frontier,
    reach,
    relocate,
    shares_of,
    to_book,
    why_not,
)
from chengzai.kernel import Text

View = dict[str, Any]
_DRAWS, _SEED = 20_000, 1
_NAMED = 6


def capacity_of(path: Path, budget: float | None = None) -> View:
    """Return each town's short board, gaps, cheapest relief and how sure it is, from a sheet of boards.

    What rests on no known board is None; where some are `unknown` the cost is the least and the chance the most.

    Heads: 城镇, 要素, 可承载 (万人, empty is unknown), 补一万人 (亿元), 不确定 (share), 目标, 现有 (万人). With a
    budget (亿元) also what it reaches and what one more 亿元 brings there. Raises NotASheet.
    """
    sheet = PlainSheet.at(path, ("城镇", "要素", "可承载", "补一万人", "不确定", "目标", "现有"))
    if budget is not None and not is_amount(budget):
        raise NotASheet(Text("--budget 写不小于0的数（亿元）。", "--budget is a number not below nought."))
    sheet.once("城镇", "要素")
    towns: dict[str, list[int]] = {}
    for n, row in enumerate(sheet.rows):
        towns.setdefault(row["城镇"], []).append(n)
    return {"towns": [_town(sheet, town, rows, budget) for town, rows in towns.items()]}


def _town(sheet: PlainSheet, town: str, rows: list[int], budget: float | None) -> View:
    boards = [
        Board(
            sheet.rows[n]["要素"],
            sheet.amount(n, "可承载", math.nan),
            sheet.amount(n, "补一万人", math.nan),
            sheet.share(n, "不确定", 0.0),
        )
        for n in rows
    ]
    target, now = sheet.alike(rows, "目标", "该镇"), sheet.alike(rows, "现有", "该镇")
    told, sure = capacity(boards, target, now), chance(boards, target, draws=_DRAWS, seed=_SEED)
    cost = cost_of(boards, target) if told.binding else math.nan  # of a town of which nothing is known
    view = {
        "town": town,
        "target": target,
        "bears": _known(told.bears),
        "binding": list(told.binding),
        "unknown": list(told.unknown),
        "gaps": {k: round(v, 4) for k, v in told.gaps.items()},
        "load": {k: round(v, 4) for k, v in told.load.items()},
        "cost": _known(cost),
        "frontier": [
            {
                "from": s.population,
                "cost": s.cost,
                "price": None if math.isnan(s.price) else s.price,
                "boards": list(s.boards),
            }
            for s in frontier(boards, target)
        ],
        "chance": known_or_none(sure.reaches),
        "binds": {k: round(v, 3) for k, v in sure.binds.items()},
        "range": [known_or_none(sure.low, 2), known_or_none(sure.high, 2)],
    }
    if budget is not None:
        people, price = reach(boards, target, budget)
        view["reached"] = {"budget": budget, "people": people, "price": _known(price)}
    return view


def _known(value: float) -> float | None:
    return None if math.isnan(value) else value


def read_relocation(folder: Path) -> Relocation:
    """Return the question that a folder of sheets asks: settings.toml, villages.csv, sites.csv, pairs.csv.

    Raises NotASheet with the sheet, row and column of what cannot be read.
    """
    settings = moving_settings(folder)
    villages = PlainSheet.at(folder / "villages.csv", ("村", "县", "人数", "户数", "风险", "同意"))
    sites = PlainSheet.at(folder / "sites.csv", ("点", "类别", "县", "期", "容量", "开工费", "最早年"))
    pairs = PlainSheet.at(folder / "pairs.csv", ("村", "点", "费用"))
    villages.once("村")
    sites.once("点", "期")
    keys = [(row["村"], row["点"]) for row in pairs.rows]
    known = {row["村"] for row in villages.rows}, {row["点"] for row in sites.rows}
    strange = next((n for n, (v, s) in enumerate(keys) if v not in known[0] or s not in known[1]), None)
    if strange is not None:
        told = f"pairs.csv 第{strange + 2}行的村或点不在 villages.csv、sites.csv 里。"
        raise NotASheet(Text(told, f"pairs.csv row {strange + 2} names an unknown village or site."))
    pairs.once("村", "点")
    cost = {key: pairs.amount(n, "费用") for n, key in enumerate(keys)}
    minutes = {key: pairs.amount(n, "到耕地分钟", 0.0) for n, key in enumerate(keys)}
    return relocation_from(settings, villages, sites, cost, minutes)


def relocation_of(folder: Path, *, gap: float = 0.005, seconds: float | None = 120.0, ask: str = "") -> View:
    """Return who moves where and when, with what was checked and what is still open; `ask` says why a village stays.

    Raises NotASheet.
    """
    question = read_relocation(folder)
    if ask and ask not in {v.id for v in question.villages}:
        raise NotASheet(Text(f"villages.csv 里没有“{ask}”。", f"villages.csv has no {ask}."))
    answer = relocate(question, gap=gap, seconds=seconds)
    return {
        "villages": len(question.villages),
        "years": question.years,
        "moves": [{"village": v, "site": s, "year": t + 1} for v, (s, t) in sorted(answer.moves.items())],
        "aims": answer.aims,
        "gap": None if math.isinf(answer.gap) else answer.gap,
        "broken": list(answer.broken),
        "conflict": list(answer.conflict),
        "unsettled": answer.unsettled,
        "shares": {k: {"persons": p, "households": h} for k, (p, h) in shares_of(question, answer).items()},
        "fairness": {c: {k: known_or_none(v, 6) for k, v in f.items()} for c, f in fairness(question, answer).items()},
        "to_book": booked(question, answer, 1),
        "why": _why(question, answer, ask, gap) if ask else None,
    }


def booked(question: Relocation, answer: Moves, first_year: int) -> list[View]:
    """Return what each site must have ready each year, seats under the name of their stage."""
    rows = []
    for (site, year), need in to_book(question, answer).items():
        told = {"persons": need.persons, "households": need.households, "jobs": need.jobs, "beds": need.beds}
        rows.append({"site": site, "year": first_year + year, **told, **need.seats, "ways": need.ways})
    return rows


def _why(question: Relocation, answer: Moves, ask: str, gap: float) -> Mapping[str, Any]:
    told = why_not(question, answer, ask, gap=gap, seconds=60.0)
    return {"village": ask, "reason": told.reason, **why_words(question, told)}


def why_words(question: Relocation, told: WhyNot) -> dict[str, str]:
    """Return why a village stays, in both languages."""
    instead = "、".join(told.instead[:_NAMED])
    if len(told.instead) > _NAMED:
        instead += f"等{len(told.instead)}个村"
    words = {
        "moves": Text("已经列入搬迁。", "It moves."),
        "consent": Text(f"同意比例不到{question.consent:.0%}。", f"Fewer than {question.consent:.0%} agree."),
        "no_site": Text(
            "没有可去的安置点（费用未填、到原耕地太远，或农户要的安置方式那里都没有）。",
            "No site to go to: no cost given, its fields too far, or no way of settling that its households want.",
        ),
        "conflict": Text(
            f"搬它就无法同时满足：{'、'.join(told.conflict)}。", f"Moving it clashes with: {', '.join(told.conflict)}."
        ),
        "unsettled": Text("在时限内没有算出来，说不了。", "Not settled in time: nothing can be said."),
        "others_first": Text(
            f"若改为搬它，{_moved('总收益', -told.loses)}，{_moved('费用', told.adds)}，{_stays(instead)}。",
            f"If it moves instead: benefit {-told.loses:+.4g}, cost {told.adds:+.4g}, staying: {instead or 'nobody'}.",
        ),
    }[told.reason]
    return {"words": words.zh, "words_en": words.en}


def _moved(subject: str, change: float) -> str:
    """Return how an amount changes, as it prints: 不变, 增加 or 减少."""
    size = f"{abs(change):.4g}"
    return f"{subject}不变" if not float(size) else f"{subject}{'增加' if change > 0 else '减少'}{size}"


def _stays(names: str) -> str:
    return f"就要换下{names}" if names else "不换下别的村"
