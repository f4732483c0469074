"""Entries of registers as they are typed or brought in a sheet: each finding stands at its field and row."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from chengzai.collect._cells import day_of, read_value
from chengzai.collect._grid import WHY, RawSheet, Spoilt, cell_text
from chengzai.collect._registers import Field, Register, day_from
from chengzai.collect._sheet import Content
from chengzai.collect._table_checks import is_total
from chengzai.kernel import Citation, Finding, Places, Severity, Text


def check_entry(
    register: Register, content: Content, places: Places, unit: str, *, today: dt.date | None = None
) -> list[Finding]:
    """Return what keeps an entry from being handed in, each finding at its field; nothing was done after `today`."""
    found = []
    done = day_of(content.get(register.done_field, ""))
    if today is not None and done is not None and done > today:
        found.append(
            Finding(
                "collect.register-future",
                Severity.ERROR,
                Text(f"日期 {done} 还没到", f"The day {done} has not come"),
                Text("到了那一天再填；还没有的请留空。", "Enter the day once it has come."),
                Citation(register.id, register.done_field),
            )
        )
    for field in register.fields:
        written = str(content.get(field.id, "")).strip()
        problem = _field_problem(field, written, places, unit)
        if problem:
            found.append(
                Finding(
                    "collect.register-field",
                    Severity.ERROR,
                    Text(f"“{field.name.zh}”：{problem.zh}", f"{field.name.en}: {problem.en}"),
                    Text("请改正后再保存。", "Correct it, then save."),
                    Citation(register.id, field.id),
                )
            )
    found += count_findings(register, content)
    lon, lat = str(content.get("lon", "")).strip(), str(content.get("lat", "")).strip()
    if (lon or lat) and not _is_point(lon, lat):
        found.append(
            Finding(
                "collect.register-point",
                Severity.ERROR,
                Text("坐标不是经纬度（经度 73—136，纬度 3—54）", "The point is no longitude and latitude of China"),
                Text("请在地图上点选，或两格都留空。", "Click the map, or leave both empty."),
                Citation(register.id, "lon"),
            )
        )
    return found


def _kept_out(register: Register, content: Content) -> list[Finding]:
    """Return why an entry whose state counts is kept out by a threshold: the field is empty, or not reached."""
    names = {field.id: field.name for field in register.fields}
    found = []
    for count in register.counts:
        limit = count.threshold
        if limit is None or content.get("struck") or (count.when and content.get(count.when) not in count.among):
            continue
        met, name = limit.met(content), names[limit.field]
        if met:
            continue
        said = Text(
            f"“{name.zh}”没有填，不知道是否{limit.words.zh}，不计数"
            if met is None
            else f"“{name.zh}”应{limit.words.zh}，这一条不到，不计数",
            f"'{name.en}' is empty: not counted"
            if met is None
            else f"'{name.en}' must be {limit.words.en}: not counted",
        )
        remedy = Text(
            "请核对后填写；达不到的请删去，或登记到别的台账。",
            "Check and enter it; strike what does not reach it, or enter it in another register.",
        )
        found.append(
            Finding(
                "collect.register-below-threshold", Severity.ERROR, said, remedy, Citation(register.id, limit.field)
            )
        )
    return found


def count_findings(register: Register, content: Content) -> list[Finding]:
    """Return what keeps an entry from being counted though its state says that it counts: no date, or no amount.

    Below its register's threshold it is not counted either. Such an entry would count nought for ever, and nobody
    would be told.
    """
    return [*_without_day_or_amount(register, content), *_kept_out(register, content)]


def early_findings(register: Register, content: Content) -> list[Finding]:
    """Return a warning where an entry was done before its register began, so that no month counts it.

    It stays an entry: a facility stands and serves whenever it was built.
    """
    states = [c for c in register.counts if not c.when or content.get(c.when) in c.among]
    done = day_of(content.get(register.done_field, ""))
    if content.get("struck") or done is None or not states or not all(count.flow for count in states):
        return []
    first = min(day_from(register, count.flow) for count in states)
    if done >= first:
        return []
    return [
        Finding(
            "collect.register-before-since",
            Severity.WARNING,
            Text(
                f"{done} 建成，早于本台账起算的 {first}，不计入任何一个月的数",
                f"It was done on {done}, before {first} from which this register counts: it counts in no month",
            ),
            Text(
                "请核对日期；属实的，当时的数由当月月报填报，这里只作登记。",
                "Check the day; if it is true, the month's own report holds it, and it is only listed here.",
            ),
            Citation(register.id, register.done_field),
        )
    ]


def _without_day_or_amount(register: Register, content: Content) -> list[Finding]:
    states = [count for count in register.counts if count.when and content.get(count.when) in count.among]
    if content.get("struck") or not states:
        return []
    names = {field.id: field.name for field in register.fields}
    needed = [register.done_field, *(count.field for count in states if count.field)]
    state = str(content.get(states[0].when, ""))
    return [
        Finding(
            "collect.register-uncounted",
            Severity.ERROR,
            Text(
                f"进展为“{state}”，“{names[name].zh}”却空着，计不进任何一个月",
                f"It stands at '{state}' and '{names[name].en}' is empty: it counts in no month",
            ),
            Text(f"请补上“{names[name].zh}”；还没到的请改进展。", "Enter it, or correct the state."),
            Citation(register.id, name),
        )
        for name in dict.fromkeys(needed)
        if not str(content.get(name, "")).strip()
    ]


def _field_problem(field: Field, written: str, places: Places, unit: str) -> Text | None:
    if not written:
        return Text("必填", "required") if field.required else None
    if field.kind == "number":
        return _number_problem(written, field.unit)
    if field.kind == "date" and day_of(written) is None:
        return Text(f"“{written}”不是日期，写作 2026-10-31", f"'{written}' is no day such as 2026-10-31")
    if field.kind == "choice" and written not in field.choices:
        return Text(f"应为 {'、'.join(field.choices)} 之一", f"one of {', '.join(field.choices)}")
    if field.kind == "place" and not places.is_under(written, unit):
        return Text("不在本单位范围内", "not within this unit")
    return None


def _number_problem(written: str, unit: str) -> Text | None:
    value = read_value(written, unit)
    if value is None:
        return Text(f"“{written}”不是数", f"'{written}' is no number")
    return Text(f"“{written}”小于0，数量不能为负", f"'{written}' is below nought") if value < 0 else None


def _is_point(lon: str, lat: str) -> bool:
    x, y = read_value(lon, ""), read_value(lat, "")
    return x is not None and y is not None and 73 <= x <= 136 and 3 <= y <= 54


def read_entries(
    register: Register,
    table: Sequence[Sequence[object]],
    places: Places,
    unit: str,
    *,
    today: dt.date | None = None,
) -> tuple[dict[int, dict[str, Any]], list[tuple[int, Finding]]]:
    """Return the entries of a sheet whose first row holds the fields' names, and findings, both by row number.

    Columns that no field is named after are said once; nothing of a sheet with errors is taken.
    """
    heads = [cell_text(cell) for cell in table[0]] if table else []
    by_name = {field.name.zh: field for field in register.fields} | {field.id: field for field in register.fields}
    by_name |= {"经度": Field("lon", Text("经度", "longitude"), "number")}
    by_name |= {"纬度": Field("lat", Text("纬度", "latitude"), "number")}
    found: list[tuple[int, Finding]] = []
    strange = [head for head in heads if head and head not in by_name]
    twice = [head for head in heads if head and heads.count(head) > 1]
    if strange or twice or register.name_field not in {by_name[h].id for h in heads if h in by_name}:
        found.append((1, _head_problem(register, strange or twice)))
        return {}, found
    entries: dict[int, dict[str, Any]] = {}
    for number, row in enumerate(table[1:], start=2):
        cells = {by_name[h].id: c for h, c in zip(heads, row, strict=False) if h}
        if not any(cell_text(cell) for cell in row):
            continue
        entries[number] = {name: cell_text(cell) for name, cell in cells.items()}
        problems = [_spoilt(register, by_name, name, cell) for name, cell in cells.items() if isinstance(cell, Spoilt)]
        names = [cell_text(cell) for cell in row if isinstance(cell, str)]
        if any(is_total("".join(name.split())) for name in names):
            problems.append(_total(register))
        if any(cell_text(cell) for cell in row[len(heads) :]):
            problems.append(_head_problem(register, ["（没有列名的一列）"]))
        problems = problems or check_entry(register, entries[number], places, unit, today=today)
        found += [(number, problem) for problem in problems]
    return entries, found


def sheet_findings(register: Register, tables: Mapping[str, RawSheet]) -> list[tuple[int, Finding]]:
    """Return what of a workbook would go unseen: rows of sheets after the first, and what is hidden in it, by row."""
    whole = list(tables.items())
    others = [
        title
        for title, table in whole[1:]
        if not table.hidden and any(cell_text(cell) for row in table.rows for cell in row)
    ]
    found: list[tuple[int, Finding]] = []
    if others:
        said = Text(
            f"只读第一张工作表，“{'、'.join(others)}”里也有内容。",
            f"Only the first sheet is read; there are rows in {', '.join(others)} too.",
        )
        remedy = Text("请合并到第一张，或分别导入；不用的请删去。", "Merge them into one, or bring each in alone.")
        found.append((1, _of_sheet(register, "collect.other-sheets", said, remedy)))
    first = whole[0][1] if whole else RawSheet(())
    for row in sorted(first.hidden_rows):
        if row < len(first.rows) and any(cell_text(cell) for cell in first.rows[row]):
            said = Text(f"第{row + 1}行是隐藏的，却有内容。", f"Row {row + 1} is hidden and holds something.")
            found.append((row + 1, _of_sheet(register, "collect.hidden-cells", said, _SHOW)))
    columns = [c for c in sorted(first.hidden_columns) if any(c < len(r) and cell_text(r[c]) for r in first.rows)]
    if columns:
        names = "、".join(str(c + 1) for c in columns)
        said = Text(f"第{names}列是隐藏的，却有内容。", f"Columns {names} are hidden and hold something.")
        found.append((1, _of_sheet(register, "collect.hidden-cells", said, _SHOW)))
    return found


_SHOW = Text("请取消隐藏核对；不要的请删去。", "Unhide and check them; delete what does not belong.")


def _total(register: Register) -> Finding:
    said = Text("这是合计行，不是一条记录。", "This is a row of sums and no entry.")
    remedy = Text("请删去；合计由系统计算。", "Delete it; totals are computed.")
    return _of_sheet(register, "collect.total-row", said, remedy)


def _of_sheet(register: Register, code: str, said: Text, remedy: Text) -> Finding:
    return Finding(code, Severity.ERROR, said, remedy, Citation(register.id, "sheet"))


def _spoilt(register: Register, by_name: Mapping[str, Field], name: str, cell: Spoilt) -> Finding:
    code, message, remedy = WHY[cell.why]
    field = next(field for field in by_name.values() if field.id == name)
    words = Text(f"“{field.name.zh}”：“{cell}”{message.zh}", f"{field.name.en}: '{cell}' {message.en}")
    return Finding(code, Severity.ERROR, words, remedy, Citation(register.id, name))


def _head_problem(register: Register, strange: Sequence[str]) -> Finding:
    names = "、".join(field.name.zh for field in register.fields)
    what = f"不认识或重复的列：{'、'.join(strange)}" if strange else "缺少名称列"
    return Finding(
        "collect.register-head",
        Severity.ERROR,
        Text(f"首行{what}。", "The head row does not name this register's columns."),
        Text(f"首行请用：{names}、经度、纬度。", f"Use the columns {names}."),
        Citation(register.id, "row 1"),
    )
