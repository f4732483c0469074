"""Number formats: what a person sees in a cell where the file keeps another number."""

import re

from chengzai.collect import Spoilt
from chengzai.kernel import plain_number

_GENERAL = re.compile(r"G/通用格式|General", re.IGNORECASE)
_CURRENCY = re.compile(r"\[\$([^\]\-]*)[^\]]*\]")
_CONDITION = re.compile(r"\[\s*[<>=]")
_PART = re.compile(r'"([^"]*)"|[\\!](.)|[_*].|\[[^\]]*\]|([0#?.,/]+|[eE][+-])|(%)|(.)')
_CHANGES_NUMBER = re.compile(r"[\d.百千万亿]")


def tells_more(code: str) -> bool:
    """Return whether a format shows something besides the digits: a per cent, words, other digits."""
    return any(mark in code for mark in '%"\\!') or bool(re.search(r"[0#?],+(?![0#?,])|\[\$[^\]\-]", code))


def as_shown(value: float, code: str) -> object:
    """Return a cell as its number format shows it: 0.85 under 0% is 85%, 3150 under 0"万元" is 3150万元.

    A format whose shown number is not the kept one makes the cell Spoilt, for only the person who made it
    knows which of the two is meant: yuan shown as 万 by dropped digits or by a point that is a mere letter
    (0!.0000), words or digits in front, and formats chosen by a condition on the value ([<10]0"万";0"元").

    >>> as_shown(0.85, "0%"), as_shown(3150.0, '0.0"万元"'), as_shown(3.0, "#,##0"), str(as_shown(31500000.0, "0!.0,"))
    ('85%', '3150万元', 3.0, '31500000')
    """
    if not tells_more(code):
        return value
    spoilt = Spoilt("scaled", plain_number(value))
    code = _CURRENCY.sub(r'"\1"', _GENERAL.sub("0", code))
    if _CONDITION.search(code):
        return spoilt
    sections = re.split(r';(?=(?:[^"]*"[^"]*")*[^"]*$)', code)
    section = sections[1] if value < 0 and len(sections) > 1 else sections[0]
    front, digits, behind, percents = "", "", "", 0
    for quoted, escaped, holders, percent, other in _PART.findall(section):
        if holders and behind.strip():
            return spoilt
        if holders:
            digits += holders
        elif percent:
            percents += 1
        elif digits:
            behind += quoted or escaped or other
        else:
            front += quoted or escaped or other
    if not digits or digits.endswith(",") or _CHANGES_NUMBER.search(front) or ("-" in front and value > 0):
        return spoilt
    words = re.sub(r"[\s()（）\-¥￥$+]", "", behind)
    if percents:
        return plain_number(value * 100**percents) + "%" * percents + words
    return plain_number(value) + words if words else value
