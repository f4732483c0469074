"""An independent scanner for numeric mentions; it shares no pattern with the compiler."""

from dataclasses import dataclass

_ARABIC = frozenset("0123456789０１２３４５６７８９")
_CHINESE = frozenset("零〇一二三四五六七八九十百千万亿两")
_SCALE = frozenset("十百千万亿")
_ROMAN = frozenset("ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩ")
_PERCENT = frozenset("%％‰")
_POINT = frozenset(".．")


@dataclass(frozen=True, slots=True)
class Mention:
    """A run of characters that writes a number: Arabic (scale and percent included), Chinese or Roman."""

    start: int
    end: int
    surface: str


def scan_mentions(document: str) -> tuple[Mention, ...]:
    """Return every numeric mention in order, without judging any of them.

    Each character of a numeral belongs to exactly one mention. 双, 半, 几 and 多 are words, not numerals.

    >>> [mention.surface for mention in scan_mentions("投资超3000亿元,占55.5%,“两山”一批")]
    ['3000亿', '55.5%', '两', '一']
    """
    found: list[Mention] = []
    at = 0
    while at < len(document):
        end = _arabic(document, at) or _run(document, at, _CHINESE) or _run(document, at, _ROMAN)
        if end:
            found.append(Mention(at, end, document[at:end]))
        at = end or at + 1
    return tuple(found)


def _run(document: str, start: int, alphabet: frozenset[str]) -> int:
    """Return the end of the run of `alphabet` that begins at `start`, or 0."""
    end = start
    while end < len(document) and document[end] in alphabet:
        end += 1
    return end if end > start else 0


def _arabic(document: str, start: int) -> int:
    end = _run(document, start, _ARABIC)
    if not end:
        return 0
    if document[end : end + 1] in _POINT and (decimals := _run(document, end + 1, _ARABIC)):
        end = decimals
    end = _run(document, end, _SCALE) or end
    return end + 1 if document[end : end + 1] and document[end] in _PERCENT else end
