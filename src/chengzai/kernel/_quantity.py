"""Quantities as the plan writes them: a number, a scale (万, 亿) and a unit."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from chengzai.kernel._finding import Text, UserError

_SCALES = {"百": Decimal(100), "千": Decimal(1000), "万": Decimal(10_000), "亿": Decimal(100_000_000)}
_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_HUNDRED = 100
_ROMAN = {c: i + 1 for i, c in enumerate("ⅠⅡⅢⅣⅤⅥ")}
_ARABIC = re.compile(r"(\d+(?:\.\d+)?)[多余]?([百千万亿]*)")  # 5000多亿 is 5000亿 and more
_FRACTION = re.compile(r"([零一二两三四五六七八九十百千]{1,12})分之([零一二两三四五六七八九十百千点]{1,12})")
_FULL_WIDTH = str.maketrans("０１２３４５６７８９．％", "0123456789.%")


class QuantityError(UserError):
    """The text holds no number that can be read."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """A value with its unit as written, such as 3000 亿元.

    >>> Quantity(Decimal("4.8"), "万元").canonical()
    Quantity(value=Decimal('48000'), unit='元')
    """

    value: Decimal
    unit: str

    def canonical(self) -> "Quantity":
        """Return the same quantity in its base unit: 万 and 亿 multiplied out."""
        scale, base = unit_scale(self.unit)
        return Quantity((self.value * scale).normalize() + 0, base)


def unit_scale(unit: str) -> tuple[Decimal, str]:
    """Return the factor and the base unit of a unit as written.

    >>> unit_scale("亿元")
    (Decimal('100000000'), '元')
    """
    scale = Decimal(1)
    while unit and unit[0] in _SCALES:
        scale *= _SCALES[unit[0]]
        unit = unit[1:]
    return scale, unit


def read_number(text: str) -> Decimal:
    """Return the first number in `text`, scale included; Arabic, full-width, Chinese or Roman, or a fraction.

    百分之六十 is 60, because its unit is %; another fraction is rounded to four places.

    >>> read_number("11.1亿斤"), read_number("二十四"), read_number("百亿"), read_number("三分之二")
    (Decimal('1110000000.0'), Decimal('24'), Decimal('10000000000'), Decimal('0.6667'))
    """
    text = text.translate(_FULL_WIDTH)
    fraction = _FRACTION.search(text)
    if fraction:
        whole, part = _read_chinese(fraction[1]), _read_chinese(fraction[2].partition("点")[0])
        if fraction[2].count("点") == 1:
            part += Decimal("0." + "".join(str(_DIGITS.get(c, 0)) for c in fraction[2].partition("点")[2]))
        return part if whole == _HUNDRED or not whole else (part / whole).quantize(Decimal("0.0001"))
    match = _ARABIC.search(text)
    if match:
        value = Decimal(match[1])
        for mark in match[2]:
            value *= _SCALES[mark]
        return value
    for char in text:
        if char in _ROMAN:
            return Decimal(_ROMAN[char])
    chinese = re.search(r"[零〇一二两三四五六七八九十百千万亿]+", text)
    if not chinese:
        raise QuantityError(Text(f"“{text}”里没有数字。", f"There is no number in '{text}'."))
    return _read_chinese(chinese[0])


def _read_chinese(text: str) -> Decimal:
    """Return the value of a Chinese numeral; places multiply, sections of 万 and 亿 close."""
    total = section = digit = Decimal(0)
    for char in text:
        if char in _DIGITS:
            digit = digit * 10 + _DIGITS[char] if len(text) > 1 and text.isdecimal() else Decimal(_DIGITS[char])
        elif char == "十" or char in "百千":
            factor = Decimal(10) if char == "十" else _SCALES[char]
            section += (digit or Decimal(1)) * factor
            digit = Decimal(0)
        else:
            closed = section + digit
            if closed:
                total, section, digit = total + closed * _SCALES[char], Decimal(0), Decimal(0)
            else:
                total = (total or Decimal(1)) * _SCALES[char]
    return total + section + digit


def whole_parts(wanted: Sequence[float]) -> list[int]:
    """Return whole numbers that sum to what `wanted` does, the largest remainders rounded up (Hamilton's method).

    Each lies within one of what was wanted; of equal remainders the first is served first.

    >>> whole_parts([1.5, 1.5, 2.0])
    [2, 1, 2]
    """
    parts = [math.floor(value + _SAME) for value in wanted]
    left = round(math.fsum(wanted)) - sum(parts)
    for n in sorted(range(len(parts)), key=lambda n: parts[n] - wanted[n])[:left]:
        parts[n] += 1
    return parts


_SAME = 1e-9
