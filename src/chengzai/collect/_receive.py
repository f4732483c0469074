"""Rows of a sheet to observations, each row checked where a person can mend it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from chengzai.collect._checks import CHECKS, Problem, Reporting, Row
from chengzai.kernel import (
    Citation,
    Element,
    Finding,
    Observation,
    Period,
    PeriodError,
    Severity,
    Text,
    in_unit,
    read_written,
)


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a sheet: observations accepted, rows held back (number and cells), and findings."""

    accepted: tuple[Observation, ...]
    held: tuple[tuple[int, Mapping[str, str]], ...]
    findings: tuple[Finding, ...]


def receive(
    rows: Iterable[Mapping[str, str]],
    reporting: Reporting,
    *,
    document: str,
    source: str = "form",
    entered_at: str = "",
) -> Receipt:
    """Return what became of the rows of a sheet with columns element, place, period, value, unit and more.

    Rows are numbered as a spreadsheet shows them: the head is row 1. `unit`, `evidence`, `entered_by` may be absent.
    """
    accepted: list[Observation] = []
    held: list[tuple[int, Mapping[str, str]]] = []
    findings: list[Finding] = []
    for number, cells in enumerate(rows, start=2):
        if not any(cell.strip() for cell in cells.values()):
            continue
        row, problems = _read(number, cells, reporting)
        if row is not None:
            problems = [problem for check in CHECKS if (problem := check(row, reporting))]
        if row is None or problems:
            held.append((number, dict(cells)))
        else:
            key = (row.element.code, row.place, row.period.text)
            reporting.seen[key] = number
            reporting.known[key] = row.value
            accepted.append(_observation(row, cells, source, document, entered_at))
        where = Citation(document, f"第{number}行")
        findings += [Finding(code, Severity.ERROR, said, remedy, where) for code, said, remedy in problems]
    return Receipt(tuple(accepted), tuple(held), tuple(findings))


def _observation(row: Row, cells: Mapping[str, str], source: str, document: str, entered_at: str) -> Observation:
    return Observation(
        row.element.code,
        row.place,
        row.period,
        row.value,
        source,
        cells.get("evidence") or f"{document} {row.zh}",
        cells.get("entered_by") or "",
        entered_at,
    )


def _read(number: int, cells: Mapping[str, str], reporting: Reporting) -> tuple[Row | None, list[Problem]]:
    """Return the row if every cell can be read, or what is wrong with its cells."""
    problems: list[Problem] = []
    code, place = (cells.get("element") or "").strip(), (cells.get("place") or "").strip()
    element = reporting.elements.get(code)
    if element is None:
        problems.append(
            (
                "collect.unknown-element",
                Text(f"第{number}行：没有采集项“{code}”。", f"Row {number}: there is no element '{code}'."),
                Text("请从模板的采集项一栏复制代码。", "Copy the code from the template."),
            )
        )
    if place not in reporting.places:
        problems.append(
            (
                "collect.unknown-place",
                Text(f"第{number}行：没有区划代码“{place}”。", f"Row {number}: there is no place '{place}'."),
                Text(
                    "请核对统计区划代码（县6位、乡镇9位）。",
                    "Check the code: 6 digits for a county, 9 for a township.",
                ),
            )
        )
    if cells.get("", "").strip():
        problems.append(
            (
                "collect.too-many-cells",
                Text(f"第{number}行比表头多出“{cells['']}”。", f"Row {number} has more cells than the head."),
                Text("数里的逗号请去掉，或给整格加引号。", "Leave commas out of numbers, or quote the cell."),
            )
        )
    period = _period(number, cells, problems)
    value = _value(number, cells, element, problems)
    if element is None or period is None or value is None or problems:
        return None, problems
    return Row(f"第{number}行", f"Row {number}", element, place, period, value, number), problems


def _period(number: int, cells: Mapping[str, str], problems: list[Problem]) -> Period | None:
    try:
        return Period.parse(cells.get("period") or "")
    except PeriodError as problem:
        problems.append(
            (
                "collect.wrong-period",
                Text(f"第{number}行：{problem.text.zh}", f"Row {number}: {problem.text.en}"),
                Text("请按期间格式改写。", "Write the period as shown."),
            )
        )
        return None


def _value(number: int, cells: Mapping[str, str], element: Element | None, problems: list[Problem]) -> float | None:
    """Return the value in the element's unit; 万 and 亿 are multiplied out, wherever they stand, but in one place."""
    typed, unit = (cells.get("value") or "").strip(), (cells.get("unit") or "").strip()
    parts = read_written(typed)
    if parts is None:
        problems.append(
            (
                "collect.not-a-number",
                Text(f"第{number}行：“{typed}”不是数。", f"Row {number}: '{typed}' is not a number."),
                Text(
                    "只填数字；没有数请留空行并说明缺报原因。",
                    "Enter digits only; leave the row out if there is no value.",
                ),
            )
        )
        return None
    value, behind = parts
    two_units = bool(behind and unit) and in_unit(Decimal(1), behind, unit) != 1
    own = element.unit if element else ""
    read = None if two_units else in_unit(value, unit or behind, own)
    if element and read is None:
        written = [word for word in (behind, unit) if word]
        problems.append(
            (
                "collect.wrong-unit",
                Text(
                    f"第{number}行：“{element.name}”的单位是{own or '（无）'}，表中写的是“{'”和“'.join(written)}”。",
                    f"Row {number}: '{element.code}' is counted in {own or '(none)'}, not {' and '.join(written)}.",
                ),
                Text("请换算后再填，单位照模板。", "Convert the value and keep the template's unit."),
            )
        )
    return None if read is None else float(read)
