"""Sheets that people hand in, as rows of text."""

import csv
from pathlib import Path

from chengzai.kernel import Text, UserError


class SheetUnreadable(UserError):
    """The file is not a sheet with the columns that are needed."""


_NEEDED = ("element", "place", "period", "value")


def read_sheet(path: Path) -> list[dict[str, str]]:
    """Return the rows of a CSV sheet (UTF-8 or GB 18030); raises SheetUnreadable naming what is missing."""
    if not path.exists():
        raise SheetUnreadable(Text(f"找不到文件 {path}。", f"{path} does not exist."))
    raw = path.read_bytes()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("gb18030", errors="replace")
    reader = csv.DictReader(text.splitlines())
    missing = [name for name in _NEEDED if name not in (reader.fieldnames or ())]
    if missing:
        raise SheetUnreadable(
            Text(
                f"{path.name} 缺少列 {'、'.join(missing)}；首行须为 element,place,period,value。",
                f"{path.name} lacks the columns {', '.join(missing)}; the head must be element,place,period,value.",
            )
        )
    return [{key: value or "" for key, value in row.items() if isinstance(key, str)} for row in reader]
