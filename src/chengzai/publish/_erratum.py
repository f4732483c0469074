"""The erratum of an issued month, a paper of its own: every sentence and cell that would be printed otherwise today."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from chengzai.publish._blocks import STATE_WORD, Block, Bulletin, Line
from chengzai.publish._edition import Edition, rounded
from chengzai.publish._wording import BULLETIN, Difference

_VALUES = {"value", "baseline", "goal", "due"}
_TABLE = {
    "assessments": "数据表“目标进展”",
    "targets": "数据表“目标”",
    "indicators": "数据表“指标值”",
    "ranking": "数据表“位次”",
    "mentions": "数据表“方案中的数字”",
    "findings": "数据表“核查提示”",
}
_COLUMN = {
    "value": "现值", "state": "状态", "baseline": "基数", "goal": "目标值", "due": "应达值", "met": "是否达到",
    "attained_share": "完成进度", "expected_share": "应达进度", "gap_points": "差（百分点）", "reason": "说明",
    "reported": "已报数", "expected_reports": "应报数", "missing_reports": "未报数", "rule": "依据",
    "score": "得分", "rank": "位次", "best_rank": "最好位次", "tied": "是否并列",
    "worst_rank": "最差位次", "ranking_complete": "位次是否完整", "measured": "数据期",
    "unit": "单位", "deadline": "期限", "words": "原文",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Corrected:
    """One difference, the place where it stands in words, and what moved it, in words; several where several did.

    `was` and `now` are what stood and stands there as documents print it; empty where nothing does.
    """

    where: str
    difference: Difference
    why: tuple[str, ...]
    was: str
    now: str


def corrected_in(edition: Edition, difference: Difference, why: Sequence[str]) -> Corrected:
    """Return a difference as an erratum tells it: its place, its causes and both its values in words."""
    was, now = (cell_in_words(edition, difference, text) for text in (difference.was, difference.now))
    if was == now:  # the open table holds more digits than documents print
        was, now = (_digits(text) for text in (difference.was, difference.now))
    return Corrected(place_in_words(edition, difference), difference, tuple(why), was, now)


def cell_in_words(edition: Edition, difference: Difference, text: str) -> str:
    """Return a cell of an open table as documents print it: states by their words, numbers by their decimals.

    Values stand in the target's own unit, shares in per cent. What the bulletin itself says stays as it is.
    """
    if difference.place[0] == BULLETIN or not difference.is_cell:
        return text
    number = _number(text)
    if number is None:
        words = {"True": "是", "False": "否"} | (STATE_WORD if difference.place[-1] == "state" else {})
        return words.get(text, text)
    return "—" if math.isnan(number) else _number_in_words(edition, difference, number)


def _number_in_words(edition: Edition, difference: Difference, number: float) -> str:
    document, *keys = difference.place
    column = keys[-1]
    if column.endswith("_share"):
        return f"{rounded(number * 100, 1)}%"
    if column == "gap_points":
        return rounded(number, 1, edition.rules.rounding.value)
    if document == "assessments" and column in _VALUES and keys[0] in edition.plan.target:
        target = edition.plan.target[keys[0]]
        printed = rounded(number / edition.scale_at(target, keys[1]), edition.decimals(target))
        return f"{printed}{edition.unit_at(target, keys[1])}"
    return _digits(repr(number))


def _number(text: str) -> float | None:
    """Return a written number, or None for words and for what only looks like a number: a code, a month."""
    if text == "nan":
        return math.nan
    return float(text) if re.fullmatch(r"-?[0-9]+\.[0-9]+(?:e[+-]?[0-9]+)?", text) else None


def _digits(text: str) -> str:
    """Return a number without its binary tail.

    >>> _digits("7.800000000000001"), _digits("-0.0"), _digits("2026-10"), _digits("甲县")
    ('7.8', '0', '2026-10', '甲县')
    """
    number = _number(text)
    return text if number is None or math.isnan(number) else f"{round(number, 10) + 0.0:.10g}"


def place_in_words(edition: Edition, difference: Difference) -> str:
    """Return where a difference stands, as a reader finds it: document, chapter or row, column."""
    document, *keys = difference.place
    words = [] if document == BULLETIN else [_TABLE.get(document, document)]
    last = keys.pop() if difference.is_cell and document != BULLETIN else None
    for key in keys:
        if key in edition.plan.target:
            words.append(edition.label(edition.plan.target[key]))
        elif key in edition.places:
            words.append(edition.places[key].name)
        else:
            words.append(key[:40])
    return "·".join([*words, *([_COLUMN.get(last, last)] if last else [])])


def write_erratum(edition: Edition, number: int, corrected: Sequence[Corrected]) -> Bulletin:
    """Return the erratum of a month's issue: what the bulletin says otherwise, and the data tables as an annex."""
    period = edition.period
    what = f"{period.year}年{period.part}月{edition.progress}情况的通报"
    in_text = [c for c in corrected if c.difference.place[0] == BULLETIN]
    in_tables = [c for c in corrected if c.difference.place[0] != BULLETIN]
    opening = (
        f"《关于{edition.plan.short_title}{what}》第{number}次签发以后，有数据或规定变动。"
        f"按今天的数据和规定，通报正文和附件有{len(in_text)}处、数据表有{len(in_tables)}处与签发时不同，逐处更正如下；"
        "签发的文件不改。"
        if corrected
        else f"《关于{edition.plan.short_title}{what}》第{number}次签发以后，文字和数字都没有变化。"
    )
    causes = list(dict.fromkeys(why for c in corrected for why in c.why))
    blocks = [
        Block("title", (("关于更正",), (f"{what}的说明",))),
        Block("body", ((opening,),)),
        *(
            [
                Block("level1", (("一、更正的原因",),)),
                *(Block("body", ((f"{n}.{why}。",),)) for n, why in enumerate(causes, 1)),
            ]
            if causes
            else []
        ),
        *([Block("level1", (("二、通报正文和附件的更正",),)), _list(in_text, causes)] if in_text else []),
        Block("note", ((_closing(edition),),)),
        *([Block("annex", (("附件",), ("数据表的更正",))), _list(in_tables, causes)] if in_tables else []),
    ]
    return Bulletin(f"关于更正{what}的说明", edition.simulated, tuple(blocks), kind="erratum")


def _closing(edition: Edition) -> str:
    if edition.simulated:
        return "（本文为模拟数据，没有发文机关、发文字号和成文日期。）"
    return "（送审稿：发文机关、发文字号、主送机关和成文日期由印发机关确定。）"


def _list(corrected: Sequence[Corrected], causes: Sequence[str]) -> Block:
    """Return a table of place, old, new and the numbers of the causes in the list above it."""
    rows: list[tuple[Line, ...]] = [(("位置",), ("签发时",), ("更正为",), ("原因",))]
    for c in corrected:
        why = "、".join(str(causes.index(reason) + 1) for reason in c.why)
        rows.append(((c.where,), (c.was or "（无）",), (c.now or "（删去）",), (why,)))
    return Block("table", rows=tuple(rows), widths=(3, 4, 4, 1), aligned="lllc")
