"""What the words around a number say: its comparators, and its value as written."""

import re

from chengzai.kernel import QuantityError, read_number, unit_scale
from chengzai.plan._records import Quote, Target

_AFTER = {"以上": ">=", "以内": "<=", "以下": "<=", "左右": "~=", "强": "<="}
_BEFORE = (
    ("不低于|不少于|至少|达到|达(?!标)|保持在|维持在|稳定在", ">="),
    (r"(?<!不)(?:超过|超|高于)|突破", ">"),
    (r"(?<!不)低于", "<"),
    ("严守|守住|守牢", ">="),
    (r"(?:进入|跻身|位居|稳居|保持|位列)[^，,、；;]{0,10}前", "<="),
    ("≥", ">="),
    ("[＞>]", ">"),
    ("≤", "<="),
    ("[＜<]", "<"),
)


def read_as_written(number: str, target: Target) -> object:
    """Return the number as the words give it; a scale that only the last item of a list carries is lent."""
    try:
        read = read_number(number)
    except QuantityError:
        return target.canonical.value if target.canonical else None  # 清零 writes its zero as a verb
    scale, _ = unit_scale(target.unit)
    return read if any(mark in number for mark in "百千万亿") else read * scale


def comparators_said(quote: Quote) -> tuple[str, ...]:
    """Return the comparators that the words around the number say, strict ones first.

    达到…以上 says one thing twice and gives one answer; 超…以上 contradicts itself and gives two.
    """
    if not quote.number:
        return ()
    at = max(quote.number_span.start - quote.span.start, 0)
    before, after = quote.words[:at], quote.words[at : at + len(quote.number) + 3]
    said = [sign for word, sign in _AFTER.items() if word in after]
    for pattern, sign in _BEFORE:
        nearby = f"(?:{pattern})[^,，、]{{0,4}}$"
        shared = f"分别(?:{pattern})[^,，]*$"
        if re.search(nearby, before) or re.search(shared, before):
            said.append(sign)
    if re.search("[多余]", quote.number):
        said.append(">")
    if re.search(r"(?<![节集简合制公签违预特条])约[^，,、；;0-9]{0,14}$", before):
        said.append("~=")
    found = sorted(set(said), key=lambda sign: (len(sign), sign))
    inclusive_up = ">=" in found and any(sign in {"<=", "~="} for sign in found)
    return tuple(sign for sign in found if not (inclusive_up and sign == ">=")) or ("==",)
