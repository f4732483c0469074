"""Score sheets with live formulas: what a county can recompute in any spreadsheet, to the printed digit."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.worksheet.worksheet import Worksheet

# Each method as a spreadsheet writes it; {x} is the value's cell, the others the cells of its parameters.
_FORMULAS = {
    "completion": "100*MIN(MAX({x}/{target},0),{cap})",
    "base": "MIN(MAX({base}+{per}*({x}-{target})*{direction},0),{base}+{most})",
    "proportion": "100*MIN(MAX(IF({direction}>0,{x}/{best},IF({x}=0,1,{best}/{x})),0),1)",
    "goalposts": "100*MIN(MAX(({x}-{low})/({high}-{low}),0),1)",
    "efficacy": "MIN(MAX(60+40*({x}-{floor})/({satisfying}-{floor}),{least}),100)",
    "interval": "100*MAX(1-MAX({a}-{x},{x}-{b},0)/{width},0)",
    "closing": "IF({goal}={before},IF({x}={goal},100,0),100*MIN(MAX(({x}-{before})/({goal}-{before}),0),1))",
}
_DEFAULTS = {"cap": 1.0, "most": 0.0, "direction": 1.0, "least": 0.0}
_FIRST = 6


@dataclass(frozen=True, slots=True)
class ScoreRow:
    """One item of a sheet: name, weight, method with parameters, value (None where there is none), source unit."""

    name: str
    weight: float
    method: str
    parameters: Mapping[str, float]
    value: float | None
    source_unit: str


def write_score_sheet(
    title: str,
    rows: Sequence[ScoreRow],
    *,
    mark: str,
    clause: str,
    standing: Sequence[tuple[str, str | float]] = (),
) -> bytes:
    """Return the workbook; points and total are formulas over cells in plain sight, `standing` is said below them."""
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)  # noqa: S101 -- a new workbook has one
    sheet.title = "评价表"
    sheet["A1"], sheet["A2"], sheet["A3"] = title, mark, f"依据：{clause}"
    sheet["A1"].font, sheet["A2"].font = Font(bold=True, size=13), Font(bold=True, color="B7791F")
    heads = ("指标", "权重", "方法", "值（完成当年目标%）", "得分", "加权得分", "数据来源单位", "参数")
    for column, head in enumerate(heads, start=1):
        sheet.cell(_FIRST - 1, column, head).font = Font(bold=True)
    for number, row in enumerate(rows, start=_FIRST):
        _row(sheet, number, row)
    last = _FIRST + len(rows) - 1
    weights, values, earned = (f"{c}{_FIRST}:{c}{last}" for c in "BDF")
    sheet.cell(last + 1, 1, "合计（无值的项权重分摊给其余项）").font = Font(bold=True)
    total = f'=ROUND(SUM({earned})/SUMPRODUCT({weights},--({values}<>"")),1)'
    sheet.cell(last + 1, 6, total).font = Font(bold=True)
    for number, (label, said) in enumerate(standing, start=last + 2):
        sheet.cell(number, 1, label)
        sheet.cell(number, 6, said)
    for letter, width in zip("ABCDEFGH", (40, 8, 12, 14, 10, 12, 14, 10), strict=True):
        sheet.column_dimensions[letter].width = width
    sheet.freeze_panes = sheet.cell(_FIRST, 2)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _row(sheet: Worksheet, number: int, row: ScoreRow) -> None:
    sheet.cell(number, 1, row.name)
    sheet.cell(number, 2, row.weight)
    sheet.cell(number, 3, row.method)
    sheet.cell(number, 4, row.value)
    sheet.cell(number, 7, row.source_unit)
    cells = {"x": f"D{number}"}
    names = [n for n in (*row.parameters, *_DEFAULTS) if "{" + n + "}" in _FORMULAS[row.method]]
    for place, name in enumerate(dict.fromkeys(names)):
        sheet.cell(number, 8 + 2 * place, name)
        value = sheet.cell(number, 9 + 2 * place, row.parameters.get(name, _DEFAULTS.get(name)))
        cells[name] = value.coordinate
    points = _FORMULAS[row.method].format(**cells)
    sheet.cell(number, 5, f'=IF(D{number}="","",{points})')
    sheet.cell(number, 6, f'=IF(D{number}="",0,B{number}*E{number})')
