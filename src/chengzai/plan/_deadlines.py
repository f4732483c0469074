"""When a promise falls due: in its own sentence, earlier in its paragraph, under its heading, or at the plan's end."""

import calendar
import datetime as dt
import re
from dataclasses import dataclass

# A year that something is compared with is no deadline: 比2020年, 较2005年, 与2015年相比, 在2020年基础上.
_COMPARED = re.compile(r"(?:[比较与]|相比|高于|低于|超过)(?:[一-鿿]{0,2})?$")
_YEAR = re.compile(
    r"(?P<year>20\d\d|二[○〇零]\d?[○〇零一二三四五六七八九]{2})年"
    r"(?:(?P<month>\d{1,2})月)?(?P<end>(?:年?[底末终]|\d{1,2}日)?)(?P<before>[之以]?前)?"
)
_FIVE_YEARS = re.compile(r"[“\"]?十(?P<ten>[一二三四五六]?)五[”\"]?(?P<after>末|期间|时期|期末|时末)?")
_THIS_YEAR = re.compile(r"今年|(?<![\d一二两三四五六七八九十])年内|本年度?|(?<!\d)年底前|全年")
_MONTH = re.compile(r"(?<!\d)(?<!\d年)(?P<month>\d{1,2})月(?:底|末|\d{1,2}日)?[之以]?前")
_NEXT_YEARS = re.compile(
    r"(?:(?:今后|未来)(?P<count>[一二两三四五六七八九十\d])年|(?P<within>[一二两三四五六七八九十\d])年内)"
)
_COUNTS = {c: i for i, c in enumerate("一二三四五六七八九十", 1)} | {"两": 2} | {str(i): i for i in range(1, 10)}
_DECEMBER = 12
_DIGIT = {c: i for i, c in enumerate("○一二三四五六七八九")} | {"〇": 0, "零": 0}


@dataclass(frozen=True, slots=True)
class Due:
    """A day by which something is due and where the words that say so begin."""

    day: dt.date
    at: int


def dues(text: str, *, now: int) -> list[Due]:
    """Return the deadlines that a text names, in order; `now` is the year the text speaks from.

    >>> [str(due.day) for due in dues("到2025年,比2020年提高5%;今年6月底前完成", now=2023)]
    ['2025-12-31', '2023-06-30']
    """
    found = [*_dated(text), *_five_years(text), *_spoken(text, now)]
    kept: list[Due] = []
    for due in sorted(found, key=lambda d: d.at):
        if kept and due.at - kept[-1].at <= 2:
            kept[-1] = min(kept[-1], due, key=lambda d: d.day)  # 今年6月底前 names one day, not two
        else:
            kept.append(due)
    return kept


def _dated(text: str) -> list[Due]:
    found = []
    for match in _YEAR.finditer(text):
        if _COMPARED.search(text[: match.start()]) or text[match.end() :].startswith(("基础上", "的", "增加了")):
            continue
        year = _year(match["year"])
        if match["month"] and 1 <= int(match["month"]) <= _DECEMBER:
            day = _month_end(year, int(match["month"]))
        else:
            year -= 1 if match["before"] and not match["end"] else 0
            day = dt.date(year, 12, 31)
        found.append(Due(day, match.start()))
    return found


def _year(written: str) -> int:
    return int(written) if written.isdigit() else int("".join(str(_DIGIT.get(c, 2)) for c in written))


def _five_years(text: str) -> list[Due]:
    """Return the ends of the five-year plans a text speaks of as times, not as documents (“十四五”规划)."""
    found = []
    for match in _FIVE_YEARS.finditer(text):
        if _COMPARED.search(text[: match.start()]):
            continue
        quoted = text[match.start()] in '“"'
        if not match["after"] and not (quoted and re.match(r"(?:全国|全省|全市|主要|目标)", text[match.end() :])):
            continue
        count = "一二三四五六".find(match["ten"]) + 1 if match["ten"] else 0
        found.append(Due(dt.date(2005 + 5 * count, 12, 31), match.start()))
    return found


def _spoken(text: str, now: int) -> list[Due]:
    found = [Due(dt.date(now, 12, 31), match.start()) for match in _THIS_YEAR.finditer(text)]
    found += [
        Due(_month_end(now, int(match["month"])), match.start())
        for match in _MONTH.finditer(text)
        if 1 <= int(match["month"]) <= _DECEMBER
    ]
    found += [
        Due(dt.date(now + _COUNTS.get(match["count"] or match["within"], 1) - 1, 12, 31), match.start())
        for match in _NEXT_YEARS.finditer(text)
    ]
    return found


def _month_end(year: int, month: int) -> dt.date:
    return dt.date(year, month, calendar.monthrange(year, month)[1])
