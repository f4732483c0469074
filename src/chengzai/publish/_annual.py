"""The annual assessment as a paper: the scheme, scores and grades, events, how sure the order is, and the procedure."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from chengzai.publish._blocks import Block, Bulletin, Line, carried
from chengzai.publish._bulletin import Writer, closing
from chengzai.publish._edition import Edition


def write_annual(
    edition: Edition, evaluation: Mapping[str, Any], flow: Sequence[str], *, decided: bool = False
) -> Bulletin:
    """Return the annual assessment: the scheme, scores and grades, how sure the order is, and where the flow stands.

    `evaluation` is one evaluated scheme as plain data, `flow` says in words how far self-score, check, publicity,
    objections and decision have come. Until it is decided the paper says that it is a draft.
    """
    year = edition.period.year
    values: dict[str, float] = {}
    draft = "" if decided else "（草案，未经审定）"
    title = (f"{edition.plan.short_title}", f"{year}年度评价情况{draft}")
    rows = evaluation["rows"]
    blocks = (
        Block("title", tuple((line,) for line in title)),
        Block("level1", (("一、总体进展",),)),
        Block("body", (Writer(edition).summary(moved=False),)),
        Block("level1", (("二、评价办法",),)),
        Block("body", ((_scheme_line(evaluation),),)),
        Block("level1", (("三、评价结果",),)),
        _score_table(rows, values),
        *(Block("body", (line,)) for line in _events(evaluation)),
        *(Block("body", (line,)) for line in _how_sure(rows, evaluation, values)),
        Block("level1", (("四、程序",),)),
        *(Block("body", ((line,),)) for line in flow or ("尚未开始自评。",)),
        Block("note", (closing(edition),)),
        Block("annex", (("附件",), ("分项得分",))),
        _points_table(evaluation, values),
    )
    return Bulletin("".join(title), edition.simulated, blocks, kind="annual", values=values)


def _scheme_line(evaluation: Mapping[str, Any]) -> str:
    weights = "、".join(f"{item['name']}{item['weight']:g}分" for item in evaluation["items"])
    aside = (
        f"因有县（市、区）没有可评的数，{'、'.join(evaluation['aside'])}不计入，所余权重按比例折算。"
        if evaluation["aside"]
        else ""
    )
    state = "（草案，待确认）" if evaluation["status"] == "draft" else ""
    return f"依据{evaluation['name']}{state}（{evaluation['clause']}）。指标与权重：{weights}。{aside}"


def _score_table(rows: Sequence[Mapping[str, Any]], values: dict[str, float]) -> Block:
    heads = ("位次", "县（市、区）", "得分", "等次", "位次区间", "较上年", "进步位次")
    table: list[tuple[Line, ...]] = [tuple((h,) for h in heads)]
    for r in rows:
        cell = f"evaluation/{r['place']}"
        gain = carried(values, f"{cell}/gain", _known(r["gain"]), 1)
        gain_rank = carried(values, f"{cell}/gain_rank", _known(r["gain_rank"]), 0)
        best, worst = (carried(values, f"{cell}/{end}", r[end], 0) for end in ("best", "worst"))
        table.append(
            (
                (carried(values, f"{cell}/rank", r["rank"], 0), "（并列）" if r["tied"] else ""),
                (r["name"],),
                (carried(values, f"{cell}/score", r["score"], 1),),
                (r["grade"],),
                (best, "—", worst),
                (gain,),
                (gain_rank,),
            )
        )
    return Block("table", rows=tuple(table), widths=(1.2, 1.6, 1.1, 1.1, 1.3, 1.1, 1.2), aligned="clrcrrr")


def _events(evaluation: Mapping[str, Any]) -> list[Line]:
    """Return the events behind points added or taken away and limited grades, each with its document."""
    events = evaluation.get("events", ())
    told = "；".join(
        f"{e['name']}{e['effect']}（{e['document']}{'，申诉待裁定' if e['waiting'] else ''}）" for e in events
    )
    lines: list[Line] = [(f"加减分、限等和否决事项：{told}。",)] if events else []
    if differs := evaluation.get("differs"):
        lines.append((f"本表是核查、裁定后的结果，12月通报按测算分排名，位次不同的有：{'、'.join(differs)}。",))
    return lines


def _known(value: float | None) -> float:
    return math.nan if value is None else float(value)


def _how_sure(rows: Sequence[Mapping[str, Any]], evaluation: Mapping[str, Any], values: dict[str, float]) -> list[Line]:
    pairs = carried(values, "evaluation/pairs", evaluation["pairs"], 0)
    of_pairs = carried(values, "evaluation/of_pairs", evaluation["of_pairs"], 0)
    # A range whose search ended at its limit is not proven, and the paper says so as the bulletin does.
    how = "，由整数规划证明。" if all(r.get("exact") for r in rows) else "；个别区间可能偏宽，但不会偏窄。"
    groups: dict[int, list[str]] = {}
    for r in rows:
        groups.setdefault(r["group"], []).append(r["name"])
    told = "；".join(f"第{n}组 {'、'.join(names)}" for n, names in groups.items())
    return [
        (
            f"位次区间是权重之和不变、各项权重在规定幅度内变动时能够达到的最好与最差位次{how}",
            pairs,
            "对县（市、区）的先后在此范围内不变，共",
            of_pairs,
            "对。",
        ),
        (f"权重和数据误差一并随机变动时，领先的把握不到90%的归为一组：{told}。组内差别不宜解读。",),
    ]


def _points_table(evaluation: Mapping[str, Any], values: dict[str, float]) -> Block:
    rows = evaluation["rows"]
    table: list[tuple[Line, ...]] = [(("指标",), ("权重",), *((r["name"],) for r in rows))]
    for n, item in enumerate(evaluation["items"]):
        weight = carried(values, f"evaluation/weight/{item['id']}", item["weight"], 0)
        points = [(carried(values, f"evaluation/{r['place']}/{item['id']}", r["points"][n], 1),) for r in rows]
        table.append(((item["name"],), (weight,), *points))
    return Block("table", rows=tuple(table), widths=(3, 0.8, *(1 for _ in rows)), aligned="lr" + "r" * len(rows))
