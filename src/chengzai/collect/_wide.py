"""A city's own sheets, whatever their shape: merged heads are filled, columns are mapped once and remembered."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from chengzai.kernel import Citation, Element, Finding, Places, Severity, Text

Grid = Sequence[Sequence[object]]
_ALIKE = 0.6  # a head that holds this much of an element's name is proposed for it; a person decides
_SHORT = re.compile(r"(?<=..)[市县区镇乡]$|街道$")  # 江山 for 江山市, as people write it


@dataclass(frozen=True, slots=True)
class Columns:
    """How one sheet is read: rows of head, the column that names units, and the element of each value column."""

    head_rows: int
    unit_column: int
    columns: Mapping[int, str]

    @classmethod
    def read(cls, table: Mapping[str, Any]) -> "Columns":
        """Return a mapping from its plain form."""
        columns = {int(column): str(code) for column, code in dict(table["columns"]).items() if code}
        return cls(int(table["head_rows"]), int(table["unit_column"]), columns)


def filled(grid: Grid, merged: Sequence[tuple[tuple[int, int], tuple[int, int]]]) -> list[list[object]]:
    """Return a grid whose merged cells all hold their value; ranges are (row, column) corners, both inside."""
    width = max((len(row) for row in grid), default=0)
    rows = [[*row, *[""] * (width - len(row))] for row in grid]
    for (top, left), (bottom, right) in merged:
        value = rows[top][left] if top < len(rows) and left < width else ""
        for r in range(top, min(bottom + 1, len(rows))):
            for c in range(left, min(right + 1, width)):
                rows[r][c] = value
    return rows


def heads(grid: Grid, head_rows: int) -> list[str]:
    """Return each column's head with its upper heads before it, each once: `完成情况/本月数`."""
    width = max((len(row) for row in grid[:head_rows]), default=0)
    columns = []
    for c in range(width):
        words = [re.sub(r"\s+", "", str(row[c] or "")) for row in grid[:head_rows] if c < len(row)]
        columns.append("/".join(dict.fromkeys(word for word in words if word)))
    return columns


def guess(grid: Grid, elements: Sequence[Element], places: Places) -> Columns:
    """Return a first reading of a sheet for a person to correct: head rows, units' column, columns by name."""
    names = _unit_codes(places)
    width = max((len(row) for row in grid), default=0)
    hits = [sum(1 for row in grid if c < len(row) and _bare(row[c]) in names) for c in range(width)]
    unit_column = max(range(width), key=lambda c: (hits[c], -c)) if width else 0
    named = [r for r, row in enumerate(grid) if unit_column < len(row) and _bare(row[unit_column]) in names]
    head_rows = named[0] if named else 1
    columns: dict[int, str] = {}
    for c, head in enumerate(heads(grid, head_rows)):
        scored = [(_alike(head, element.name), element.code) for element in elements]
        best = max(scored, default=(0.0, ""))
        if c != unit_column and best[0] >= _ALIKE and best[1] not in columns.values():
            columns[c] = best[1]
    return Columns(head_rows, unit_column, columns)


def signature(grid: Grid, head_rows: int) -> str:
    """Return what tells sheets of one kind: the hash of their heads without figures and dates."""
    words = [re.sub(r"\d+", "", head) for head in heads(grid, head_rows)]
    return hashlib.sha256("|".join(words).encode()).hexdigest()[:16]


def read_wide(
    grid: Grid, mapping: Columns, places: Places
) -> tuple[dict[str, dict[str, str]], list[tuple[int, Finding]]]:
    """Return the typed values by unit and element, and findings by row number as a spreadsheet counts.

    Sums (合计, 小计, 全市) and empty rows are passed over and said; a unit named twice or unknown is an error.
    """
    names = _unit_codes(places)
    values: dict[str, dict[str, str]] = {}
    found: list[tuple[int, Finding]] = []
    for number, row in enumerate(grid[mapping.head_rows :], start=mapping.head_rows + 1):
        cells = {c: str(row[c]).strip() for c in mapping.columns if c < len(row) and row[c] not in {None, ""}}
        label = _bare(row[mapping.unit_column]) if mapping.unit_column < len(row) else ""
        if not label and not cells:
            continue
        codes = names.get(label, ())
        if len(codes) != 1:
            found.append((number, _row_problem(label, len(codes), number)))
        elif codes[0] in values:
            found.append((number, _row_twice(label, number)))
        else:
            values[codes[0]] = {mapping.columns[c]: _plain(cell) for c, cell in cells.items()}
    return values, found


def _plain(cell: str) -> str:
    return cell.removesuffix(".0")


def _unit_codes(places: Places) -> dict[str, tuple[str, ...]]:
    names: dict[str, tuple[str, ...]] = {}
    for place in places.ordered:
        if place.level != "village":
            for name in {_bare(place.name), _SHORT.sub("", _bare(place.name)), place.code}:
                names[name] = (*names.get(name, ()), place.code)
    return names


def _bare(cell: object) -> str:
    return re.sub(r"[\s\u3000]+", "", str(cell or "")).removesuffix(".0")


def _alike(head: str, name: str) -> float:
    """Return the share of a name's pairs of neighbouring characters that a head holds; titles above do not count."""
    a = {head[i : i + 2] for i in range(len(head) - 1)}
    b = {name[i : i + 2] for i in range(len(name) - 1)}
    return len(a & b) / len(b) if b else 0.0


def _row_problem(label: str, matches: int, number: int) -> Finding:
    total = bool(re.fullmatch(r"合计|小计|总计|全市|全市合计|全县|全县合计|", label))
    if total:
        return Finding(
            "collect.total-row-skipped",
            Severity.NOTE,
            Text(f"第{number}行“{label}”是合计行，未导入。", f"Row {number} is a total and was passed over."),
            Text("合计由系统计算。", "Totals are computed."),
            Citation("sheet", f"row {number}"),
        )
    what = "对应多个单位" if matches else "不是本市的单位"
    return Finding(
        "collect.unit-not-found",
        Severity.ERROR,
        Text(f"第{number}行“{label}”{what}。", f"Row {number}: '{label}' names {matches or 'no'} units."),
        Text("请改成全称或代码。", "Write its full name or its code."),
        Citation("sheet", f"row {number}"),
    )


def _row_twice(label: str, number: int) -> Finding:
    return Finding(
        "collect.unit-twice",
        Severity.ERROR,
        Text(f"第{number}行“{label}”重复出现。", f"Row {number}: '{label}' appears twice."),
        Text("请删去一行或先合并。", "Remove or merge one of the two."),
        Citation("sheet", f"row {number}"),
    )
