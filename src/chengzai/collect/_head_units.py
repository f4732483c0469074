"""The units a sheet names, in a column's head, in its own row or above the table, held against the element's."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from chengzai.collect._grid import Grid, cell_text
from chengzai.kernel import Citation, Element, Finding, Severity, Text, in_unit, unit_scale

_BRACKETED = re.compile(r"[（(〔【\[「『]([^（()）〔〕【】\[\]「」『』]{1,12})[)）〕】\]」』]")
_NAMED = re.compile(r"(?:计量|数量|金额)?单位[:：]([^（()）【】「」]{1,20})")
_CAPTION = re.compile(r"[（(]?(?:计量|数量|金额)?单位[:：].*")  # it speaks of all columns, wherever it stands
_FOLLOWING = re.compile(r"[/／,，:：;；、|]([^/／,，:：;；、|（()）]{1,8})$")
_BARE = re.compile(r"(?<![超达满过上破近逾])((?:[百千]?[万亿])[^\d（()）]{0,4})$")
_SPLIT = re.compile(r"[、，,;；/／]")
_COMMON = {
    *("元", "美元", "%", "％", "‰", "户", "家", "个", "件", "项", "处", "座", "所", "栋", "幢", "条", "宗", "块", "台"),
    *("人", "人次", "名", "次", "辆", "套", "张", "班", "头", "只", "羽", "株", "类", "岁", "天", "年", "小时", "分钟"),
    *("亩", "公顷", "平方米", "㎡", "平方公里", "立方米", "公里", "千米", "km", "米", "里", "标箱"),
    *("吨", "千克", "公斤", "斤", "克", "千瓦", "兆瓦", "千瓦时", "度"),
}
_SHORT = 3  # 万标煤 may be a unit nobody listed, 亿元以上企业 is none
_SCALE = re.compile(r"[百千]?[万亿]")


@dataclass(frozen=True, slots=True)
class ColumnUnits:
    """The unit that a sheet names for each column, as written; where none is named the column is absent."""

    written: Mapping[int, str]
    findings: Sequence[Finding]


def column_units(grid: Grid, head_rows: int, columns: Mapping[int, Element]) -> ColumnUnits:
    """Return the unit each mapped column is counted in by what the sheet says, and an error where it is another one.

    The lowest head that names a unit decides; only where none does, one named above the table (单位：万元) counts.
    """
    known = {*_COMMON, *(element.unit for element in columns.values() if element.unit)}
    above = _above(grid, head_rows, known)
    written: dict[int, str] = {}
    findings: list[Finding] = []
    for c, element in columns.items():
        heads = [cell_text(row[c]) for row in grid[:head_rows] if c < len(row)]
        own = next((unit for head in reversed(heads) if (unit := _in_head(head, element, known))), "")
        fits = [unit for unit in above if in_unit(Decimal(1), unit, element.unit) is not None]
        unit = own or (fits[0] if len(fits) == 1 else "")
        if own and in_unit(Decimal(1), own, element.unit) is None:
            findings.append(_other_unit(own, element, c))
        elif not own and above and element.unit and len(fits) != 1:
            findings.append(_unclear("、".join(above), element, c))
        elif unit:
            written[c] = unit
    return ColumnUnits(written, findings)


def _in_head(head: str, element: Element, known: Collection[str]) -> str:
    """Return the unit that one head names for its column, or nothing."""
    bare = re.sub(r"\s+", "", head)
    if _is_unit(bare, known):
        return bare
    if _CAPTION.fullmatch(bare):
        return ""
    named = [_NAMED.search(bare), *reversed(list(_BRACKETED.finditer(bare))), _FOLLOWING.search(bare)]
    for match in filter(None, named):
        inner = match[1].partition("：")[2] or match[1].partition(":")[2] or match[1]
        if _is_unit(inner, known):
            return inner
    # 总产值万元: no mark parts the unit from the name, so only the element's own unit with a scale is heard.
    behind = _BARE.search(bare)
    return behind[1] if behind and in_unit(Decimal(1), behind[1], element.unit) is not None else ""


def _above(grid: Grid, head_rows: int, known: Collection[str]) -> list[str]:
    """Return the units that a caption names, such as 单位：家、万元; an office after 填报单位 is none."""
    found: list[str] = []
    for row in grid[:head_rows]:
        words = [word for word in dict.fromkeys(re.sub(r"\s+", "", cell_text(cell)) for cell in row) if word]
        for word in words:
            match = _NAMED.search(word)
            alone = len(words) == 1 or _CAPTION.fullmatch(word)  # else it is the head of some columns only
            if match and alone and not _OFFICE.search(word):
                found += [unit for unit in _SPLIT.split(match[1]) if _is_unit(unit, known)]
    return list(dict.fromkeys(found))


_OFFICE = re.compile(r"(填报|报送|责任|制表|编制|主管|牵头|统计|所属|建设|实施)单位")


def _is_unit(word: str, known: Collection[str]) -> bool:
    base = unit_scale(word)[1]
    strange = bool(_SCALE.match(word)) and len(base) <= _SHORT and not re.search(r"[上下内级强县镇村]", base)
    return bool(word) and (word in known or base in known or strange)


def _other_unit(written: str, element: Element, column: int) -> Finding:
    return Finding(
        "collect.column-unit",
        Severity.ERROR,
        Text(
            f"第{column + 1}列的单位是“{written}”，“{element.name}”的单位是“{element.unit or '无'}”。",
            f"Column {column + 1} is in '{written}', '{element.code}' in '{element.unit or 'none'}'.",
        ),
        Text(
            "请换算，或在列头写明这一列自己的单位，或对应到别的指标。",
            "Convert it, write the column's own unit into its head, or map it to another element.",
        ),
        Citation("sheet", f"column {column + 1}"),
    )


def _unclear(written: str, element: Element, column: int) -> Finding:
    return Finding(
        "collect.column-unit-unclear",
        Severity.ERROR,
        Text(
            f"表上方写“单位：{written}”，看不出第{column + 1}列“{element.name}”用哪一个。",
            f"The units above the table ({written}) do not tell in which column {column + 1} ('{element.code}') is.",
        ),
        Text(
            f"请在这一列的列头写明单位，如“{element.name}（{element.unit or '无'}）”。",
            "Write the unit into the head of the column.",
        ),
        Citation("sheet", f"column {column + 1}"),
    )
