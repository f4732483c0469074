"""A scenario as a workbook to work on with: who moves, the year plan, what to have ready, boards, targets."""

from collections.abc import Sequence
from typing import Any

from chengzai.cycle._chosen import chosen
from chengzai.cycle._clock import local_time
from chengzai.cycle._printed import percent
from chengzai.cycle._two_presents import beside_reports
from chengzai.publish import Edition
from chengzai.store import write_tables

View = dict[str, Any]
_Sheet = tuple[str, Sequence[str], Sequence[Sequence[object]]]


def scenario_workbook(
    told: View, edition: Edition, *, outlook: View | None = None, stale: bool = False
) -> tuple[str, bytes]:
    """Return the name and bytes of a scenario worked out before; every sheet of a simulated one says so.

    Its targets stand beside what is reported and the `outlook`, as on its page. `stale`: its sheets or rules have
    changed since.
    """
    sheets = [
        _summary(told, stale=stale),
        _who(told),
        _plan(told),
        _ready(told),
        _boards(told),
        _targets(beside_reports(told["effects"], edition, outlook)),
        _counties(told),
    ]
    mark = "【模拟数据】不代表任何实际情况" if told["simulated"] else ""
    return f"推演-{told['name']}.xlsx", write_tables(sheets, mark=mark)


def _summary(told: View, *, stale: bool) -> _Sheet:
    moves, doubt, choice = told["moves"], told["moves"].get("doubt"), told["choice"]
    within = "在这样留余地的前提下，离最好不超过" if choice.get("hedge") else "离最好不超过"
    rows = [
        ("方案", told["name"]),
        *([("注意", "底数或规则已变，请重新推演")] if stale else []),
        *([("注意", "在时限内没有结果")] if moves.get("unsettled") else []),
        *((f"选择：{c.words.zh}", "、".join(c.names) or c.value or "是") for c in chosen(told)),
        ("搬迁村数", moves["villages"]),
        ("候选村数", moves["of"]),
        ("搬迁人数", moves["persons"]),
        ("费用合计（亿元）", told["cost"]),
        (within, _percent(moves["gap"])),
        *((f"安置方式：{way}（户）", count) for way, count in moves.get("ways", {}).items()),
        ("年年不超预算的把握", _percent(doubt and doubt["chance"])),
        ("任意几个村同时超支也够", doubt and doubt["withstands"]),
        *(("不能同时满足", demand) for demand in moves["conflict"]),
        *(("违反的约束", rule) for rule in moves["broken"]),
        ("底数", told["base"]),
        ("内容包", told["pack"]),
        ("程序", told["release"]),
        ("推演人", told.get("by", "")),
        ("推演时间", local_time(told.get("at", ""))),
    ]
    return "概要", ("项", "数"), [(name, "不知道" if value is None else value) for name, value in rows]


def _percent(share: float | None) -> str | None:
    return None if share is None else percent(share)


def _who(told: View) -> _Sheet:
    rows = [(f"{m['year']}年", m["county"], m["village"], m["site"], m["persons"]) for m in told["moves"]["list"]]
    return "搬迁名单", ("年份", "县（市、区）", "村", "安置点", "人数"), rows


def _plan(told: View) -> _Sheet:
    years = zip(told["years"][1:], told["moves"]["by_year"], told["money"], strict=True)
    heads = ("年份", "村", "搬迁（亿元）", "补短板（亿元）", "补短板项目（亿元）", "新建（亿元）")
    names = ("relocation", "relief", "projects", "build")
    return (
        "年度计划",
        heads,
        [(f"{year}年", count, *(round(money.get(name, 0.0), 4) for name in names)) for year, count, money in years],
    )


def _ready(told: View) -> _Sheet:
    ways = list(told["moves"].get("ways", {}))
    heads = (
        "年份",
        "安置点",
        "人数",
        "户数",
        "要建的住处（人）",
        *(f"{way}（户）" for way in ways),
        "小学学位",
        "岗位",
    )
    return "要备好的", heads, [
        (
            f"{b['year']}年", b["site"], b["persons"], b["households"], b.get("beds", ""),
            *(b.get("ways", {}).get(way, 0) for way in ways), b.get("小学", 0), b["jobs"],
        )
        for b in told["moves"]["to_book"]
    ]  # fmt: skip


def _boards(told: View) -> _Sheet:
    heads = (
        "城镇",
        "目标（万人）",
        "末年人口（万人）",
        "要素",
        "可承载（万人）",
        "负荷",
        "等级",
        "缺口（万人）",
        "补一万人（亿元）",
    )
    return "承载能力", heads, [
        (t["town"], t["target"], t["persons"][-1], b["name"], *(_known(b[f]) for f in ("bears", "load")), b["class"],
         *(_known(b[f]) for f in ("gap", "cost")))
        for t in told["towns"]
        for b in t["boards"]
    ]  # fmt: skip


def _known(value: float | None) -> object:
    return "不知道" if value is None else value


def _targets(effects: Sequence[View]) -> _Sheet:
    heads = (
        *("范围", "指标", "目标", "单位", "填报现值", "推演底数", "到期年"),
        *("到期（不行动，按填报预测）", "到期（不行动，按底数）", "到期（本方案，按底数）"),
        *("本方案带来", "到期（预测加本方案）", "末年（按底数）", "是否达到", "两处不同的说明"),
    )
    met = {None: "说不了", True: "达到", False: "未到"}
    rows = []
    for e in effects:
        unit = f"{e['unit']}{'（缺省读法）' if e['draft'] else ''}"
        fields = ("forecast", "nothing", "by", "change", "expected", "end")
        values = [_known(e.get(field)) for field in fields]
        now = [_known(e[field]) for field in ("reported", "today")]
        rows.append((e["scope"], e["name"], _known(e["goal"]), unit, *now, f"{e['deadline']}年", *values,
                     met[e["met"]], e["words"]))  # fmt: skip
    return "方案的目标", heads, rows


def _counties(told: View) -> _Sheet:
    heads = ("县（市、区）", "搬的村占比", "搬的人占比", "每人费用（亿元）")
    return (
        "各县",
        heads,
        [
            (county, _percent(f["villages"]), _percent(f["persons"]), _known(f["each"]))
            for county, f in told["moves"]["counties"].items()
        ],
    )
