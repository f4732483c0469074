"""A clause cut into the frames in which a number is read: sentences, segments and list items."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

_OPEN, _CLOSE = "“《(（[〔", "”》)）]〕"
_GOES_ON = ("，", ",", "、", "；", ";", "：", ":")  # a line that ends so breaks no sentence
_ENDLESS = 1500  # no sentence is longer; what is gives up being one, so that reading stays quick
_SENTENCE, _SEGMENT, _ITEM = "。！？!?\n", "，,；;：:\t|｜", "、"


@dataclass(frozen=True, slots=True)
class Frame:
    """A stretch of the document with its offset."""

    start: int
    text: str

    @property
    def end(self) -> int:
        """The offset just past it."""
        return self.start + len(self.text)

    def covers(self, at: int) -> bool:
        """Return whether the offset lies inside."""
        return self.start <= at < self.end


def sentences(start: int, text: str) -> list[Frame]:
    """Return the sentences of a text; a quote or bracket is never cut."""
    return list(_cut(start, text, _SENTENCE))


def segments(sentence: Frame) -> list[Frame]:
    """Return the parts of a sentence between commas, semicolons and colons."""
    return list(_cut(sentence.start, sentence.text, _SEGMENT))


def items(segment: Frame) -> list[Frame]:
    """Return the members of a list joined by 、 within a segment."""
    return list(_cut(segment.start, segment.text, _ITEM))


@lru_cache(maxsize=32)
def quoted(text: str) -> tuple[tuple[int, int, str], ...]:
    """Return the stretches inside quotation marks and titles: start, end, and the mark that opens them."""
    found: list[tuple[int, int, str]] = []
    opened: list[int] = []
    for i, char in enumerate(text):
        if char in "“《":
            opened.append(i)
        elif char in "”》" and opened:
            begin = opened.pop()
            found.append((begin, i + 1, text[begin]))
    return tuple(found)


def _cut(start: int, text: str, marks: str) -> Iterator[Frame]:
    depth, begin = 0, 0
    for i, char in enumerate(text):
        if char in _OPEN:
            depth += 1
        elif char in _CLOSE:
            depth = max(depth - 1, 0)
        elif char == "\n":
            depth = 0  # an unclosed bracket does not swallow the next line
        goes_on = char == "\n" and text[:i].rstrip()[-1:] in _GOES_ON
        ratio = char in ":：∶" and text[i - 1 : i].isdigit() and text[i + 1 : i + 2].isdigit()
        endless = i - begin > _ENDLESS and not char.isdigit()
        if endless or (depth == 0 and char in marks and not goes_on and not ratio):
            yield from _frame(start, text, begin, i)
            begin = i + 1
    yield from _frame(start, text, begin, len(text))


def _frame(start: int, text: str, begin: int, end: int) -> Iterator[Frame]:
    """Yield a stretch without the blanks before it, unless nothing is left."""
    while begin < end and text[begin].isspace():
        begin += 1
    if begin < end and text[begin:end].strip():
        yield Frame(start + begin, text[begin:end])


def years(text: str) -> list[int]:
    """Return the years that a text names as such.

    >>> years("到2027年,比2020年提高")
    [2027, 2020]
    """
    return [int(year) for year in re.findall(r"(?<![0-9])(20[0-9]{2}|19[0-9]{2})(?=年|[—–-]20)", text)]
