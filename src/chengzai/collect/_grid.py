"""A sheet as it was found: its cells, what is wrong with some of them, and what of it a person does not see."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from chengzai.kernel import Text, plain_number

Grid = Sequence[Sequence[object]]
Range = tuple[tuple[int, int], tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Spoilt:
    """A cell that holds no value one may take: `why` is one of `WHY`, `shown` is what a person sees in it."""

    why: str
    shown: str = ""

    def __str__(self) -> str:
        return self.shown


@dataclass(frozen=True, slots=True)
class RawSheet:
    """One sheet: rows of cells, merged ranges as (row, column) corners both inside, and what is hidden.

    A cell is text, a number, a day, nothing, or Spoilt. A number whose format shows a per cent or a unit is text.
    `sees_formats` is false for old file formats, of which only the bare values can be read. In a text table
    (`from_text`) a comma in a number parts it in two.
    """

    rows: Grid
    merged: Sequence[Range] = ()
    hidden_rows: frozenset[int] = field(default_factory=frozenset)
    hidden_columns: frozenset[int] = field(default_factory=frozenset)
    hidden: bool = False
    sees_formats: bool = True
    from_text: bool = False


WHY = {
    "error": (
        "collect.error-cell",
        Text("是公式的错误值，不是数", "is an error of a formula, no value"),
        Text("请改好公式，或改填数字。", "Mend the formula, or enter the value."),
    ),
    "formula": (
        "collect.formula-without-value",
        Text("是公式，文件里没有它的计算结果", "is a formula whose value the file does not hold"),
        Text("请用“选择性粘贴→数值”后再传。", "Paste it as a value, then send it again."),
    ),
    "scaled": (
        "collect.scaled-format",
        Text("的单元格格式会改变显示的位数，看到的和存的不是同一个数", "is shown scaled, unlike its value"),
        Text("请把单元格格式改为“常规”，照实填数。", "Set its format to General and enter the value itself."),
    ),
}


def cell_text(cell: object) -> str:
    """Return a cell as a person would type it.

    >>> cell_text(12.0), cell_text(None), cell_text(dt.datetime(2026, 11, 2)), cell_text(" 0012 ")
    ('12', '', '2026-11-02', '0012')
    """
    if cell is None:
        return ""
    if isinstance(cell, dt.datetime):
        return cell.date().isoformat()
    if isinstance(cell, int | float | Decimal) and not isinstance(cell, bool):
        return plain_number(cell)
    return str(cell).strip()


def is_day(cell: object) -> bool:
    """Return whether a cell holds a day or an hour: a number that its format shows as a date."""
    return isinstance(cell, dt.date | dt.time | dt.timedelta)
