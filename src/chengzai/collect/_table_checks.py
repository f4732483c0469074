"""What is looked for in a city's own table besides its numbers: sums, spread cells, hidden parts, another month."""

import re
from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal

from chengzai.collect._grid import WHY, Grid, RawSheet, Spoilt, cell_text, is_day
from chengzai.kernel import Citation, Element, Finding, Period, Severity, Text, in_unit, read_written

_TOTAL = re.compile(
    r"(?:(?:全[国省市州县区镇乡]|本[市县区])(?:合计|总计|小计)?|(?:其中)?(?:合计|小计|总计|共计|总数|平均|均值))[:：]?"
)
_SUBTOTAL = re.compile(r"小计|平均|均值|其中")
# What people write where they have no value; it is not nought.
NO_VALUE = frozenset(
    {"-", "--", "—", "——", "–", "/", "／", "\\", "无", "暂无", "未统计", "未报", "缺", "…", "……", "*", "N/A", "n/a"}
)
_MONTH = re.compile(
    r"(20[0-9]{2})年(?:1[-—–~～至])?0?([0-9]{1,2})月(?![0-9]{1,2}日)|(20[0-9]{2})[-./](0[1-9]|1[0-2])(?![-./0-9])"
)
_MONTH_ALONE = re.compile(r"(?<![0-9年])(?:1[-—–~～至])?(1[0-2]|0?[1-9])月(?:份|$)")
_QUARTER = re.compile(r"(20[0-9]{2})年?(?:第?([一二三四1-4])季度|Q([1-4]))")
_YEAR = re.compile(r"(20[0-9]{2})年(?:度|(?![0-9第]))")


def is_total(label: str) -> bool:
    """Return whether a row's label names a sum of other rows: 合计, 小计, 全市 and the like."""
    return bool(_TOTAL.fullmatch(label))


def column_value(cell: object, unit: str, element: Element, where: str) -> tuple[str, Finding | None]:
    """Return a cell as it would be typed into the form, its column's unit behind it, or why it is no value.

    `unit` is what the sheet says the column is counted in; a unit in the cell itself must be the same.
    """
    problem = _no_value(cell, where)
    written = "" if problem else cell_text(cell)
    parts = read_written(written) if unit else None
    if parts is None:
        return written, problem  # the check of the cell says what is no number
    if parts[1] and in_unit(Decimal(1), parts[1], unit) != 1:
        return "", _finding("collect.two-units", Severity.ERROR, where, f"{written}（列头：{unit}）", *_TWO)
    scale = in_unit(Decimal(1), unit, element.unit)
    if parts[1] or scale is None or scale == 1:
        return written, None
    if unit[:1] in {"万", "亿"} and in_unit(Decimal(1), unit[:1], element.unit) == scale:
        return written + unit[:1], None
    return format(parts[0] * scale, "f"), None


def _no_value(cell: object, where: str) -> Finding | None:
    written = cell_text(cell)
    if isinstance(cell, Spoilt):
        code, message, remedy = WHY[cell.why]
        return _finding(code, Severity.ERROR, where, written, message, remedy)
    if is_day(cell) or isinstance(cell, bool):
        return _finding("collect.day-as-value", Severity.ERROR, where, written, *_DAY)
    if re.sub(r"\s+", "", written) in NO_VALUE:
        return _finding("collect.no-value-mark", Severity.WARNING, where, written, *_MARK)
    return None


_DAY = (
    Text("是日期，不是数", "is a day, no value"),
    Text("单元格被改成了日期格式；请改为“常规”并重填。", "Its format is a date; set it to General and type it again."),
)
_MARK = (
    Text("不是数，也不当作0，未导入", "is no value and not taken for 0"),
    Text("没有数请在网页上选缺报原因；确实是0请填0。", "Say on the web why it is missing; nought is 0."),
)
_TWO = (
    Text("单元格里的单位与列头的不一致", "carries another unit than its column"),
    Text("请只在一处写单位，或写成同一个。", "Write the unit in one place, or the same in both."),
)


def _finding(code: str, severity: Severity, where: str, written: str, message: Text, remedy: Text) -> Finding:
    words = Text(f"{where}：“{written}”{message.zh}。", f"{where}: '{written}' {message.en}.")
    return Finding(code, severity, words, remedy, Citation("sheet", where))


def shared_cells(table: RawSheet, head_rows: int, columns: Collection[int]) -> set[tuple[int, int]]:
    """Return the cells, as (row, column), of merged ranges that spread one value over several rows or columns."""
    found: set[tuple[int, int]] = set()
    for (top, left), (bottom, right) in table.merged:
        over = [c for c in columns if left <= c <= right]
        if bottom >= head_rows and over and (bottom > top or len(over) > 1):
            found |= {(r, c) for r in range(max(top, head_rows), bottom + 1) for c in over}
    return found


def shared_value(label: str, element: Element, number: int) -> Finding:
    """Return the finding of a value that a merged cell gives to more than one unit or element."""
    return Finding(
        "collect.merged-value",
        Severity.ERROR,
        Text(
            f"第{number}行{label}“{element.name}”在合并的单元格里，一个数对着几个单位或几项。",
            f"Row {number}: the value of '{element.code}' stands in a merged cell, over several units or columns.",
        ),
        Text("请取消合并，各填各的数。", "Split the cell and enter each value."),
        Citation("sheet", f"row {number}"),
    )


def total_skipped(label: str, number: int) -> Finding:
    """Return the note that a row of sums was passed over."""
    return Finding(
        "collect.total-row-skipped",
        Severity.NOTE,
        Text(f"第{number}行“{label}”是合计行，未导入。", f"Row {number} is a total and was passed over."),
        Text("合计由系统计算。", "Totals are computed."),
        Citation("sheet", f"row {number}"),
    )


def table_findings(
    table: RawSheet, grid: Grid, head_rows: int, columns: Mapping[int, Element], units: Mapping[int, str]
) -> list[tuple[int, Finding]]:
    """Return what speaks against a table as a whole; `units` holds the labels of the units' rows by number."""
    found = [(head_rows, finding) for finding in _hidden(table, columns, units)]
    for c, element in columns.items():
        found += _sums(grid, head_rows, c, element, units)
        found += [(head_rows, finding) for finding in _shares(table, grid, c, element, units)]
    return found


def _hidden(table: RawSheet, columns: Mapping[int, Element], units: Mapping[int, str]) -> list[Finding]:
    rows = [label for number, label in units.items() if number - 1 in table.hidden_rows]
    names = [element.name for c, element in columns.items() if c in table.hidden_columns]
    whole = ["整张工作表"] if table.hidden else []
    if not (rows or names or whole):
        return []
    what = "、".join([*whole, *rows, *names])
    return [
        Finding(
            "collect.hidden-cells",
            Severity.WARNING,
            Text(f"表中隐藏的部分也读了：{what}。", f"Hidden parts were read too: {what}."),
            Text("请核对隐藏的行列是否应当导入。", "See whether the hidden rows and columns belong."),
            Citation("sheet", ""),
        )
    ]


def _sums(
    grid: Grid, head_rows: int, column: int, element: Element, units: Mapping[int, str]
) -> list[tuple[int, Finding]]:
    """Hold each row of sums against the units' rows; not where a row of somebody else may be part of it."""
    numbers = {n: _number(grid[n - 1], column) for n in range(head_rows + 1, len(grid) + 1)}
    labels = {n: _label(grid[n - 1]) for n in numbers}
    parts = [number for n in units if (number := numbers[n]) is not None]
    others = any(numbers[n] is not None and n not in units and not is_total(labels[n]) for n in numbers)
    if element.over_places != "sum" or others or not parts or len(parts) < len(units):
        return []
    total = sum(parts, Decimal(0))
    return [
        (n, _sum_differs(labels[n], element, number, total))
        for n, number in numbers.items()
        if number is not None
        and n not in units
        and is_total(labels[n])
        and not _SUBTOTAL.search(labels[n])
        and number != total
    ]


def _label(row: Sequence[object]) -> str:
    """Return the label of a row of sums, in whichever column it stands, or nothing."""
    words = (re.sub(r"\s+", "", cell_text(cell)) for cell in row if isinstance(cell, str))
    return next((word for word in words if word), "")


def _number(row: Sequence[object], column: int) -> Decimal | None:
    parts = read_written(cell_text(row[column])) if column < len(row) else None
    return parts[0] if parts and not parts[1] else None


def _sum_differs(label: str, element: Element, written: Decimal, total: Decimal) -> Finding:
    return Finding(
        "collect.total-differs",
        Severity.WARNING,
        Text(
            f"“{element.name}”{label}是 {written:,f}，各行之和是 {total:,f}。",
            f"'{element.code}': the total row says {written:,f}, the rows sum to {total:,f}.",
        ),
        Text("请核对是哪一行填错了，或缺了哪一行。", "Find the row that is wrong or missing."),
        Citation("sheet", element.code),
    )


def _shares(table: RawSheet, grid: Grid, column: int, element: Element, units: Mapping[int, str]) -> list[Finding]:
    """Doubt a column of per cents that all lie between 0 and 1: shares, whose format nobody set or could be seen."""
    if element.unit != "%":
        return []
    numbers = [n for number in units if (n := _number(grid[number - 1], column)) is not None and n != 0]
    if not numbers or not all(abs(n) <= 1 for n in numbers):
        return []
    return [
        Finding(
            "collect.percent-as-share",
            Severity.WARNING if table.sees_formats else Severity.ERROR,
            Text(
                f"“{element.name}”以%计，这一列却都不大于1，像是没有乘100。",
                f"'{element.code}' is in per cent, and no value of the column is above 1.",
            ),
            Text("请写成 85 或 85%；旧格式请另存为 .xlsx。", "Write 85 or 85%; save old formats as .xlsx."),
            Citation("sheet", element.code),
        )
    ]


_AS_OF = re.compile(
    r"截[至止]到?(?:(20[0-9]{2})年)?0?(1[0-2]|[1-9])月(?:[0-9]{1,2}日|底|末)"
    r"|截[至止]到?(20[0-9]{2})[-./]0?(1[0-2]|[1-9])[-./][0-9]{1,2}"
)


def _as_of(words: Sequence[str], period: Period) -> set[str]:
    """Return the periods of the wanted kind in which the days lie that texts give their figures as of."""
    found = set()
    for match in (match for word in words for match in _AS_OF.finditer(word)):
        year, month = int(match[1] or match[3] or period.year), int(match[2] or match[4])
        parts = {"month": f"{year}-{month:02d}", "quarter": f"{year}Q{(month + 2) // 3}"}
        found.add(parts.get(period.frequency, str(year)))
    return found


def _periods_in(words: Sequence[str], period: Period) -> set[str]:
    """Return the periods of the wanted kind that texts name.

    A month without a year is one of the years that stand elsewhere, or else of the wanted year.
    """
    if period.frequency == "month":
        found = {f"{m[1] or m[3]}-{int(m[2] or m[4]):02d}" for word in words for m in _MONTH.finditer(word)}
        years = {m[1] for word in words if (m := _YEAR.match(word))} or {str(period.year)}
        months = {int(m[1]) for word in words for m in _MONTH_ALONE.finditer(word)}
        return found or {f"{year}-{month:02d}" for year in years for month in months}
    if period.frequency == "quarter":
        return {f"{m[1]}Q{_QUARTERS.get(m[2], m[2]) or m[3]}" for word in words for m in _QUARTER.finditer(word)}
    return {m[1] for word in words for m in _YEAR.finditer(word)}


_QUARTERS = {"一": "1", "二": "2", "三": "3", "四": "4"}


def other_period(words: Sequence[str], period: Period) -> Finding | None:
    """Return a warning where a sheet's title or heads name periods, and the one it is taken for is not among them."""
    words = [re.sub(r"\s+", "", word) for word in words]
    named = _as_of(words, period) or _periods_in(words, period)
    own, names = period.text in named, sorted(named)
    if not names or own:
        return None
    return Finding(
        "collect.other-period",
        Severity.WARNING,
        Text(
            f"表里写的是{'、'.join(names)}，要导入的是 {period.text}。",
            f"The sheet names {', '.join(names)}; it is taken for {period.text}.",
        ),
        Text("请核对是不是拿错了表，或选错了期间。", "Is it the right sheet, and the right period?"),
        Citation("sheet", names[0]),
    )
