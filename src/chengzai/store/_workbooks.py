"""Excel and WPS workbooks: the template that goes out, what comes back, and findings written into the same file."""

import io
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.cell import Cell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from chengzai.collect import Spoilt, cell_text
from chengzai.kernel import Text, read_written
from chengzai.store._definitions import define_rows
from chengzai.store._formats import as_shown
from chengzai.store._grids import WorkbookUnreadable, check_size, read_grids, unpacked_size, unreadable

_HEAD = 4  # the row that names the columns; the cells follow
_KEY, _NAME, _UNIT, _LAST, _YEAR, _VALUE, _MISSING, _NOTE, _TOLD, _BASE = range(1, 11)
_HEADS = ("key", "指标", "单位", "上期", "去年同期", "本期数", "缺报原因", "说明", "核对结果", "version")
_WIDTHS = (14, 42, 10, 14, 14, 16, 16, 34, 52, 6)
_TO_FILL = PatternFill("solid", start_color="FFFBE6")
_WRONG = PatternFill("solid", start_color="FBD5D0")
_DOUBT = PatternFill("solid", start_color="FFE8B3")
_THIN = Border(bottom=Side(style="thin", color="DDDDDD"))
_META = "_承载"
_UNPACKED = 60 * 1024 * 1024
_ROWS, _COLUMNS = 20_000, 300  # more than any form or register of a month; a sheet beyond is no sheet of ours
_DIGITS = 15  # beyond them a program rounds
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class TemplateRow:
    """One row of a template: the key, what it is called, its unit, the past beside it, and what is filled in."""

    key: str
    name: str
    unit: str
    last: str = ""
    last_year: str = ""
    value: str = ""
    missing: str = ""
    note: str = ""
    version: int = 0
    definition: str = ""
    source: str = ""
    caveat: str = ""


@dataclass(frozen=True, slots=True)
class Returned:
    """A filled template as read: what it says it is, its cells by key with their row, and formulas found by key.

    `cells` hold the name and unit that stand beside the key too, for a person goes by these. `twice` are keys that
    stand in several rows, `nameless` the rows that hold a value and no key, `heads` the heads that were changed.
    """

    meta: Mapping[str, str]
    cells: Mapping[str, Mapping[str, str]]
    rows: Mapping[str, int]
    formulas: tuple[str, ...]
    twice: tuple[str, ...] = ()
    nameless: tuple[int, ...] = ()
    heads: tuple[str, ...] = ()


def write_template(
    rows: Sequence[TemplateRow], *, title: str, told: str, meta: Mapping[str, str], choices: Mapping[str, str]
) -> bytes:
    """Return a workbook to fill in: locked heads, a hidden key column, units, drop-downs, and its own identity.

    `choices` are the reasons for a missing value by their key; `told` stands under the title.
    """
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)  # noqa: S101 -- a new workbook has one
    sheet.title = title[:31].translate(str.maketrans("[]:*?/\\", "（）：·？·、"))
    _put(sheet.cell(1, _NAME), title).font = Font(bold=True, size=14)
    _put(sheet.cell(2, _NAME), told).font = Font(color="666666")
    for column, head in enumerate(_HEADS, start=1):
        cell = _put(sheet.cell(_HEAD, column), head)
        cell.font, cell.border = Font(bold=True), Border(bottom=Side(style="medium"))
        sheet.column_dimensions[cell.column_letter].width = _WIDTHS[column - 1]
    for number, row in enumerate(rows, start=_HEAD + 1):
        _row(sheet, number, row)
    last = _HEAD + max(len(rows), 1)
    reasons = DataValidation(type="list", formula1='"' + ",".join(choices.values()) + '"', allow_blank=True)
    reasons.add(f"G{_HEAD + 1}:G{last}")
    sheet.add_data_validation(reasons)
    sheet.column_dimensions["A"].hidden = sheet.column_dimensions["J"].hidden = True
    sheet.freeze_panes = sheet.cell(_HEAD + 1, _UNIT)
    sheet.protection.sheet = True
    sheet.protection.formatColumns = sheet.protection.formatRows = False
    sheet.page_setup.orientation, sheet.page_setup.fitToHeight = "landscape", 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    define_rows(book, [(row.name, row.unit, row.definition, row.source, row.caveat) for row in rows], sheet, _HEAD + 1)
    hidden = book.create_sheet(_META)
    for number, (key, value) in enumerate(meta.items(), start=1):
        _put(hidden.cell(number, 1), key)
        _put(hidden.cell(number, 2), value)
    hidden.sheet_state = "veryHidden"
    return _bytes(book)


def _row(sheet: Worksheet, number: int, row: TemplateRow) -> None:
    texts = (row.key, row.name, row.unit, row.last, row.last_year, row.value, row.missing, row.note)
    sheet.cell(number, _BASE).value = row.version
    for column, text in enumerate(texts, start=1):
        cell = _put(sheet.cell(number, column), _amount(text) if column in {_LAST, _YEAR, _VALUE} else text)
        cell.border = _THIN
        cell.alignment = Alignment(vertical="center", wrap_text=column in {_NAME, _NOTE})
        if column in {_LAST, _YEAR, _VALUE}:
            cell.alignment = Alignment(horizontal="right", vertical="center")
        if column == _NOTE:
            cell.number_format = "@"  # 0571 and 1-2 stay what was typed
        if column in {_VALUE, _MISSING, _NOTE}:
            cell.protection, cell.fill = Protection(locked=False), _TO_FILL


def _put(cell: Any, value: object) -> Cell:
    """Set a cell: a number where it is one, else text as it stands, be it 0012 or what would run as a formula."""
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool) and math.isfinite(value):
        cell.value = value
        cell.number_format = "#,##0" if value == int(value) else "#,##0.######"
        return cell
    text = ILLEGAL_CHARACTERS_RE.sub("", str("" if value is None else value))
    cell.value, cell.data_type = text, "s"
    if text.startswith(_DANGEROUS):
        cell.quotePrefix = True
    if read_written(text):
        cell.number_format = "@"  # else the next person who touches the cell makes a number of it
    return cell


def _amount(text: str) -> object:
    """Return a number as the form shows it, as a number; anything else stays as it was typed."""
    read = read_written(text)
    return read[0] if read and not read[1] and len(read[0].as_tuple().digits) <= _DIGITS else text


def read_template(content: bytes) -> Returned:
    """Return what a filled template holds; raises WorkbookUnreadable if it is none of ours.

    A formula is never kept: the value that the office program computed stands in its place, and it is said.
    """
    typed, computed = _load(content, values=False), _load(content, values=True)
    if _META not in typed.sheetnames:
        raise WorkbookUnreadable(
            Text(
                "这不是本系统下载的填报表；请先下载本期模板，或用“导入已有表格”。",
                "This is no template from here; download this period's, or use the import of existing sheets.",
            )
        )
    meta = {str(a.value): str(b.value or "") for a, b in typed[_META].iter_rows(max_col=2)}
    sheet, values = typed.worksheets[0], computed.worksheets[0]
    cells: dict[str, dict[str, str]] = {}
    rows: dict[str, int] = {}
    formulas: list[str] = []
    twice: list[str] = []
    nameless: list[int] = []
    for number in range(_HEAD + 1, sheet.max_row + 1):
        key = _text(sheet.cell(number, _KEY))
        if not key:
            nameless += [number] if _text(sheet.cell(number, _VALUE)) else []
            continue
        twice += [key] if key in rows else []
        rows[key] = number
        if any(sheet.cell(number, c).data_type == "f" for c in (_VALUE, _MISSING, _NOTE)):
            formulas.append(key)
        cells[key] = {name: _text(values.cell(number, column)) for name, column in _READ}
    heads = [_text(sheet.cell(_HEAD, column)) for column in range(1, _TOLD)]
    changed = [f"{old}→{new or '空'}" for old, new in zip(_HEADS, heads, strict=False) if old != new]
    return Returned(meta, cells, rows, tuple(formulas), tuple(dict.fromkeys(twice)), tuple(nameless), tuple(changed))


_READ = (
    ("name", _NAME),
    ("unit", _UNIT),
    ("value", _VALUE),
    ("missing", _MISSING),
    ("note", _NOTE),
    ("version", _BASE),
)


def write_findings(content: bytes, findings: Mapping[str, Sequence[tuple[str, str]]], *, head: str) -> bytes:
    """Return the same file with each row's findings in its last column, its formulas replaced by their values.

    `findings` holds (severity, words) by key; `head` says in one line what became of the file.
    """
    book, computed = _load(content, values=False), _load(content, values=True)
    sheet, values = book.worksheets[0], computed.worksheets[0]
    for area in list(sheet.merged_cells.ranges):
        sheet.unmerge_cells(str(area))  # the template has none, and a cell that is merged away takes no finding
    _put(sheet.cell(3, _NAME), head).font = Font(bold=True, color="9C2B0E" if findings else "00695C")
    for number in range(_HEAD + 1, sheet.max_row + 1):
        for column in (_VALUE, _MISSING, _NOTE):
            if sheet.cell(number, column).data_type == "f":
                sheet.cell(number, column).value = values.cell(number, column).value
        told = findings.get(_text(sheet.cell(number, _KEY)), ())
        cell = _put(sheet.cell(number, _TOLD), "；".join(words for _, words in told))
        cell.alignment = Alignment(wrap_text=True, vertical="center")
        if told:
            wrong = any(severity == "error" for severity, _ in told)
            sheet.cell(number, _VALUE).fill = cell.fill = _WRONG if wrong else _DOUBT
    return _bytes(book)


def write_findings_by_row(content: bytes, findings: Mapping[int, Sequence[str]]) -> bytes:
    """Return any sheet with its findings in a new last column; an old format comes back as .xlsx."""
    try:
        book = _load(content, values=True)
    except WorkbookUnreadable:
        book = Workbook()
        for number, row in enumerate(next(iter(read_grids(content).values())).rows, start=1):
            for column, value in enumerate(row, start=1):
                _put(book.worksheets[0].cell(number, column), value if isinstance(value, float) else cell_text(value))
    sheet = book.worksheets[0]
    column = sheet.max_column + 1
    _put(sheet.cell(1, column), "核对结果").font = Font(bold=True)
    for number, told in findings.items():
        cell = _put(sheet.cell(number, column), "；".join(told))
        cell.fill = _WRONG
    return _bytes(book)


def write_table(title: str, heads: Sequence[str], rows: Iterable[Sequence[object]], *, mark: str = "") -> bytes:
    """Return a plain table as a workbook; a marked one says so above its head."""
    return write_tables([(title, heads, rows)], mark=mark)


def write_tables(tables: Iterable[tuple[str, Sequence[str], Iterable[Sequence[object]]]], *, mark: str = "") -> bytes:
    """Return plain tables (title, heads, rows) as the sheets of a workbook; in a marked one each says so."""
    book = Workbook()
    book.remove(book.active)
    for title, heads, rows in tables:
        sheet = book.create_sheet(title[:31].translate(str.maketrans("[]:*?/\\", "（）：·？·、")))
        _table(sheet, heads, rows, mark)
    return _bytes(book)


def _table(sheet: Worksheet, heads: Sequence[str], rows: Iterable[Sequence[object]], mark: str) -> None:
    start = 1
    if mark:
        _put(sheet.cell(1, 1), mark).font = Font(bold=True, color="B7791F")
        start = 2
    width = [_width(head) for head in heads]
    for column, head in enumerate(heads, start=1):
        _put(sheet.cell(start, column), head).font = Font(bold=True)
    for number, row in enumerate(rows, start=start + 1):
        for column, value in enumerate(row, start=1):
            _put(sheet.cell(number, column), value)
            width[column - 1] = max(width[column - 1], _width("" if value is None else str(value)))
    for column, most in enumerate(width, start=1):
        sheet.column_dimensions[sheet.cell(start, column).column_letter].width = max(8, min(44, most + 2))
    sheet.freeze_panes = sheet.cell(start + 1, 1)
    sheet.print_title_rows = f"1:{start}"  # the mark too, on every page
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_setup.fitToHeight = 0  # as many pages as it takes, each as wide as the table


def _width(said: str) -> int:
    """Return how many columns of a terminal a text takes: Chinese characters two."""
    return sum(2 if ord(letter) > _LATIN else 1 for letter in said)


_LATIN = 0x2E7F  # beyond it characters are wide


def _load(content: bytes, *, values: bool) -> Workbook:
    check_size(content)
    if unpacked_size(content) > _UNPACKED:
        raise unreadable()
    try:
        book = load_workbook(io.BytesIO(content), data_only=values)
    except Exception:  # noqa: BLE001 -- a broken archive fails in as many ways as there are parts in it
        raise unreadable() from None
    if any(sheet.max_row > _ROWS or sheet.max_column > _COLUMNS for sheet in book.worksheets):
        raise unreadable()
    return book


def _text(cell: Any) -> str:
    """Return a cell as it is seen: 85% for 0.85 under 0%; where a format hides digits, so that no number is read."""
    value = cell.value
    if isinstance(value, int | float) and not isinstance(value, bool):
        value = as_shown(float(value), cell.number_format)
    return f"{value}（单元格格式改变了位数）" if isinstance(value, Spoilt) else cell_text(value)


def _bytes(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
