"""The definitions that go out with a form's workbook: a note at each name, and a sheet to print and read."""

from collections.abc import Sequence

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font
from openpyxl.worksheet.worksheet import Worksheet

_SHEET = "口径"
_HEADS = ("指标", "单位", "口径", "数据来源", "注意")
_WIDTHS = (34, 10, 70, 36, 60)
_NAME = 2  # the column of the form that holds the names
_BY = "填报口径"

Defined = tuple[str, str, str, str, str]


def define_rows(book: Workbook, rows: Sequence[Defined], form: Worksheet, first: int) -> None:
    """Add what each row (name, unit, definition, source, caveat) means: a note at its name, and one sheet for all.

    The form's rows begin at `first`; rows without a definition get no note, and none at all makes no sheet.
    """
    for number, (_, _, definition, source, caveat) in enumerate(rows, start=first):
        if definition:
            said = "\n".join(part for part in (definition, caveat and f"注意：{caveat}", f"来源：{source}") if part)
            form.cell(number, _NAME).comment = Comment(said, _BY, height=30 + 18 * (len(said) // 22 + 3), width=330)
    if any(row[2] for row in rows):
        _sheet(book.create_sheet(_SHEET), rows)


def _sheet(sheet: Worksheet, rows: Sequence[Defined]) -> None:
    for column, (head, width) in enumerate(zip(_HEADS, _WIDTHS, strict=True), start=1):
        cell = sheet.cell(1, column, head)
        cell.font = Font(bold=True)
        sheet.column_dimensions[cell.column_letter].width = width
    for number, row in enumerate(rows, start=2):
        for column, text in enumerate(row, start=1):
            cell = sheet.cell(number, column)
            cell.value, cell.data_type = text, "s"  # never run as a formula
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    sheet.freeze_panes = "B2"
    sheet.print_title_rows = "1:1"
    sheet.protection.sheet = True
    sheet.page_setup.orientation, sheet.page_setup.fitToHeight = "landscape", 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
