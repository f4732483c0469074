"""Numbers as people write them in cells, with a scale and a unit behind; what only looks like a number is none."""

import re
from decimal import Decimal

from chengzai.kernel._quantity import unit_scale

# Groups of three behind commas or none at all; a nought leads only 0.5, for 0012 is a name.
_NUMBER = re.compile(r"([+-]?)((?:[1-9][0-9]{0,2}(?:,[0-9]{3})+|0|[1-9][0-9]*)(?:\.[0-9]+)?|\.[0-9]+)\s*(\D.*)?")
# Full-width forms and no others: a circled or raised figure is a mark beside a number, not a part of it.
_PLAIN = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x2212: "-"}
_BLANKS = str.maketrans(dict.fromkeys("\u3000\xa0\u2002\u2003\u2007\u2009\u202f", " ") | dict.fromkeys("\u200b\ufeff"))
_NO_UNIT = tuple(",.;:_~-")
_SCALES = ("千", "万", "百万", "千万", "亿", "万亿")
_ALIKE = {
    "％": "%",
    "km": "公里",
    "千米": "公里",
    "㎞": "公里",
    "m": "米",
    "㎡": "平方米",
    "m²": "平方米",
    "m2": "平方米",
    "平米": "平方米",
    "立方": "立方米",
    "m³": "立方米",
    "m3": "立方米",
    "t": "吨",
    "kg": "千克",
    "公斤": "千克",
    "kw": "千瓦",
    "mw": "兆瓦",
    "人民币元": "元",
}


def read_written(text: str) -> tuple[Decimal, str] | None:
    """Return the number a text begins with and what is written behind it, or None where it begins with none.

    Full-width figures and blanks around are read, thousands between commas too.
    A superscript, a circled figure, 3,5 or 1_3, a range and 0012 are no numbers.

    >>> read_written("１，２００ 万元"), read_written("-.5"), read_written("3,5"), read_written("0012")
    ((Decimal('1200'), '万元'), (Decimal('-0.5'), ''), None, None)
    """
    plain = text.translate(_PLAIN).translate(_BLANKS).strip().removeprefix("'").strip()
    match = _NUMBER.fullmatch(plain)
    if match is None:
        return None
    value, behind = Decimal(match[2].replace(",", "")), (match[3] or "").strip()
    if behind[:1] in _NO_UNIT or (behind.lower() not in _ALIKE and any(c.isdecimal() for c in behind)):
        return None
    return (-value if match[1] == "-" else value), behind


def in_unit(value: Decimal, written: str, unit: str) -> Decimal | None:
    """Return a value written in one unit in another, or None where the two do not measure alike.

    Nothing written is the unit itself; 万 alone is ten thousand of it. Nothing but scales is converted.

    >>> in_unit(Decimal("3.2"), "万亩", "亩"), in_unit(Decimal(5), "亩", "公顷"), in_unit(Decimal(7), "千元", "万元")
    (Decimal('32000.0'), None, Decimal('0.7'))
    """
    written, unit = _same(written), _same(unit)
    if written in {"", unit}:
        return value
    if written in _SCALES:
        return None if unit[:1] in {"万", "亿"} else value * unit_scale(written)[0]
    (scale, base), (own_scale, own_base) = _scaled(written), _scaled(unit)
    return value * scale / own_scale if base and base == own_base else None


def plain_number(value: float | Decimal) -> str:
    """Return a number as a person would type it: no exponent, and no more than fifteen digits that tell.

    >>> plain_number(12.0), plain_number(0.1 + 0.2), plain_number(1e-5), plain_number(3.2e9)
    ('12', '0.3', '0.00001', '3200000000')
    """
    exact = Decimal(format(value, ".15g")) if isinstance(value, float) else Decimal(value)
    said = format(exact, "f")
    return said.rstrip("0").rstrip(".") if "." in said else said


def _same(unit: str) -> str:
    bare = re.sub(r"\s+", "", unit.translate(_PLAIN).translate(_BLANKS))
    return _ALIKE.get(bare.lower(), bare)


def _scaled(unit: str) -> tuple[Decimal, str]:
    """Return a unit's scale and base; behind 万 the rest may be another spelling, as in 万千米."""
    head = _TENS.match(unit)[0]  # type: ignore[index]  # it matches nothing at least
    scale, base = unit_scale(_same(unit[len(head) :]))
    return scale * unit_scale(head)[0], base


_TENS = re.compile(r"(?:[百千]?[万亿]+)?")
