"""The fields of a target, each read from the words around its number by one function."""

import datetime as dt
import re
from dataclasses import dataclass
from decimal import Decimal

from chengzai.kernel import read_number
from chengzai.plan import _phrases as say
from chengzai.plan._deadlines import dues
from chengzai.plan._reading import Reading


@dataclass(frozen=True, slots=True)
class Value:
    """A number in the unit as written; `upper` is the other end of a range, None without one."""

    number: Decimal
    upper: Decimal | None
    unit: str


def value_of(r: Reading) -> Value:
    """Return the number of a reading with its unit: 3000 亿元, 6 (upper 6.5) %, 0.6667 for 三分之二."""
    quantity = r.quantity
    written = quantity["number"] if quantity else r.mention.surface
    if quantity and quantity["fraction"]:
        whole = "%" if quantity["fraction"].startswith("百分之") else ""
        return Value(read_number(quantity["fraction"]), None, whole or r.unit)
    if r.mention.surface[0] in "百千万亿" and not re.search(r"\d", r.mention.surface):
        return Value(read_number(r.mention.surface[0]), None, r.mention.surface[1:] + _unit(r))
    ends = [read_number(part) for part in re.findall(rf"{say.NUMBER}|^{say.CHINESE}|^[Ⅰ-Ⅻ]", written)]
    first = ends[0] if ends else read_number(r.mention.surface)
    upper = ends[1] if len(ends) == 2 and ends[1] > first else None
    if upper is None and quantity and quantity["upto"]:
        upper = read_number(quantity["upto"])
    return Value(first, upper, _unit(r))


def _unit(r: Reading) -> str:
    """Return the unit; a list like 18万、20万、15万人 lends the last one's to those before."""
    if r.quantity is not None and r.quantity["to_one"]:
        return ":1"
    if r.quantity is not None and r.quantity["per"]:
        return r.quantity["per"]
    unit = r.unit
    if not unit and r.after.startswith("年"):
        return "年"  # a span of years: dates never come here
    if unit in {"万", "亿", ""} and r.quantity is not None:
        number = rf"{say.NUMBER}[百千万亿]*"
        later = re.match(
            rf"(?:[、和]{number})*[、和]{say.NUMBER}(?P<unit>[百千万亿]*(?:%|[一-鿿]+?))(?:$|以上|以内|左右|[，,。；;])",
            r.after,
        )
        if later:
            return later["unit"]
    return unit


def comparator_of(r: Reading) -> str:
    """Return the sign that the words around a number say; a bare number says `==`."""
    after = r.after[:3]
    if (r.quantity is not None and r.quantity["unit"] == "强") or re.search(say.RANKED, r.before):
        return "<="
    if r.quantity is not None and (r.quantity["more"] or r.quantity["over"]):
        return ">"  # 5000多亿元
    for pattern, sign in ((say.WITHIN_AFTER, "<="), (say.ABOUT_AFTER, "~=")):
        if re.match(pattern, after):
            return sign
    sign = _said_before(r)
    if sign:
        return sign if sign != ">=" or not after.startswith("以下") else "<="
    return ">=" if re.match(say.AT_LEAST_AFTER, after) else "<=" if after.startswith("以下") else "=="


def _said_before(r: Reading) -> str:
    shared = re.search(r"(?:分别|均|都)(.{1,6}?)[0-9]", r.segment.text[: r.quantity_end - r.segment.start])
    for pattern, sign in say.COMPARING_BEFORE:
        if re.search(rf"(?:{pattern})[^,，、0-9]{{0,3}}$", r.before):
            return sign
        if shared and re.search(pattern, shared[1]):
            return sign
    if re.search(say.ROUGHLY, r.before):
        return "~="
    return ">=" if re.search(say.GUARDED, r.before) else ""


def reach_of(r: Reading) -> str:
    """Return the words that govern a number: its sentence up to it, back to the last semicolon."""
    upto = r.sentence.text[: r.mention.start - r.sentence.start]
    return re.split(r"[；;]", upto)[-1]


def deadline_of(r: Reading, *, now: int, inherited: dt.date | None, end: dt.date) -> tuple[dt.date, bool]:
    """Return the deadline and whether the sentence itself names it; else its heading's, else the plan's end."""
    own = _own_due(r, now)
    if own:
        return own, True
    opening = re.split("[。！？]", r.clause.text)[0]
    opened = [due.day for due in dues(opening[:30], now=now) if re.match(r"^.{0,4}到", opening)]
    days = [*opened[:1], *([inherited] if inherited else []), end]
    return next(day for day in days if day.year >= now or day == end), False


def _own_due(r: Reading, now: int) -> dt.date | None:
    upto = r.sentence.text[: r.mention.start - r.sentence.start]
    respectively = re.match(r"(?P<years>(?:20\d\d年[、和及]?){2,})[^，,；;]*?分别(?P<so_far>.*)$", r.before)
    if respectively:
        place = len(re.findall(say.NUMBER, respectively["so_far"]))
        years = re.findall(r"20\d\d", respectively["years"])
        return dt.date(int(years[min(place, len(years) - 1)]), 12, 31)
    named = [due.day for due in dues(upto, now=now) if due.day.year >= now]
    if named:
        return named[-1]
    if "\t" in r.clause.text:  # a row of a table says its day in another cell
        row = [due.day for due in dues(r.clause.text, now=now) if due.day.year >= now]
        return row[-1] if row else None
    behind = re.match(r"[^，,；;。]{0,6}[（(]([^）)]*年[^）)]*)[）)]", r.after)
    told = dues(behind[1], now=now) if behind else []
    return told[0].day if told else None


def is_yearly(r: Reading, *, now: int) -> bool:
    """Return whether a number is promised for every year; 每年 governs a list but not what names its years."""
    own = r.segment.text
    if say.YEARLY.search(own):
        return True
    return bool(say.EVERY_YEAR.search(reach_of(r))) and not dues(own, now=now) and not say.IN_ALL.search(own)


def kind_of(r: Reading, indicator: str, *, yearly: bool) -> str:
    """Return what kind of figure is promised: a rate, a level, a running total, a yearly number, what is kept."""
    if yearly:
        return "flow"
    if say.MAINTAIN.search(r.before[-6:]):
        return "maintain"
    if r.quantity is not None and (r.quantity["percent"] or r.quantity["unit"] in say.RATIO_UNITS):
        return "ratio"
    if re.search(r"率$|占比|比例|倍差|每[百千万]", indicator):
        return "ratio"
    if say.ANNUAL_VALUE.search(indicator) and (r.quantity is not None and "元" in r.unit):
        return "flow"
    more = say.GROWING_BEFORE.search(r.before) or indicator.startswith("新增")
    return "stock" if say.LEVEL.search(indicator) and not more else "cumulative"


def strength_of(r: Reading) -> str:
    """Return how firmly something is promised: 力争 governs a whole list, 基本 only its own segment."""
    if say.GUIDING.search(r.segment.text):
        return "guidance"
    return strength_said(reach_of(r), r.segment.text)


def strength_said(governing: str, own: str) -> str:
    """Return the strength that governing words and a segment's own words say."""
    if say.ASPIRING.search(governing):
        return "aspirational"
    return "basic" if say.BASIC.search(own) else "firm"


@dataclass(frozen=True, slots=True)
class Change:
    """Whether a number is a growth, what it is measured against as written, and the value it starts from."""

    growth: bool
    base: str
    baseline: Decimal | None


def change_of(r: Reading) -> Change:
    """Return how a number relates to a base: 比2020年提高5个百分点, 年均增长7%, 由60%提高到70%."""
    growth = bool(say.GROWING_BEFORE.search(r.before)) or bool(say.GROWING_SHARED.search(r.before))
    spoken = re.split(r"[，,；;：:]", reach_of(r))
    near = "，".join(spoken[-2:])
    compared = list(say.COMPARED.finditer(near))
    base = compared[-1]["base"] if compared and growth else ""
    if not base and growth and "年均" in near:
        base = "年均"
    risen = say.RISING_FROM.search(r.before)
    return Change(
        growth and not risen, base or (risen["base"] if risen else ""), read_number(risen["number"]) if risen else None
    )
