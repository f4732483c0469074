"""The sisters of the monthly bulletin: brief, quarterly meeting pack, dispatch orders and annual assessment.

Composed and read back like it; a figure that the edition does not hold is bound to a value that the paper carries.
"""

import datetime as dt
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from chengzai.assess import change_of
from chengzai.kernel import Citation, Finding, Severity, Text
from chengzai.plan import Target
from chengzai.publish._blocked_words import blocked_blocks, blocked_lines
from chengzai.publish._blocks import STATE_WORD, Block, Bulletin, Line, Part, carried, figure
from chengzai.publish._bulletin import Writer, closing
from chengzai.publish._claims import Said, said
from chengzai.publish._edition import Edition, reconciled
from chengzai.publish._sentences import count_change, ordinal, state_counts

PAPERS = {
    "brief": "工作简报",
    "quarter": "季度推进会材料",
    "order": "督办单",
    "annual": "年度评价报告",
    "erratum": "更正说明",
}
_AHEAD = 6  # months


def write_brief(edition: Edition) -> Bulletin:
    """Return the month's brief on one page: what stands, what moved, what presses. It asks nothing of anybody."""
    writer, period = Writer(edition), edition.period
    late = writer.late()
    lines: list[Line] = [writer.summary()]
    lines += [writer.problem(n, target) for n, target in enumerate(late[:3], start=1)]
    lines += [(said(f"其余滞后见{period.year}年{period.part}月通报。", "more-late", "3"),)] if len(late) > 3 else []
    lines += [] if late else [writer.nothing_late()]
    lines += blocked_lines(edition.blocked, period, most=3)
    lines += writer.missing(before="未报送：")
    return Bulletin(
        f"{period.year}年{period.part}月工作简报",
        edition.simulated,
        (
            Block("title", ((f"{edition.plan.short_title}工作简报",), (f"（{period.year}年{period.part}月）",))),
            *(Block("body", (line,)) for line in lines),
            Block("note", (closing(edition),)),
        ),
        kind="brief",
    )


def write_quarter(edition: Edition, before: Edition) -> Bulletin:
    """Return the pack of the quarterly meeting: the quarter in numbers, what is stuck, what falls due, what to decide.

    `before` is the edition of the last month of the quarter before.
    """
    writer, period = Writer(edition), edition.period
    quarter = f"{period.year}年第{'一二三四'[(period.part - 1) // 3]}季度"
    values: dict[str, float] = {}
    late = writer.late()
    title = (f"{edition.plan.short_title}", f"{quarter}工作推进会材料")
    blocks = (
        Block("title", tuple((line,) for line in title)),
        Block("level1", (("一、本季度进展",),)),
        Block("body", (_quarter_line(writer, before, values),)),
        _states_table(edition, before, values),
        Block("level1", (("二、滞后的指标",),)),
        *([_stuck_table(writer, before, late, values)] if late else [Block("body", (writer.nothing_late(),))]),
        Block("level1", (("三、本季度到期和半年内将到期的目标",),)),
        *_due_soon(writer),
        Block("level1", (("四、提请会议研究的事项",),)),
        *_to_decide(writer, late),
        *blocked_blocks(edition.blocked, period),
        *([Block("level1", ((f"五、各{edition.parts}情况",),)), *_counties(writer)] if edition.counties else []),
        Block("note", (closing(edition),)),
    )
    return Bulletin("".join(title), edition.simulated, blocks, kind="quarter", values=values)


def _quarter_line(writer: Writer, before: Edition, values: dict[str, float]) -> Line:
    edition, root = writer.edition, writer.root
    change = change_of(before.city, edition.city, "on_course")
    line: list[Part] = ["较上季末，", *_moved(values, "按期数", "total", change.total)]
    if change.joined or change.left:
        line += ["，其中", *_moved(values, "同口径", "same", change.same)]
    if change.joined:
        line += ["，", *_moved(values, "新进入评价的按期数", "joined", change.joined)]
    if change.left:
        line += ["，", *_moved(values, "不再评价的按期数", "left", change.left)]
    last = edition.until
    until = f"数据截至{last.year}年{last.month}月{last.day}日。"
    judged: Line = ("按期的占全部目标的", writer.figure(f"share/{root}/on_course", 1), "%。")
    return (until, *writer.summary(moved=False), *line, "。", *(judged if edition.judged_targets() else ()))


def _moved(values: dict[str, float], subject: str, part: str, number: int) -> Line:
    """Return how a count moved since the quarter before; the paper carries the number, its words the sign."""
    cell = f"since/{part}"
    shown = carried(values, cell, number, 0)
    return count_change(subject, cell, number, replace(shown, text=shown.text.lstrip("-"), unsigned=True))


def _states_table(edition: Edition, before: Edition, values: dict[str, float]) -> Block:
    root = edition.plan.root
    rows: list[tuple[Line, ...]] = [tuple((h,) for h in ("状态", "项数", "占比%", "上季末项数", "上季末占比%"))]
    shares_then = reconciled(before.counts(root))
    for state, word in STATE_WORD.items():
        then = carried(values, f"then/count/{state}", before.counts(root)[state], 0)
        share_then = carried(values, f"then/share/{state}", float(shares_then[state]), 1)
        now = figure(edition, f"count/{root}/{state}"), figure(edition, f"share/{root}/{state}", 1)
        rows.append(((word,), (now[0],), (now[1],), (then,), (share_then,)))
    return Block("table", rows=tuple(rows), widths=(2, 1, 1, 1.3, 1.3), aligned="lrrrr")


def _stuck_table(writer: Writer, before: Edition, late: Sequence[str], values: dict[str, float]) -> Block:
    """Return the late targets with the gap then and now, what is still to do, and the pace that does it."""
    edition = writer.edition
    heads = ("指标", "上季末差(点)", "现差(点)", "还须", "须保持的速度", "责任单位")
    rows: list[tuple[Line, ...]] = [tuple((h,) for h in heads)]
    for name in late:
        a, then, cell = edition.city[name], before.city.get(name), f"target/{name}/{edition.plan.root}"
        target = edition.plan.target[name]
        gap_then = then.gap if then else math.nan
        mode = edition.rules.rounding.value
        rows.append(
            (
                (edition.label(target),),
                (carried(values, f"then/{cell}/gap", gap_then, 1, mode=mode),),
                _or_dash(edition, f"{cell}/gap", a.gap, 1),
                *writer.rest_and_pace(name),
                (writer.owner(name, "", "待明确"),),
            )
        )
    return Block("table", rows=tuple(rows), widths=(3.8, 1.4, 1.2, 2.2, 2.2, 2.4), aligned="lrrrrl")


def _or_dash(edition: Edition, cell: str, value: float, decimals: int) -> Line:
    return ("—",) if math.isnan(value) else (figure(edition, cell, decimals),)


def _due_soon(writer: Writer) -> list[Block]:
    """Return what fell due this quarter or does within six months, unreached, the earliest first; years' ends too."""
    edition = writer.edition
    dated = [(day, t) for t in edition.plan.targets if (day := _falls_due(edition, t))]
    open_ = sorted(((day, t) for day, t in dated if not edition.city[t.id].met), key=lambda row: (row[0], row[1].id))
    if not open_:
        return [Block("body", ((said("本季度到期和半年内将到期的目标中，没有未达到的。", "none-falls-due"),),))]
    lines: list[Line] = []
    for day, target in open_[:12]:
        month = f"{day.year}-{day.month:02}"
        over = "已" if day <= edition.period.last_day() else ""
        words = f"{day.year}年度目标年底{over}到期" if target.every_year else f"{day.year}年{day.month}月{over}到期"
        due = said(words, "year-ends" if target.every_year else "falls-due", target.id, month)
        lines.append((f"{ordinal(len(lines) + 1)}{edition.label(target)}，", due, "，", _stand(edition, target), "。"))
    rest = len(open_) - 12
    more = [Block("body", ((said(f"另有{rest}项，见通报附件。", "more-fall-due", "12"),),))] if rest > 0 else []
    return [*(Block("body", (line,)) for line in lines), *more]


def _falls_due(edition: Edition, target: Target) -> dt.date | None:
    """Return the day, this quarter or within six months, by which a target must be reached: its own or its year's."""
    day = dt.date(edition.period.year, 12, 31) if target.every_year else target.deadline
    quarter_before = edition.period.next(-((edition.period.part - 1) % 3 + 1)).last_day()
    return day if quarter_before < day <= edition.period.next(_AHEAD).last_day() else None


def _stand(edition: Edition, target: Target) -> Said:
    state = edition.city[target.id].state
    return said(f"现为{STATE_WORD[state]}", "in-state", target.id, edition.plan.root, state)


def _to_decide(writer: Writer, late: Sequence[str]) -> list[Block]:
    """Return the late targets whose needed pace no period has ever reached: those need a decision, not a push."""
    city = writer.edition.city
    nothing = "" if writer.edition.blocked else "暂无提请研究的事项。"
    if not late:
        return [Block("body", ((*writer.nothing_late(), nothing),))]
    paced = [t for t in late if not math.isnan(city[t].needed) and not math.isnan(city[t].best)]
    beyond = [t for t in paced if writer.edition.beyond_best(t)]
    if not beyond and len(paced) == len(late):
        words = said("滞后指标所需的速度均未超过历史最好水平", "none-beyond-best")
        return [Block("body", ((words, f"，由责任单位加快推进{'，' + nothing if nothing else '。'}"),))]
    lines: list[Line] = []
    if beyond:
        lines.append(
            (
                "下列指标到期前所需的速度超过历史最好水平，照现有办法难以完成，提请研究增加投入、调整办法或按程序调整目标：",
            )
        )
    for name in beyond[:10]:
        label = said(writer.edition.label(writer.edition.plan.target[name]), "beyond-best", name)
        lines.append((ordinal(len(lines)), label, "：", *writer.pace(name), "。"))
    if len(beyond) > len(lines) - 1 > 0:
        lines.append((said("其余见通报附件。", "more-beyond-best", str(len(lines) - 1)),))
    if len(paced) < len(late):
        carried_over = said("滞后指标中有的没有可比的历史速度，请责任单位到会说明办法。", "some-without-pace")
        lines.append((carried_over,))
    return [Block("body", (line,)) for line in lines]


def _counties(writer: Writer) -> list[Block]:
    edition = writer.edition
    shown = [(code, state_counts(writer, code)) for code in edition.counties]
    lines: list[Line] = [(f"{edition.places[code].name}：", *counts, "。") for code, counts in shown if counts]
    none: Line = (said(f"各{edition.parts}均没有可以评分的目标。", "no-ranking"),)
    return [Block("body", (line,)) for line in lines or [none]]


def write_orders(edition: Edition, targets: Sequence[str], *, answer_within: int) -> Bulletin:
    """Return dispatch orders, one a page: what the plan asks, where it stands, who answers, and by when.

    `targets` are the plan targets to be pressed; `answer_within` is how many days the unit has for its answer.
    """
    blocks: list[Block] = []
    for number, name in enumerate(targets, start=1):
        blocks += _order(Writer(edition), name, number, answer_within)
    title = f"{edition.period.year}年{edition.period.part}月督办单"
    if not blocks:
        nothing = said("本月没有符合督办条件的指标。", "no-order")
        blocks = [Block("title", ((title,),)), Block("body", ((nothing,),))]
    return Bulletin(title, edition.simulated, (*blocks, Block("note", (closing(edition),))), kind="order")


def _order(writer: Writer, name: str, number: int, within: int) -> list[Block]:
    edition = writer.edition
    target, a = edition.plan.target[name], edition.city[name]
    quote = target.quotes[0]
    section = edition.plan.section_title.get(edition.plan.clause[quote.clause].section, "")
    day = edition.until
    stand: Line = writer.level(name) if not math.isnan(a.value) else (writer.reason(name),)
    gap: Line = writer.versus(name) if not math.isnan(a.gap) else ("—",)
    late = writer.late_counties(name)
    rows: tuple[tuple[Line, ...], ...] = (
        (("项目",), ("内容",)),
        (("督办事项",), (edition.label(target),)),
        (("依据",), (f"《{edition.plan.title}》“{section}”：“{quote.words}”",)),
        (("现状",), stand),
        (("差距",), gap),
        (("责任单位",), (writer.owner(name),)),
        *(((f"滞后的{edition.parts}",), late),) * bool(late),
        (("办理要求",), (f"{'逐个' if late else ''}查明原因，提出可核查的措施、每月要达到的数值和责任人。",)),
        (("答复期限",), (f"收到之日起{within}日内书面答复；数据截至{day.year}年{day.month}月{day.day}日。",)),
        (("办理结果",), ("（由承办单位填写，附佐证材料）",)),
    )
    head = Block(
        "title", (("督办单",), (f"（{edition.period.year}年{edition.period.part}月第{number}件）",)), fresh=number > 1
    )
    return [head, Block("table", rows=rows, widths=(1.2, 4.8), aligned="ll", large=True)]


def check_paper(paper: Bulletin, rule: Mapping[str, Any]) -> tuple[Finding, ...]:
    """Return what stands against issuing a paper: its length, and an issuer that may not ask this of whom it asks.

    `rule` gives `most_characters`, the words that make a text `directive`, and for each kind its `issuer` with `name`
    and `kind` (`office`, `government`, `department` or `body`); it comes from content with its clause.
    """
    findings = []
    body = paper.text().partition("\n附件")[0]
    where = Citation(paper.title, paper.kind)
    if paper.kind not in {"order", "erratum"} and len(body) > int(rule["most_characters"]):
        findings.append(
            Finding(
                "publish.too-long",
                Severity.WARNING,
                Text(
                    f"正文{len(body)}字，超过{rule['most_characters']}字的规定（{rule['clause']}）。",
                    f"The text has {len(body)} characters, more than {rule['most_characters']}.",
                ),
                Text("请把次要内容移到附件。", "Move what matters less to an annex."),
                where,
            )
        )
    issuer = rule["issuer"].get(paper.kind, {})
    own = re.sub(r"“[^”]*”", "", body)  # what is quoted is asked by whoever said it
    asked = next((word for word in rule["directive"] if word in own), "")
    if issuer.get("kind") in {"department", "body"} and asked:
        findings.append(
            Finding(
                "publish.issuer-not-allowed",
                Severity.ERROR,
                Text(
                    f"{issuer['name']}不得向下级政府提出指令性要求，本文有“{asked}”（{rule['clause']}）。",
                    f"{issuer['name']} may not direct lower governments; the text says '{asked}'.",
                ),
                Text(
                    "请报市政府办公室印发，或改为不含指令性要求的简报、工作提示。",
                    "Have the government's office issue it, or write it as a brief.",
                ),
                where,
            )
        )
    return tuple(findings)
