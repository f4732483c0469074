"""The verbs of decision: village types, carrying capacity, relocation, each from a planner's own sheets."""

import argparse
import datetime as dt
import json
from pathlib import Path
from typing import Any

from chengzai.cli_open import Verbs, add_verb, open_for, say
from chengzai.kernel import Actor, Period, Text, UserError


def add_decide_verbs(verbs: Verbs) -> None:
    """Add the verbs of decision to the program's."""
    villages = _verb(
        verbs, "villages", _villages, "Type a sheet of villages by the pack's rules; unknown facts give undecided.",
        "villages villages.csv",
    )  # fmt: skip
    villages.add_argument("sheet", type=Path, help="CSV with 村 and the facts the rules name; empty is unknown")
    villages.add_argument("--out", type=Path, default=Path("out"), help="folder for villages.csv (default: out)")
    _over_a_store(villages)
    candidates = _verb(
        verbs, "candidates", _candidates, "Put villages in order for relocation by the pack's rule.",
        "candidates examples/candidates.csv",
    )  # fmt: skip
    candidates.add_argument("sheet", type=Path, help="CSV with 村 and the facts the rule names; empty is unknown")
    candidates.add_argument("--out", type=Path, default=Path("out"), help="folder for candidates.csv (default: out)")
    _over_a_store(candidates)
    capacity = _verb(
        verbs, "capacity", _capacity, "Say what binds each town, what lengthens it most cheaply, and how sure that is.",
        "capacity examples/capacity.csv --budget 5",
    )  # fmt: skip
    capacity.add_argument("sheet", type=Path, help="CSV with 城镇, 要素, 可承载, 补一万人, 不确定, 目标, 现有")
    capacity.add_argument("--budget", type=float, help="亿元: also what it reaches")
    relocate = _verb(
        verbs, "relocate", _relocate, "Work out which villages move where and when, from a folder of sheets.",
        "relocate examples/relocation --why 丁村",
    )  # fmt: skip
    relocate.add_argument("folder", type=Path, help="settings.toml, villages.csv, sites.csv, pairs.csv")
    relocate.add_argument("--why", default="", metavar="VILLAGE", help="also why this village stays")
    relocate.add_argument("--gap", type=float, default=0.005, help="how near the best is near enough (default: 0.005)")
    relocate.add_argument("--seconds", type=float, default=120.0, help="the longest search for each aim (default: 120)")
    household = _verb(
        verbs, "household", _household, "Work out households' statements: old home, rewards, what the new home asks.",
        "household examples/households.csv",
    )  # fmt: skip
    household.add_argument("sheet", type=Path, help="CSV; see docs/howto/decide.md. Nothing of it is kept")
    household.add_argument("--day", type=dt.date.fromisoformat, help="prices in force on this day (default: today)")
    household.add_argument("--out", type=Path, default=Path("out"), help="folder for households.csv (default: out)")
    _over_a_store(household)
    scenarios = _verb(
        verbs, "decide", _decide, "Work out scenarios over one region and put them side by side.",
        "decide --only planned more",
    )  # fmt: skip
    _over_a_store(scenarios)
    scenarios.add_argument("--region", type=Path, help="folder of a planner's own sheets (default: the store's)")
    scenarios.add_argument("--real", action="store_true", help="among real figures; the sheets must be real too")
    scenarios.add_argument("--only", nargs="*", default=[], metavar="ID", help="scenarios of the pack (default: all)")
    scenarios.add_argument("--file", type=Path, help="JSON of one more scenario, with the fields of the pack's")
    scenarios.add_argument("--record", metavar="PERIOD", help="only record today's circles as facts of a period")
    scenarios.add_argument("--gap", type=float, default=0.01, help="how near the best is near enough (default: 0.01)")
    scenarios.add_argument("--seconds", type=float, default=20.0, help="the longest search (default: 20)")


def _over_a_store(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--content", type=Path, default=Path("content/quzhou"), help="folder of the pack")
    verb.add_argument("--data", type=Path, default=Path("var"), help="folder of the store (default: var)")


def _verb(verbs: Verbs, name: str, action: object, says: str, example: str) -> argparse.ArgumentParser:
    verb = add_verb(verbs, name, action, says, example)
    verb.add_argument("--json", action="store_true", help="print everything as JSON")
    return verb


def _household(options: argparse.Namespace) -> int:
    open_for(options)
    from chengzai.cycle import household_statements, households_csv  # noqa: PLC0415
    from chengzai.store import write_files  # noqa: PLC0415

    told = household_statements(options.content, options.data, options.sheet, options.day)
    write_files(options.out, {"households.csv": households_csv(told)})
    if _shown(told, options):
        return 0
    print(f"价目：{told['rule']}（{told['since']}起）" + ("（草案，待确认）" if told["status"] == "draft" else ""))
    for h in told["households"]:
        lines = "、".join(f"{line['name']}{float(line['amount']):,.0f}" for line in h["lines"])
        print(f"{h['household']}：{lines}；合计{float(h['worth']):,.0f}元")
        if h["gap"] is None:
            print("  新房总价没有填，还差多少不知道")
            continue
        share = "" if h["of_income"] is None else f"，占月收入{h['of_income']:.1%}"
        print(f"  新房还差{float(h['gap']):,.0f}元，每月{float(h['monthly']):,.2f}元{share}")
    say(f"已写入 {options.out}/households.csv")
    return 0


def _decide(options: argparse.Namespace) -> int:
    open_for(options)
    from chengzai.cycle import (  # noqa: PLC0415
        beside_reports,
        choice_of,
        keep_scenario,
        kept_scenarios,
        latest_month,
        open_table,
        presets,
        run_month,
        side_by_side,
        work_out,
    )

    month = latest_month(options.content, options.data, real=options.real)
    edition = run_month(options.content, options.data, month, real=options.real)
    table = open_table(options.content, options.data, month.last_day(), options.region, real=options.real)
    for finding in table.region.findings:
        say(f"▲ {finding.message.zh}{finding.remedy.zh}")
    if options.record:
        return _record(table, options.data, Period.parse(options.record), edition.plan)
    known = presets(table)
    if strange := sorted(set(options.only) - {s["id"] for s in known}):
        ids = "、".join(str(s["id"]) for s in known)
        told_ids = f"起始方案里没有“{'、'.join(strange)}”；有的是 {ids}。"
        raise UserError(Text(told_ids, f"The pack has no scenario {strange}; it has {ids}."))
    wanted = [s for s in known if not options.only or s["id"] in options.only]
    if options.file:
        wanted.append(_scenario_file(options.file))
        choice_of(table, wanted[-1])  # what cannot be read is said before the long work
    told: list[dict[str, Any]] = []
    for scenario in wanted:
        say(f"· 推演 {scenario['name']}")
        like = [*kept_scenarios(simulated=table.simulated).values()]
        worked = work_out(table, scenario, edition, gap=options.gap, seconds=options.seconds, like=like)
        keep_scenario(worked, Actor("cli", "命令行"))
        told.append(worked | {"effects": beside_reports(worked["effects"], edition)})
    if _shown({"scenarios": told}, options):
        return 0
    print(("【模拟数据】" if table.simulated else "") + "　".join(["", *(t["name"] for t in told)]))
    for row in side_by_side(told):
        values = ["—" if v is None else f"{v:g}" if isinstance(v, float) else str(v) for v in row["values"]]
        print(f"{row['name']}（{row['unit']}）　" if row["unit"] else f"{row['name']}　", "　".join(values), sep="")
    for effect in told[0]["effects"] if told else ():
        if effect["words"]:
            print(f"▲ {effect['scope']}{effect['name']}：{effect['words']}")
    for scenario in told:
        for effect in scenario["effects"]:
            if effect["goal"] is not None and effect["met"] is False:
                print(
                    f"{scenario['name']}：{effect['scope']}{effect['name']}到{effect['deadline']}年{effect['by']}{effect['unit']}，未到{effect['goal']:g}"
                )
    return 0


def _record(table: Any, data: Path, period: Period, plan: Any) -> int:
    from chengzai.cycle import record_circles  # noqa: PLC0415

    for fact in record_circles(table, data, period, plan, Actor("cli", "命令行")):
        print(f"{fact.element} {fact.place} {fact.period}：{fact.value:g}（{fact.evidence}）")
    return 0


def _scenario_file(path: Path) -> dict[str, Any]:
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        return {"id": path.stem, "name": path.stem, **dict(told)}
    except (OSError, ValueError, TypeError) as problem:
        raise UserError(Text(f"{path} 不是可读的 JSON。", f"{path} is no JSON that can be read.")) from problem


def _shown(told: dict[str, Any], options: argparse.Namespace) -> bool:
    if options.json:
        print(json.dumps(told, ensure_ascii=False, indent=1))
    return bool(options.json)


def _sheet_of(options: argparse.Namespace) -> bytes:
    if not options.sheet.is_file():
        raise UserError(Text(f"找不到文件 {options.sheet}。", f"{options.sheet} does not exist."))
    return bytes(options.sheet.read_bytes())


def _say_counts(told: dict[str, Any]) -> None:
    draft = "（草案，待确认）" if told["status"] == "draft" else ""
    print(f"{told['name']}{draft}：" + "、".join(f"{name}{count}个" for name, count in told["counts"].items()))


def _say_written(told: dict[str, Any], path: Path) -> int:
    for finding in told["findings"]:
        say(f"▲ {finding['message']} {finding['remedy']}")
    say(f"已写入 {path}")
    return 0


def _villages(options: argparse.Namespace) -> int:
    open_for(options)
    from chengzai.cycle import type_villages, villages_csv  # noqa: PLC0415
    from chengzai.store import write_files  # noqa: PLC0415

    told = type_villages(options.content, options.data, options.sheet.name, _sheet_of(options))
    write_files(options.out, {"villages.csv": villages_csv(told)})
    if _shown(told, options):
        return 0
    _say_counts(told)
    print(f"  规则有漏洞：{told['open'][0]}" if told["open"] else f"  规则在{told['situations']}种情形里都有结论")
    for row in told["rows"]:
        if row["missing"]:
            print(f"  {row['village']} 待定，先查明：{'、'.join(row['missing'])}")
    return _say_written(told, options.out / "villages.csv")


def _candidates(options: argparse.Namespace) -> int:
    open_for(options)
    from chengzai.cycle import candidates_csv, rank_candidates  # noqa: PLC0415
    from chengzai.store import write_files  # noqa: PLC0415

    told = rank_candidates(options.content, options.data, options.sheet.name, _sheet_of(options))
    write_files(options.out, {"candidates.csv": candidates_csv(told)})
    if _shown(told, options):
        return 0
    _say_counts(told)
    for n, row in enumerate(told["rows"], start=1):
        score = f"{row['low']:g}" if row["low"] == row["high"] else f"{row['low']:g}～{row['high']:g}"
        lost = f"　待查明：{'、'.join(row['missing'])}" if row["missing"] else ""
        print(f"  {n} {row['village']}　{row['state']}　{score}分{lost}")
    return _say_written(told, options.out / "candidates.csv")


def _capacity(options: argparse.Namespace) -> int:
    from chengzai.cycle import capacity_of  # noqa: PLC0415

    told = capacity_of(options.sheet, options.budget)
    if _shown(told, options):
        return 0
    for town in told["towns"]:
        if town["bears"] is None:
            print(f"{town['town']}：目标{town['target']:g}万人，各要素都没有填，能承载多少说不了")
            print(f"  不知道：{'、'.join(town['unknown'])}")
            continue
        short = (
            f"最短的是{'、'.join(town['binding'])}，{'最多' if town['unknown'] else '只'}能承载{town['bears']:g}万人"
        )
        print(f"{town['town']}：目标{town['target']:g}万人，{short}")
        gaps = "、".join(f"{name}差{gap:g}万人" for name, gap in town["gaps"].items() if gap > 0)
        cost = "不知道（有要素没有填单价）" if town["cost"] is None else f"{town['cost']:g}亿元"
        print(f"  {gaps or ('已知的要素没有缺口' if town['unknown'] else '没有缺口')}；补齐至少要{cost}")
        if town["unknown"]:
            print(f"  不知道、可能更短：{'、'.join(town['unknown'])}")
        low, high = town["range"]
        most = "至多" if town["unknown"] else ""
        print(f"  考虑不确定，能承载目标的把握{most}{town['chance']:.0%}，九成在{low:g}—{high:g}万人")
        if town.get("reached"):
            r = town["reached"]
            more = "不知道" if r["price"] is None else f"{r['price']:.4g}万人"
            reaches = "最多可到" if town["unknown"] else "可到"
            print(f"  {r['budget']:g}亿元{reaches}{r['people']:.3f}万人，再加一亿元多{more}")
    return 0


def _relocate(options: argparse.Namespace) -> int:
    from chengzai.cycle import relocation_of  # noqa: PLC0415

    say("· 求解")
    told = relocation_of(options.folder, gap=options.gap, seconds=options.seconds, ask=options.why)
    if _shown(told, options):
        return 0 if told["moves"] and not told["broken"] else 1
    if told["conflict"]:
        print("下列要求不能同时满足：" + "、".join(told["conflict"]))
        return 1
    if told["unsettled"]:
        print("在时限内没有找到办法，也没有证明没有；请放宽一条，或加长 --seconds。")
        return 1
    print(
        f"{told['villages']}个村中搬{len(told['moves'])}个，费用{told['aims']['cost']:g}，离最好不超过{told['gap']:.2%}"
    )
    for move in told["moves"]:
        print(f"  第{move['year']}年　{move['village']} → {move['site']}")
    for kind, share in told["shares"].items():
        print(f"  {kind}：人{share['persons']:.1%}，户{share['households']:.1%}")
    for need in told["to_book"]:
        seats = need.get("小学", 0)
        ready = f"{need['persons']}人、{need['households']}户、小学{seats}个学位"
        print(f"  备好：第{need['year']}年 {need['site']} {ready}")
    if told["why"]:
        print(f"  {told['why']['village']}：{told['why']['words']}")
    print("  各项约束已在求解器之外复核" if not told["broken"] else f"  ✗ 复核不符：{told['broken'][0]}")
    return 1 if told["broken"] else 0
