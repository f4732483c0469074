"""Sheets that people hand in, as rows of text."""

from pathlib import Path

from chengzai.kernel import Text, UserError
from chengzai.store._grids import text_rows


class SheetUnreadable(UserError):
    """The file is not a sheet with the columns that are needed."""


_NEEDED = ("element", "place", "period", "value")


def read_sheet(path: Path) -> list[dict[str, str]]:
    """Return the rows of a text table (UTF-8, UTF-16 or GB 18030; commas, tabs or semicolons) by their heads.

    What stands beyond the last head comes under the head "", so that 3,150 without quotes is found out.
    Raises SheetUnreadable naming what is missing or stands twice.
    """
    if not path.is_file():
        raise SheetUnreadable(Text(f"找不到文件 {path}。", f"{path} does not exist."))
    rows = text_rows(path.read_bytes())
    heads = [head.strip() for head in rows[0]] if rows else []
    missing = [name for name in _NEEDED if name not in heads]
    if missing:
        raise SheetUnreadable(
            Text(
                f"{path.name} 缺少列 {'、'.join(missing)}；首行须为 element,place,period,value。",
                f"{path.name} lacks the columns {', '.join(missing)}; the head must be element,place,period,value.",
            )
        )
    twice = next((head for head in heads if head and heads.count(head) > 1), "")
    if twice:
        raise SheetUnreadable(
            Text(f"{path.name} 有两列“{twice}”；请删去一列。", f"{path.name} has two columns '{twice}'; delete one.")
        )
    return [dict(zip(heads, row, strict=False)) | {"": "、".join(filter(None, row[len(heads) :]))} for row in rows[1:]]
