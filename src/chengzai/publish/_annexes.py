"""The annexes of a bulletin: ranking, every target, and the method."""

import math

from chengzai.assess import Assessment, class_name, goal_sign
from chengzai.plan import Target
from chengzai.publish._blocks import STATE_SHAPE, STATE_WORD, Block, Line, figure
from chengzai.publish._claims import said
from chengzai.publish._edition import Edition
from chengzai.publish._sentences import Sentences


def annexes(edition: Edition) -> list[Block]:
    """Return the annexes: ranking where any county has a score, all targets, and how the numbers were made."""
    parts: list[tuple[str, list[Block]]] = []
    if edition.ranking.ranked:
        parts.append((f"各{edition.parts}得分与位次", [_ranking_table(edition)]))
    parts.append(("目标进展一览表", [_target_table(edition)]))
    parts.append(("方法说明", [Block("body", (line,)) for line in _method(edition)]))
    blocks: list[Block] = []
    for number, (title, content) in enumerate(parts, start=1):
        blocks += [Block("annex", ((f"附件{number}",), (title,))), *content]
    return blocks


def _ranking_table(edition: Edition) -> Block:
    heads = ("位次", edition.parts, "得分", "位次区间", "按期", "关注", "滞后", "严重滞后", "未报")
    rows: list[tuple[Line, ...]] = [tuple((h,) for h in heads)]
    for s in edition.ranking.standings:
        p = s.place
        rows.append(
            (
                (figure(edition, f"rank/{p}/rank"),),
                (edition.places[p].name,),
                (figure(edition, f"rank/{p}/score", 1),),
                (figure(edition, f"rank/{p}/best"), "—", figure(edition, f"rank/{p}/worst")),
                *(
                    (figure(edition, f"count/{p}/{state}"),)
                    for state in ("on_course", "watch", "behind", "far_behind", "no_report")
                ),
            )
        )
    return Block("table", rows=tuple(rows), widths=(1, 1.8, 1.2, 1.5, 1, 1, 1, 1.5, 1), aligned="clrcrrrrr")


def _target_table(edition: Edition) -> Block:
    heads = ("指标", "目标", "现值", "完成%", "应达%", "差(点)", "状态")
    rows: list[tuple[Line, ...]] = [tuple((h,) for h in heads)]
    writer, root = Sentences(edition), edition.plan.root
    for target in edition.plan.targets:
        a, cell = edition.city[target.id], f"target/{target.id}/{root}"
        shares = tuple(_or_dash(edition, f"{cell}/{f}", getattr(a, f)) for f in ("attained", "expected", "gap"))
        state = said(f"{STATE_SHAPE[a.state]}{STATE_WORD[a.state]}", "in-state", target.id, root, a.state)
        rows.append(((edition.label(target),), _goal(edition, target), _value(writer, target), *shares, (state,)))
    return Block("table", rows=tuple(rows), widths=(4.4, 2.2, 1.6, 1.4, 1.4, 1.4, 2.0), aligned="lrrrrrl")


def _or_dash(edition: Edition, cell: str, value: float) -> Line:
    return ("—",) if math.isnan(value) else (figure(edition, cell, 1),)


def _value(writer: Sentences, target: Target) -> Line:
    """Return what stands now, marked where due reports are missing; nothing for what counts only when done."""
    a = writer.edition.city[target.id]
    if target.kind in {"milestone", "completion"} or math.isnan(a.value):
        return ("—",)
    value = writer.value(target.id, writer.root)[:1]
    return value if a.completeness.full else (*value, said("*", "partial", target.id, writer.root))


def _goal(edition: Edition, target: Target) -> Line:
    root = edition.plan.root
    if target.kind in {"milestone", "completion"}:
        return ("完成",)
    goal = edition.city[target.id].goal
    counts = edition.counts_counties(target, root)  # strictness and direction belong to each county's own goal
    if name := class_name(goal) if target.of_class and not counts else "":
        return (goal_sign(target).zh, said(f"{name}类", "goal-class", target.id))
    decimals = _goal_decimals(edition, goal, target.id)
    return (
        "" if counts else goal_sign(target).zh,
        figure(edition, f"target/{target.id}/{root}/goal", decimals),
        edition.unit_at(target, root),
    )


def _is_partial(a: Assessment) -> bool:
    return not math.isnan(a.value) and not a.completeness.full


def _goal_decimals(edition: Edition, goal: float, target_id: str) -> int:
    scaled = goal / edition.scale(edition.plan.target[target_id])
    return next((d for d in range(4) if math.isclose(scaled, round(scaled, d), rel_tol=1e-12)), 4)


def _scored(edition: Edition) -> str:
    """Return how the counties are scored and ranked."""
    ranking = edition.ranking
    only = f"只计各{edition.parts}均有可评数的指标；得分相同位次并列。"
    year = "每项指标的值是完成当年目标的百分数：完成进度÷年末应达进度"
    if ranking.by_scheme:
        return f"得分依据{ranking.name.zh}（{ranking.clause}），{year}，按各项计分办法和权重加权；{only}"
    return f"内容包没有可用的评价办法，得分为各项目标的平均数，{year}，0至100之间，超出不计；{only}"


def _method(edition: Edition) -> list[Line]:
    rules = edition.rules
    rounding = {"half_up": "四舍五入", "truncate": "截尾"}[rules.rounding.value]
    status = "（缺省规则，待确认）" if rules.lights.status == "draft" else ""
    lines: list[Line] = [
        (
            "完成进度＝（现值－基数）÷（目标－基数）；累计类无基数，每年类按当年计；保持类达到即按期；阶段性目标完成之前不计进度。",
        ),
        (f"应达进度按分年目标，年内按月平均；差为完成进度减应达进度，以百分点计，{rounding}至一位小数。",),
        (f"亮灯依据：{rules.lights.clause}{status}。",),
        (_scored(edition),),
    ]
    if any(_is_partial(a) for a in edition.city.values()):
        lines.append(("现值后带*的，应报的数据尚未报齐。",))
    lines.append(("各状态占比四舍五入后以最大余数法调平，合计为100%。",))
    if edition.simulated:
        lines.append((said("本文全部数据由模拟器生成，不代表任何实际情况，不得作为考核依据。", "simulated"),))
    return lines
