"""A city's own sheets, whatever their shape: merged heads are filled, columns are mapped once and remembered."""

import hashlib
import re
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from chengzai.kernel import Citation, Element, Finding, Places, Severity, Text, unit_scale

Grid = Sequence[Sequence[object]]
_HEAD_UNIT = re.compile(r"[（(]([^（）()]{1,6})[)）]$")
_KNOWN_UNITS = ("元", "人", "亩", "公里", "吨", "户", "千克", "斤", "平方米", "%")
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
    grid: Grid, mapping: Columns, places: Places, *, mine: Container[str], units: Mapping[str, str]
) -> tuple[dict[str, dict[str, str]], list[tuple[int, Finding]]]:
    """Return the typed values by unit and element, and findings by row number as a spreadsheet counts.

    `places` are all that a row may name, `mine` those the person fills in; `units` the unit of each element.
    Sums (合计, 全市) and rows of others are passed over and said; a unit named twice or unknown is an error.
    A column headed （万元） is counted in 万: its scale goes behind each value, as if it had been typed.
    """
    names = _unit_codes(places)
    scales, found = _scales(grid, mapping, units)
    values: dict[str, dict[str, str]] = {}
    for number, row in enumerate(grid[mapping.head_rows :], start=mapping.head_rows + 1):
        cells = {c: str(row[c]).strip() for c in mapping.columns if c < len(row) and row[c] not in {None, ""}}
        label = _bare(row[mapping.unit_column]) if mapping.unit_column < len(row) else ""
        if not label and not cells:
            continue
        codes = names.get(label, ())
        own = tuple(code for code in codes if code in mine)
        codes = own or codes
        if codes and not own:
            found.append((number, _row_of_others(label, number)))
        elif len(codes) != 1:
            found.append((number, _row_problem(label, len(codes), number)))
        elif codes[0] in values:
            found.append((number, _row_twice(label, number)))
        else:
            values[codes[0]] = {
                mapping.columns[c]: cell.removesuffix(".0") + scales.get(c, "") for c, cell in cells.items()
            }
    return values, found


def _scales(grid: Grid, mapping: Columns, units: Mapping[str, str]) -> tuple[dict[int, str], list[tuple[int, Finding]]]:
    """Return 万 or 亿 of each column whose head names such a unit, and an error where its unit is another one."""
    scales: dict[int, str] = {}
    found: list[tuple[int, Finding]] = []
    named = heads(grid, mapping.head_rows)
    for c, code in mapping.columns.items():
        match = _HEAD_UNIT.search(named[c]) if c < len(named) else None
        if match is None:
            continue
        scale, base = unit_scale(match[1])
        if base and base == units.get(code, ""):
            scales[c] = match[1][: len(match[1]) - len(base)] if scale != 1 else ""
        elif match[1] and base in _KNOWN_UNITS:
            found.append((mapping.head_rows, _head_unit(match[1], units.get(code, ""), c)))
    return scales, found


def _head_unit(written: str, unit: str, column: int) -> Finding:
    return Finding(
        "collect.column-unit",
        Severity.ERROR,
        Text(
            f"第{column + 1}列的单位是“{written}”，这项指标的单位是“{unit or '无'}”。",
            f"Column {column + 1} is in '{written}', the element in '{unit or 'none'}'.",
        ),
        Text("请换算，或把这一列对应到别的指标。", "Convert it, or map the column to another element."),
        Citation("sheet", f"column {column + 1}"),
    )


def _row_of_others(label: str, number: int) -> Finding:
    return Finding(
        "collect.row-of-others",
        Severity.NOTE,
        Text(f"第{number}行“{label}”不在您的填报范围，未导入。", f"Row {number}: '{label}' is not yours; passed over."),
        Text("由该单位自己填报。", "Its own people report it."),
        Citation("sheet", f"row {number}"),
    )


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
