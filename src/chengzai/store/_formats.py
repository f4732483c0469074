"""Number formats: what a person sees in a cell where the file keeps another number."""

import re

from chengzai.collect import Spoilt
from chengzai.kernel import plain_number

_GENERAL = re.compile(r"G/通用格式|General", re.IGNORECASE)
_PART = re.compile(r'"([^"]*)"|[\\!](.)|[_*].|\[[^\]]*\]|([0#?.,/]+|[eE][+-])|(%)|(.)')


def tells_more(code: str) -> bool:
    """Return whether a format shows something besides the digits: a per cent, words, other digits."""
    return any(mark in code for mark in '%"\\!') or bool(re.search(r"[0#?],+(?![0#?,])", code))


def as_shown(value: float, code: str) -> object:
    """Return a cell as its number format shows it: 0.85 under 0% is 85%, 3150 under 0"万元" is 3150万元.

    A format that drops digits, such as one that shows yuan as 万, makes the cell Spoilt: seen and kept differ.

    >>> as_shown(0.85, "0%"), as_shown(3150.0, '0.0"万元"'), as_shown(3.0, "#,##0"), str(as_shown(31500000.0, "0!.0,"))
    ('85%', '3150万元', 3.0, '31500000')
    """
    if not tells_more(code):
        return value
    sections = re.split(r';(?=(?:[^"]*"[^"]*")*[^"]*$)', _GENERAL.sub("0", code))
    section = sections[1] if value < 0 and len(sections) > 1 else sections[0]
    behind, digits, percents = "", "", 0
    for quoted, escaped, holders, percent, other in _PART.findall(section):
        if holders:
            digits, behind = (digits + behind if digits else "") + holders, ""
        elif percent:
            percents += 1
        else:
            behind += quoted or escaped or other
    if re.search(r",+$", digits) or any(mark not in "0#?.,/eE+-" for mark in digits):
        return Spoilt("scaled", plain_number(value))
    words = re.sub(r"[\s()（）\-¥￥$+]", "", behind)
    if percents:
        return plain_number(value * 100**percents) + "%" * percents + words
    return plain_number(value) + words if words else value
