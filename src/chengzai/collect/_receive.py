"""Rows of a sheet to observations, each row checked where a person can mend it."""

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from chengzai.kernel import (
    Citation,
    Element,
    Finding,
    Observation,
    Period,
    PeriodError,
    Places,
    Severity,
    Text,
    unit_scale,
)


@dataclass
class Reporting:
    """What a sheet is checked against: elements, places, values already in force, and the sheet's own rows.

    `known` holds the value in force by (element, place, period text).
    """

    elements: Mapping[str, Element]
    places: Places
    known: dict[tuple[str, str, str], float] = field(default_factory=dict)
    seen: dict[tuple[str, str, str], int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a sheet: observations accepted, rows held back (number and cells), and findings."""

    accepted: tuple[Observation, ...]
    held: tuple[tuple[int, Mapping[str, str]], ...]
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class _Row:
    """One row that could be read as far as its cells go."""

    number: int
    element: Element
    place: str
    period: Period
    value: float


Problem = tuple[str, Text, Text]
_LOOK_BACK = 60  # periods in which a running total's last report is looked for


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
        row, problems = _read(number, cells, reporting)
        if row is not None:
            problems = [problem for check in _CHECKS if (problem := check(row, reporting))]
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


def _observation(row: _Row, cells: Mapping[str, str], source: str, document: str, entered_at: str) -> Observation:
    return Observation(
        row.element.code,
        row.place,
        row.period,
        row.value,
        source,
        cells.get("evidence") or f"{document} 第{row.number}行",
        cells.get("entered_by") or "",
        entered_at,
    )


def _read(number: int, cells: Mapping[str, str], reporting: Reporting) -> tuple[_Row | None, list[Problem]]:
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
    period = _period(number, cells, problems)
    value = _value(number, cells, element, problems)
    if element is None or period is None or value is None or problems:
        return None, problems
    return _Row(number, element, place, period, value), problems


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
    """Return the value in the element's unit; a unit with 万 or 亿 is multiplied out."""
    written = (cells.get("value") or "").strip()
    try:
        value = float(written.replace(",", ""))
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        problems.append(
            (
                "collect.not-a-number",
                Text(f"第{number}行：“{written}”不是数。", f"Row {number}: '{written}' is not a number."),
                Text(
                    "只填数字；没有数请留空行并说明缺报原因。",
                    "Enter digits only; leave the row out if there is no value.",
                ),
            )
        )
        return None
    scale, base = unit_scale((cells.get("unit") or "").strip())
    if element and base and base != element.unit:
        problems.append(
            (
                "collect.wrong-unit",
                Text(
                    f"第{number}行：“{element.name}”的单位是{element.unit or '（无）'}，表中写的是{cells['unit']}。",
                    f"Row {number}: '{element.code}' is counted in {element.unit or '(none)'}, not {cells['unit']}.",
                ),
                Text("请换算后再填，单位照模板。", "Convert the value and keep the template's unit."),
            )
        )
        return None
    return value * float(scale)


def _frequency(row: _Row, _: Reporting) -> Problem | None:
    if row.period.frequency == row.element.frequency or row.element.collected == "any":
        return None
    wanted = {"month": "月（如 2026-10）", "quarter": "季（如 2026Q3）", "year": "年（如 2026）"}[row.element.frequency]
    return (
        "collect.wrong-period",
        Text(
            f"第{row.number}行：“{row.element.name}”按{wanted}填报，表中是 {row.period}。",
            f"Row {row.number}: '{row.element.code}' is reported by {row.element.frequency}, not for {row.period}.",
        ),
        Text("请改为应报的期间。", "Use the period in which it is due."),
    )


def _level(row: _Row, reporting: Reporting) -> Problem | None:
    place = reporting.places[row.place]
    if row.element.collected in {place.level, "any"}:
        return None
    return (
        "collect.wrong-level",
        Text(
            f"第{row.number}行：“{row.element.name}”由{row.element.collected}级填报，{place.name}是{place.level}级。",
            f"Row {row.number}: '{row.element.code}' is reported at {row.element.collected} level, not {place.level}.",
        ),
        Text(
            "请由应报单位填报，上级数由系统汇总。",
            "Let the unit that is due report it; upper levels are summed.",
        ),
    )


def _range(row: _Row, _: Reporting) -> Problem | None:
    low, high = row.element.minimum, row.element.maximum
    if low == 0 and row.value < 0:
        return (
            "collect.negative-count",
            Text(
                f"第{row.number}行“{row.element.name}”：{row.value:g} 小于0，计数不能为负。",
                f"Row {row.number}: '{row.element.code}' is {row.value:g}; a count cannot be negative.",
            ),
            Text("要冲减上月，请更正上月的数。", "To take back an earlier figure, correct that month."),
        )
    if (low is None or row.value >= low) and (high is None or row.value <= high):
        return None
    return (
        "collect.out-of-range",
        Text(
            f"第{row.number}行“{row.element.name}”：{row.value:g} 超出允许范围（{low} 至 {high}）。",
            f"Row {row.number}: '{row.element.code}' is {row.value:g}, outside {low} to {high}.",
        ),
        Text("请核对数值与单位。", "Check the value and its unit."),
    )


def _duplicate(row: _Row, reporting: Reporting) -> Problem | None:
    first = reporting.seen.get((row.element.code, row.place, row.period.text))
    if first is None:
        return None
    return (
        "collect.duplicate",
        Text(
            f"第{row.number}行与第{first}行重复：同一采集项、同一单位、同一期间。",
            f"Row {row.number} repeats row {first}: same element, place and period.",
        ),
        Text("请删去一行；以哪一行为准由填报人定。", "Delete one of the two; the reporter decides which holds."),
    )


def _falling(row: _Row, reporting: Reporting) -> Problem | None:
    if row.element.kind != "running":
        return None
    earlier = (row.period.next(-back).text for back in range(1, _LOOK_BACK + 1))
    known = (reporting.known.get((row.element.code, row.place, text)) for text in earlier)
    before = next((value for value in known if value is not None), None)
    if before is None or row.value >= before:
        return None
    return (
        "collect.falling-cumulative",
        Text(
            f"第{row.number}行“{row.element.name}”：{row.value:g} 小于此前的 {before:g}，累计值不应减少。",
            f"Row {row.number}: '{row.element.code}' is {row.value:g}, below {before:g} reported before.",
        ),
        Text(
            "若上期有误，请先更正上期并说明原因。",
            "If the earlier figure was wrong, correct it first and say why.",
        ),
    )


# One check is one function and one line here; each sees a readable row and what is already known.
_CHECKS: tuple[Callable[[_Row, Reporting], Problem | None], ...] = (
    _frequency,
    _level,
    _range,
    _duplicate,
    _falling,
)
