"""Any sheet as it comes, Excel, WPS or text, whatever its code page and separator: read to tables of cells."""

import csv
import io
import pickle
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

from chengzai.collect import RawSheet, Spoilt
from chengzai.kernel import Text, UserError
from chengzai.store._formats import as_shown

_OLD = b"\xd0\xcf\x11\xe0"  # what a file of the old Office begins with
_CHILD = Path(__file__).with_name("_grid_child.py")
_SEPARATORS = ",\t;"
_BIGGEST = 20 * 1024 * 1024


class WorkbookUnreadable(UserError):
    """The file is no workbook or table that can be read."""


def read_grids(content: bytes) -> dict[str, RawSheet]:
    """Return each sheet of a workbook (xlsx, xls, xlsb, ods) or of a text table (CSV, tabs, semicolons) as a table.

    Raises WorkbookUnreadable.
    """
    check_size(content)
    if content[:2] != b"PK" and content[:4] != _OLD:
        return {"CSV": RawSheet(text_rows(content), from_text=True)}
    try:
        done = subprocess.run(  # noqa: S603 -- our own program, our own interpreter
            [sys.executable, str(_CHILD)], input=content, capture_output=True, timeout=60, check=False
        )
    except subprocess.TimeoutExpired:
        raise unreadable() from None
    if done.returncode:
        raise unreadable()
    return {name: _table(sheet) for name, sheet in pickle.loads(done.stdout).items()}  # noqa: S301 -- from that child


def _table(sheet: dict[str, Any]) -> RawSheet:
    rows: list[list[object]] = sheet["rows"]
    for (r, c), code in sheet.get("shown", {}).items():
        cell = rows[r][c] if r < len(rows) and c < len(rows[r]) else ""
        if isinstance(cell, float):
            rows[r][c] = as_shown(cell, code)
    for (r, c), (why, shown) in sheet.get("spoilt", {}).items():
        while len(rows) <= r:
            rows.append([])
        rows[r] += [""] * (c + 1 - len(rows[r]))
        rows[r][c] = Spoilt(why, shown)
    hidden = frozenset(sheet.get("hidden_rows", ())), frozenset(sheet.get("hidden_columns", ()))
    return RawSheet(rows, sheet["merged"], *hidden, hidden=sheet["hidden"], sees_formats=sheet["sees_formats"])


def text_of(raw: bytes) -> str:
    """Return the text in bytes: UTF-8 with or without its mark, UTF-16 with it, or GB 18030.

    Raises WorkbookUnreadable.
    """
    code = "utf-16" if raw[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8-sig"
    for name in (code, "gb18030"):
        try:
            text = raw.decode(name)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise WorkbookUnreadable(
        Text("文字编码认不出来；请另存为 UTF-8 的 CSV 或 .xlsx。", "An unknown code page; save it as UTF-8 or .xlsx.")
    )


def text_rows(raw: bytes) -> list[list[str]]:
    """Return the rows of a text table, its separator the one that parts its first line most.

    Raises WorkbookUnreadable.
    """
    text = text_of(raw)
    head = next((line for line in text.splitlines() if line.strip()), "")
    separator = max(_SEPARATORS, key=head.count)
    try:
        return [list(row) for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator)]
    except csv.Error:
        raise WorkbookUnreadable(
            Text("表格读不懂；请另存为 CSV 或 .xlsx。", "The table cannot be read; save it as CSV or .xlsx.")
        ) from None


def check_size(content: bytes) -> None:
    """Return if a file may be read; raises WorkbookUnreadable for one that is large, or unpacks to what is large."""
    too_large = Text("文件太大（超过 20 MB）；请拆分后再传。", "The file is too large (over 20 MB); split it.")
    if len(content) > _BIGGEST or unpacked_size(content) > 10 * _BIGGEST:
        raise WorkbookUnreadable(too_large)


def unpacked_size(content: bytes) -> int:
    """Return how many bytes an archive unpacks to; nothing for what is none."""
    if not zipfile.is_zipfile(io.BytesIO(content)):
        return 0
    return sum(part.file_size for part in zipfile.ZipFile(io.BytesIO(content)).infolist())


def unreadable() -> WorkbookUnreadable:
    """Return the refusal of a file that cannot be opened as a workbook."""
    return WorkbookUnreadable(
        Text(
            "文件打不开，可能已损坏或不是表格；请另存为 .xlsx 再传。",
            "The file cannot be opened as a workbook; save it as .xlsx and try again.",
        )
    )
