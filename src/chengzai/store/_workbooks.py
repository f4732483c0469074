"""Excel and WPS workbooks: the template that goes out, what comes back, and findings written into the same file."""

import datetime as dt
import io
import math
import pickle
import subprocess
import sys
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.cell import Cell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from chengzai.kernel import Text, UserError
from chengzai.store._definitions import define_rows

_HEAD = 4  # the row that names the columns; the cells follow
_KEY, _NAME, _UNIT, _LAST, _YEAR, _VALUE, _MISSING, _NOTE, _TOLD, _BASE = range(1, 11)
_WIDTHS = (14, 42, 10, 14, 14, 16, 16, 34, 52, 6)
_TO_FILL = PatternFill("solid", start_color="FFFBE6")
_WRONG = PatternFill("solid", start_color="FBD5D0")
_DOUBT = PatternFill("solid", start_color="FFE8B3")
_THIN = Border(bottom=Side(style="thin", color="DDDDDD"))
_META = "_承载"
_BIGGEST = 20 * 1024 * 1024
_ROWS, _COLUMNS = 20_000, 300  # more than any form or register of a month; a sheet beyond is no sheet of ours
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r")


class WorkbookUnreadable(UserError):
    """The file is no workbook that can be read."""


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
    """A filled template as read: what it says it is, its cells by key with their row, and formulas found by key."""

    meta: Mapping[str, str]
    cells: Mapping[str, Mapping[str, str]]
    rows: Mapping[str, int]
    formulas: tuple[str, ...]


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
    heads = ("key", "指标", "单位", "上期", "去年同期", "本期数", "缺报原因", "说明", "核对结果", "version")
    for column, head in enumerate(heads, start=1):
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
        cell = _put(sheet.cell(number, column), text)
        cell.border = _THIN
        cell.alignment = Alignment(vertical="center", wrap_text=column in {_NAME, _NOTE})
        if column in {_LAST, _YEAR, _VALUE}:
            cell.alignment = Alignment(horizontal="right", vertical="center")
        if column in {_VALUE, _MISSING, _NOTE}:
            cell.protection, cell.fill = Protection(locked=False), _TO_FILL


def _put(cell: Any, text: str) -> Cell:
    """Set a cell to a number or to text; text that a program would run as a formula stays text."""
    text = ILLEGAL_CHARACTERS_RE.sub("", text)
    plain = text.replace(",", "")
    try:
        number = float(plain) if plain and not plain[0].isalpha() else None
    except ValueError:
        number = None
    if number is not None and (not math.isfinite(number) or "_" in plain):
        number = None
    if number is not None and len(plain) <= 15 and plain[0] not in "+@=":
        cell.value = int(plain) if plain.lstrip("-").isdigit() else number
        cell.number_format = "#,##0" if plain.lstrip("-").isdigit() else "#,##0.######"
    else:
        cell.value = text
        if text.startswith(_DANGEROUS):
            cell.data_type, cell.quotePrefix = "s", True
    return cell


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
    formulas = []
    for number in range(_HEAD + 1, sheet.max_row + 1):
        key = _text(sheet.cell(number, _KEY).value)
        if not key:
            continue
        rows[key] = number
        if any(sheet.cell(number, c).data_type == "f" for c in (_VALUE, _MISSING, _NOTE)):
            formulas.append(key)
        cells[key] = {
            name: _text(values.cell(number, column).value)
            for name, column in (("value", _VALUE), ("missing", _MISSING), ("note", _NOTE), ("version", _BASE))
        }
    return Returned(meta, cells, rows, tuple(formulas))


def write_findings(content: bytes, findings: Mapping[str, Sequence[tuple[str, str]]], *, head: str) -> bytes:
    """Return the same file with each row's findings in its last column, its formulas replaced by their values.

    `findings` holds (severity, words) by key; `head` says in one line what became of the file.
    """
    book, computed = _load(content, values=False), _load(content, values=True)
    sheet, values = book.worksheets[0], computed.worksheets[0]
    _put(sheet.cell(3, _NAME), head).font = Font(bold=True, color="9C2B0E" if findings else "00695C")
    for number in range(_HEAD + 1, sheet.max_row + 1):
        for column in (_VALUE, _MISSING, _NOTE):
            if sheet.cell(number, column).data_type == "f":
                sheet.cell(number, column).value = values.cell(number, column).value
        told = findings.get(_text(sheet.cell(number, _KEY).value), ())
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
        rows, _ = next(iter(read_grids(content).values()))
        for number, row in enumerate(rows, start=1):
            for column, value in enumerate(row, start=1):
                book.worksheets[0].cell(number, column).value = value
    sheet = book.worksheets[0]
    column = sheet.max_column + 1
    _put(sheet.cell(1, column), "核对结果").font = Font(bold=True)
    for number, told in findings.items():
        cell = _put(sheet.cell(number, column), "；".join(told))
        cell.fill = _WRONG
    return _bytes(book)


# Calamine lays a sheet out whole, and a sheet can be two cells at its far ends: it is read apart, with a bound.
_CHILD = """
import pickle, resource, sys
resource.setrlimit(resource.RLIMIT_AS, (3 << 30, 3 << 30))
import io
from python_calamine import CalamineWorkbook
book = CalamineWorkbook.from_filelike(io.BytesIO(sys.stdin.buffer.read()))
found = {}
for name in book.sheet_names:
    sheet = book.get_sheet_by_name(name)
    if sheet.total_height * sheet.total_width > 2_000_000:
        sys.exit(9)
    found[name] = (sheet.to_python(skip_empty_area=False), list(sheet.merged_cell_ranges or []))
pickle.dump(found, sys.stdout.buffer)
"""


def read_grids(content: bytes) -> dict[str, tuple[list[list[object]], list[Any]]]:
    """Return each sheet of any workbook (xlsx, xls, xlsb, ods) as rows, with its merged ranges."""
    check_size(content)
    try:
        done = subprocess.run(  # noqa: S603 -- our own program text, our own interpreter
            [sys.executable, "-c", _CHILD], input=content, capture_output=True, timeout=60, check=False
        )
    except subprocess.TimeoutExpired:
        raise _unreadable() from None
    if done.returncode:
        raise _unreadable()
    found: dict[str, tuple[list[list[object]], list[Any]]] = pickle.loads(done.stdout)  # noqa: S301 -- from that child
    return found


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
            said = str(value if value is not None else "")
            _put(sheet.cell(number, column), said)
            width[column - 1] = max(width[column - 1], _width(said))
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
    if zipfile.is_zipfile(io.BytesIO(content)):
        unpacked = sum(part.file_size for part in zipfile.ZipFile(io.BytesIO(content)).infolist())
        if unpacked > 3 * _BIGGEST:
            raise _unreadable()
    try:
        book = load_workbook(io.BytesIO(content), data_only=values)
    except Exception:  # noqa: BLE001 -- a broken archive fails in as many ways as there are parts in it
        raise _unreadable() from None
    if any(sheet.max_row > _ROWS or sheet.max_column > _COLUMNS for sheet in book.worksheets):
        raise _unreadable()
    return book


def check_size(content: bytes) -> None:
    """Return if a file may be read; raises WorkbookUnreadable for one that is large, or unpacks to what is large."""
    unpacked = 0
    too_large = Text("文件太大（超过 20 MB）；请拆分后再传。", "The file is too large (over 20 MB); split it.")
    if len(content) > _BIGGEST:
        raise WorkbookUnreadable(too_large)
    if zipfile.is_zipfile(io.BytesIO(content)):
        unpacked = sum(part.file_size for part in zipfile.ZipFile(io.BytesIO(content)).infolist())
    if unpacked > 10 * _BIGGEST:
        raise WorkbookUnreadable(too_large)


def _unreadable() -> WorkbookUnreadable:
    return WorkbookUnreadable(
        Text(
            "文件打不开，可能已损坏或不是表格；请另存为 .xlsx 再传。",
            "The file cannot be opened as a workbook; save it as .xlsx and try again.",
        )
    )


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, dt.datetime):
        return value.date().isoformat()
    return str(value).strip()


def _bytes(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
