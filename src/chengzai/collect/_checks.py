"""What a readable value is checked against, whether it came in a sheet or was typed into a form."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from chengzai.kernel import PER_YEAR, Element, Period, Places, Text

Problem = tuple[str, Text, Text]
_LOOK_BACK = 60  # periods in which a running total's last report is looked for


@dataclass
class Reporting:
    """What a sheet is checked against: elements, places, values already in force, and the sheet's own rows.

    `known` holds the value in force by (element, place, period text), `accepted` those among them that people
    accepted in the office. A period that ends after `until` has not been asked for yet.
    """

    elements: Mapping[str, Element]
    places: Places
    known: dict[tuple[str, str, str], float] = field(default_factory=dict)
    seen: dict[tuple[str, str, str], int] = field(default_factory=dict)
    accepted: Mapping[tuple[str, str, str], float] = field(default_factory=dict)
    until: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One value that could be read, and how its place in the sheet is said: `第12行` and `Row 12`."""

    zh: str
    en: str
    element: Element
    place: str
    period: Period
    value: float
    number: int = 0


def _frequency(row: Row, _: Reporting) -> Problem | None:
    # A published statistic keeps the day or span of its census; nobody is asked for it by month.
    if row.period.frequency == row.element.frequency or row.element.collected == "any":
        return None
    wanted = {"month": "月（如 2026-10）", "quarter": "季（如 2026Q3）", "year": "年（如 2026）"}[row.element.frequency]
    return (
        "collect.wrong-period",
        Text(
            f"{row.zh}：“{row.element.name}”按{wanted}填报，表中是 {row.period}。",
            f"{row.en}: '{row.element.code}' is reported by {row.element.frequency}, not for {row.period}.",
        ),
        Text("请改为应报的期间。", "Use the period in which it is due."),
    )


def _future(row: Row, reporting: Reporting) -> Problem | None:
    if reporting.until is None or row.period.frequency not in PER_YEAR or row.period.last_day() <= reporting.until:
        return None
    return (
        "collect.future-period",
        Text(f"{row.zh}：{row.period} 还没到填报时间。", f"{row.en}: {row.period} has not opened for reporting yet."),
        Text("请核对期间；到期后再报。", "Check the period; report it when it has come."),
    )


def _differs_from_accepted(row: Row, reporting: Reporting) -> Problem | None:
    accepted = reporting.accepted.get((row.element.code, row.place, row.period.text))
    if accepted is None or accepted == row.value:
        return None
    return (
        "collect.already-accepted",
        Text(
            f"{row.zh}“{row.element.name}”：网上已验收 {accepted:,.10g}，表中是 {row.value:,.10g}。",
            f"{row.en}: '{row.element.code}' was accepted as {accepted:,.10g}, the sheet says {row.value:,.10g}.",
        ),
        Text("要更正请在网页上更正并写明原因。", "Correct it on the web, with the reason."),
    )


_LEVELS = {"city": "市级", "prefecture": "市级", "county": "县级", "town": "乡镇级", "township": "乡镇级"}
_LEVELS |= {"village": "村级", "department": "部门", "province": "省级"}


def _level_word(level: str) -> str:
    return _LEVELS.get(level, level)


def _level(row: Row, reporting: Reporting) -> Problem | None:
    place = reporting.places[row.place]
    if row.element.collected in {place.level, "any"}:
        return None
    return (
        "collect.wrong-level",
        Text(
            f"{row.zh}：“{row.element.name}”由{_level_word(row.element.collected)}填报，"
            f"{place.name}是{_level_word(place.level)}。",
            f"{row.en}: '{row.element.code}' is reported at {row.element.collected} level, not {place.level}.",
        ),
        Text(
            "请由应报单位填报，上级数由系统汇总。",
            "Let the unit that is due report it; upper levels are summed.",
        ),
    )


def _standing(row: Row, reporting: Reporting) -> Problem | None:
    place = reporting.places[row.place]
    if row.element.collected == "any" or row.period.frequency not in PER_YEAR:
        return None
    if row.place in reporting.places.at(row.period.last_day()).index:
        return None
    days = f"{place.since or ''}—{place.until or ''}"
    return (
        "collect.place-not-there",
        Text(
            f"{row.zh}：{row.period}末没有“{place.name}”这个单位（{days}）。",
            f"{row.en}: there was no '{place.name}' ({row.place}) at the end of {row.period} ({days}).",
        ),
        Text("请由当时的单位填报，区划变动见 places/。", "Let the unit of that time report; changes stand in places/."),
    )


def out_of_range(row: Row) -> Problem | None:
    """Return the problem of a value outside its element's bounds."""
    low, high = row.element.minimum, row.element.maximum
    if low == 0 and row.value < 0:
        return (
            "collect.negative-count",
            Text(
                f"{row.zh}“{row.element.name}”：{row.value:,.10g} 小于0，计数不能为负。",
                f"{row.en}: '{row.element.code}' is {row.value:,.10g}; a count cannot be negative.",
            ),
            Text("要冲减上月，请更正上月的数。", "To take back an earlier figure, correct that month."),
        )
    if (low is None or row.value >= low) and (high is None or row.value <= high):
        return None
    return (
        "collect.out-of-range",
        Text(
            f"{row.zh}“{row.element.name}”：{row.value:,.10g} 超出允许范围（{low} 至 {high}）。",
            f"{row.en}: '{row.element.code}' is {row.value:,.10g}, outside {low} to {high}.",
        ),
        Text("请核对数值与单位。", "Check the value and its unit."),
    )


_WHOLE = frozenset(
    {"户", "家", "个", "件", "项", "处", "座", "所", "栋", "幢", "条", "宗", "块", "台", "人", "人次", "名", "次", "辆"}
)


def part_of_a_thing(row: Row) -> Problem | None:
    """Return the problem of a value with a fraction where whole things are counted and summed: 12.5 户."""
    element = row.element
    if element.unit not in _WHOLE or element.over_places != "sum" or row.value == int(row.value):
        return None
    return (
        "collect.part-of-a-thing",
        Text(
            f"{row.zh}“{element.name}”：{row.value:,.10g} 不是整数，{element.unit}数应为整数。",
            f"{row.en}: '{element.code}' is {row.value:,.10g}; whole things are counted.",
        ),
        Text("请核对小数点和单位，如是否应写“万”。", "Check the decimal point and the unit."),
    )


def _duplicate(row: Row, reporting: Reporting) -> Problem | None:
    first = reporting.seen.get((row.element.code, row.place, row.period.text))
    if first is None:
        return None
    return (
        "collect.duplicate",
        Text(
            f"{row.zh}与第{first}行重复：同一采集项、同一单位、同一期间。",
            f"{row.en} repeats row {first}: same element, place and period.",
        ),
        Text("请删去一行；以哪一行为准由填报人定。", "Delete one of the two; the reporter decides which holds."),
    )


def falling(row: Row, known: Mapping[tuple[str, str, str], float]) -> Problem | None:
    """Return the problem of a running total below the last one known before it."""
    if row.element.kind != "running" or row.period.frequency not in PER_YEAR:
        return None
    earlier = (row.period.next(-back).text for back in range(1, _LOOK_BACK + 1))
    values = (known.get((row.element.code, row.place, text)) for text in earlier)
    before = next((value for value in values if value is not None), None)
    if before is None or row.value >= before:
        return None
    return (
        "collect.falling-cumulative",
        Text(
            f"{row.zh}“{row.element.name}”：{row.value:,.10g} 小于此前的 {before:,.10g}，累计值不应减少。",
            f"{row.en}: '{row.element.code}' is {row.value:,.10g}, below {before:,.10g} reported before.",
        ),
        Text(
            "若上期有误，请先更正上期并说明原因。",
            "If the earlier figure was wrong, correct it first and say why.",
        ),
    )


# One check is one function and one line here; each sees a readable row and what is already known.
CHECKS: tuple[Callable[[Row, Reporting], Problem | None], ...] = (
    _frequency,
    _level,
    _future,
    _differs_from_accepted,
    _standing,
    lambda row, _: out_of_range(row),
    lambda row, _: part_of_a_thing(row),
    _duplicate,
    lambda row, reporting: falling(row, reporting.known),
)
