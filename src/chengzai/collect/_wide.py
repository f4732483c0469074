"""A city's own sheets, whatever their shape: merged heads are filled, columns are mapped once and remembered."""

import hashlib
import re
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from chengzai.collect._grid import Grid, RawSheet, cell_text
from chengzai.collect._head_units import column_units
from chengzai.collect._table_checks import (
    column_value,
    is_total,
    shared_cells,
    shared_value,
    table_findings,
    total_skipped,
)
from chengzai.kernel import Citation, Element, Finding, Places, Severity, Text

_ALIKE = 0.6  # a head that holds this much of an element's name is proposed for it; a person decides
_RATIO = re.compile(r"(?:[同环]比|增长率|增[速幅]|增长|占比|比重|比例)[（(]?[%％]?[)）]?$|[（(/／][%％][)）]?$")
_RATIO_UNITS = frozenset({"%", "％", "‰"})  # a column of growth or shares is proposed for no count
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
        words = [re.sub(r"\s+", "", cell_text(row[c])) for row in grid[:head_rows] if c < len(row)]
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
        fitting = [e for e in elements if e.unit in _RATIO_UNITS or not _RATIO.search(head)]
        scored = [(_alike(head, element.name), element.code) for element in fitting]
        best = max(scored, default=(0.0, ""))
        if c != unit_column and best[0] >= _ALIKE and best[1] not in columns.values():
            columns[c] = best[1]
    return Columns(head_rows, unit_column, columns)


def signature(grid: Grid, head_rows: int) -> str:
    """Return what tells sheets of one kind: the hash of their heads without figures and dates."""
    words = [re.sub(r"\d+", "", head) for head in heads(grid, head_rows)]
    return hashlib.sha256("|".join(words).encode()).hexdigest()[:16]


def read_wide(
    table: RawSheet, mapping: Columns, places: Places, *, mine: Container[str], elements: Mapping[str, Element]
) -> tuple[dict[str, dict[str, str]], list[tuple[int, Finding]]]:
    """Return the typed values by unit and element, and findings by row number as a spreadsheet counts.

    `places` are all that a row may name, `mine` those the person fills in; `elements` what each column holds.
    Sums (合计, 全市) are held against the rows, rows of others are passed over, and both are said.
    A column counted in 万元 by its head or the table's has 万 put behind each value, as if it had been typed.
    What is no value (an error, a formula without one, a day, a cell over two units) is a finding and is not taken.
    """
    grid = filled(table.rows, table.merged)
    columns = {c: elements[code] for c, code in mapping.columns.items()}
    units = column_units(grid, mapping.head_rows, columns)
    rows, found = _rows_of_units(grid, mapping, places, mine)
    found += [(mapping.head_rows, finding) for finding in units.findings]
    found += table_findings(table, grid, mapping.head_rows, columns, {n: label for n, (label, _) in rows.items()})
    shared = shared_cells(table, mapping.head_rows, list(columns))
    values: dict[str, dict[str, str]] = {}
    named = max((c + 1 for c, head in enumerate(heads(grid, mapping.head_rows)) if head), default=0)
    for number, (label, code) in rows.items():
        row = grid[number - 1]
        surplus = "、".join(filter(None, map(cell_text, row[named:]))) if table.from_text else ""
        if surplus:
            found.append((number, _too_many_cells(label, surplus, number)))
            continue
        for c, element in columns.items():
            cell = row[c] if c < len(row) else ""
            if (number - 1, c) in shared:
                found.append((number, shared_value(label, element, number)))
                continue
            written, problem = column_value(cell, units.written.get(c, ""), element, f"{label}“{element.name}”")
            if problem:
                found.append((number, problem))
            elif written and code:
                values.setdefault(code, {})[element.code] = written
    return values, sorted(found, key=lambda entry: entry[0])


def unit_rows(table: RawSheet, mapping: Columns, places: Places, *, mine: Container[str]) -> dict[str, int]:
    """Return the row of each unit in a sheet, numbered as a spreadsheet counts."""
    rows, _ = _rows_of_units(filled(table.rows, table.merged), mapping, places, mine)
    return {code: number for number, (_, code) in rows.items()}


def _rows_of_units(
    grid: Grid, mapping: Columns, places: Places, mine: Container[str]
) -> tuple[dict[int, tuple[str, str]], list[tuple[int, Finding]]]:
    """Return the label and the unit of each row by its number, and what is wrong with the other rows."""
    names = _unit_codes(places)
    rows: dict[int, tuple[str, str]] = {}
    found: list[tuple[int, Finding]] = []
    for number, row in enumerate(grid[mapping.head_rows :], start=mapping.head_rows + 1):
        holds = any(cell_text(row[c]) for c in mapping.columns if c < len(row))
        label = _bare(row[mapping.unit_column]) if mapping.unit_column < len(row) else ""
        codes = names.get(label, ())
        own = tuple(code for code in codes if code in mine)
        codes = own or codes
        if is_total(label):
            found += [(number, total_skipped(label, number))] if holds else []
        elif not codes and not holds:
            continue  # a note under the table, or a row of nothing
        elif codes and not own:
            found.append((number, _row_of_others(label, number)))
        elif len(codes) != 1:
            found.append((number, _row_problem(label, len(codes), number)))
        elif any(code == codes[0] for _, code in rows.values()):
            found.append((number, _row_twice(label, number)))
        else:
            rows[number] = label, codes[0]
            found += [(number, _name_of_several(label, number))] if len(names[label]) > 1 else []
    return rows, found


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
    return re.sub(r"\s+", "", cell_text(cell))


def _alike(head: str, name: str) -> float:
    """Return the share of a name's pairs of neighbouring characters that a head holds; titles above do not count."""
    a = {head[i : i + 2] for i in range(len(head) - 1)}
    b = {name[i : i + 2] for i in range(len(name) - 1)}
    return len(a & b) / len(b) if b else 0.0


def _row_problem(label: str, matches: int, number: int) -> Finding:
    if not label:
        return Finding(
            "collect.row-without-unit",
            Severity.ERROR,
            Text(f"第{number}行有数，但没写单位。", f"Row {number} holds values and names no unit."),
            Text("请补上单位名称，或删去这一行。", "Name its unit, or delete the row."),
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


def _name_of_several(label: str, number: int) -> Finding:
    return Finding(
        "collect.unit-of-several",
        Severity.WARNING,
        Text(
            f"第{number}行“{label}”在全市不止一个，按您填报范围内的那个读。",
            f"Row {number}: several units are named '{label}'; it is read as the one that is yours.",
        ),
        Text("请核对这一行是不是本单位的；拿不准请写代码。", "Is the row yours? If in doubt, write its code."),
        Citation("sheet", f"row {number}"),
    )


def _too_many_cells(label: str, surplus: str, number: int) -> Finding:
    return Finding(
        "collect.too-many-cells",
        Severity.ERROR,
        Text(
            f"第{number}行“{label}”比表头多出“{surplus}”，可能是数里的逗号把一格分成了两格。",
            f"Row {number}: '{label}' has more cells than the head ({surplus}); a comma may have parted a number.",
        ),
        Text("数里的逗号请去掉，或给整格加引号。", "Leave commas out of numbers, or quote the cell."),
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
