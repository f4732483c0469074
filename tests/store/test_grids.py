"""Any sheet as it comes: what people see in a cell, what it cannot give, code pages and separators."""

import io

import pytest
from openpyxl import Workbook

from chengzai.collect import Spoilt
from chengzai.store import WorkbookUnreadable, read_grids, read_sheet, write_table
from chengzai.store._formats import as_shown


def table(*cells, spoil=None):
    """Return the table of a workbook with a row of (value, number format) cells."""
    book = Workbook()
    for column, (value, code) in enumerate(cells, start=1):
        cell = book.active.cell(1, column)
        cell.value, cell.number_format = value, code
    if spoil:
        spoil(book)
    out = io.BytesIO()
    book.save(out)
    return next(iter(read_grids(out.getvalue()).values()))


@pytest.mark.parametrize(
    ("value", "code", "shown"),
    [
        (0.85, "0%", "85%"), (0.8567, "0.00%", "85.67%"), (1, "0%", "100%"), (-0.05, "0%;[Red]-0%", "-5%"),
        (85, "General", 85.0), (85, "0.00", 85.0), (1200, "#,##0", 1200.0),
        (1200, "#,##0.00_ ;[Red]-#,##0.00\\ ", 1200.0),
        (3150, '0"万元"', "3150万元"), (80, '0"个"', "80个"), (3150, '"¥"#,##0.00', 3150.0),
        (12, 'G/通用格式"亩"', "12亩"),
        (3150, "#,##0.00_);(#,##0.00)", 3150.0), (0, '_ * #,##0_ ;_ * "-"_ ;_ @_ ', 0.0), (1.2e9, "0.00E+00", 1.2e9),
        (31500000, "0!.0,", Spoilt("scaled", "31500000")), (31500000, "#,##0,", Spoilt("scaled", "31500000")),
        (31500000, '0"."0,', Spoilt("scaled", "31500000")), (0.1 + 0.2, "0%", "30%"),
        (12345, '0!.0000"万元"', Spoilt("scaled", "12345")), (12345, '0"."0000"万元"', Spoilt("scaled", "12345")),
        (12345, '0\\.0000"万元"', Spoilt("scaled", "12345")), (5, '[<10]0"万";0"元"', Spoilt("scaled", "5")),
        (85, '[<=1]0%;0"%"', Spoilt("scaled", "85")), (12345, '"1."0', Spoilt("scaled", "12345")),
        (3150, "0.0[$万元]", "3150万元"), (-3, '0"户";-0"户"', "-3户"), (5, '"有"', Spoilt("scaled", "5")),
        (5, "[$¥-804]#,##0.00;[Red]-0.00", 5.0),
    ],
)  # fmt: skip
def test_a_number_is_read_as_its_format_shows_it(value, code, shown):
    assert as_shown(float(value), code) == shown
    assert table((value, code)).rows[0][0] == shown


def test_errors_and_formulas_without_a_value_stand_in_their_cells():
    read = table((3, "General"), ("#DIV/0!", "General"), ("=40+40", "General"))

    assert list(read.rows[0]) == [3.0, Spoilt("error", "#DIV/0!"), Spoilt("formula", "=40+40")]


def test_hidden_rows_columns_and_sheets_are_known():
    def hide(book):
        book.active.cell(3, 2).value = 5
        book.active.row_dimensions[3].hidden = True
        book.active.column_dimensions["B"].hidden = True
        book.create_sheet("藏").sheet_state = "hidden"

    out = table((1, "General"), spoil=hide)

    assert (out.hidden_rows, out.hidden_columns, out.hidden) == ({2}, {1}, False)


def test_a_hidden_sheet_says_so():
    book = Workbook()
    book.create_sheet("藏").sheet_state = "hidden"
    out = io.BytesIO()
    book.save(out)

    assert [sheet.hidden for sheet in read_grids(out.getvalue()).values()] == [False, True]


@pytest.mark.parametrize("code", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("separator", [",", "\t", ";"])
def test_text_tables_of_any_code_page_and_separator_are_read(code, separator):
    text = separator.join(["单位", "数"]) + "\r\n" + separator.join(["江山市", '"1,200"']) + "\r\n"

    assert next(iter(read_grids(text.encode(code)).values())).rows == [["单位", "数"], ["江山市", "1,200"]]


@pytest.mark.parametrize("raw", [b"\x00\x01\x02\xff", b"\xff\xff\xff", "数".encode("utf-16-le") + b"a\x00"])
def test_bytes_of_no_known_code_page_are_refused_in_words(raw):
    with pytest.raises(WorkbookUnreadable, match="编码"):
        read_grids(raw)


def test_what_is_text_stays_text_in_a_download_and_comes_back_as_it_was():
    out = write_table("表", ["编号", "区号", "数"], [["0012", "0571", 12], ["1-2", "=1+1", 3.5]])

    assert next(iter(read_grids(out).values())).rows == [
        ["编号", "区号", "数"], ["0012", "0571", 12.0], ["1-2", "=1+1", 3.5],
    ]  # fmt: skip


def test_a_cell_beyond_the_head_is_not_dropped(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("element,place,period,value\na,10,2026-11,3,150\n", encoding="utf-8")

    assert read_sheet(path)[0] == {"element": "a", "place": "10", "period": "2026-11", "value": "3", "": "150"}
