"""What a paragraph inherits: whether its chapter looks back, and the deadline its headings name."""

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from chengzai.plan import _phrases as say
from chengzai.plan._deadlines import dues
from chengzai.plan._document import Clause
from chengzai.plan._headings import heading_of

# Headings of chapters that look back, and words in them that look ahead all the same.
_BACK = re.compile(
    r"回顾|形势|成就|现状|成效|进展|主要问题|发展基础|执行情况|完成情况|背景|工作总结|面临的|存在的?问题|过去"
)
_AHEAD = re.compile(r"目标|任务|安排|部署|展望|建议|要求|思路|对策|措施|重点工作")
# How a paragraph opens that turns the view within a chapter.
_TURNS_BACK = re.compile(
    r"^(?:过去|[一二三四五六七八九十]年来|一年来|近年来|[“\"]?十[一二三四]?五[”\"]?(?:期间|时期|以来)|20\d\d年(?:以来|，|,|是|全)|初步核算|目前[，,])"
)
_TURNS_AHEAD = re.compile(
    r"^(?:今后|未来|到20\d\d年|[“\"]?十[一二三四五六]五[”\"]?|20\d\d年|今年(?:是|要|发展|工作)|下一步|展望|新的一年|明年|主要目标|发展目标)"
)


@dataclass(frozen=True, slots=True)
class Context:
    """What holds for a paragraph unless it says otherwise."""

    looking_back: bool
    due: dt.date | None


def contexts(clauses: Sequence[Clause], *, now: int) -> Iterator[Context]:
    """Yield each clause's context; a deeper heading is forgotten when a higher one begins."""
    stack: list[tuple[int, bool | None, dt.date | None]] = []
    turned: bool | None = None
    for clause in clauses:
        level, heading = heading_of(clause.text)
        if heading:
            stack = [entry for entry in stack if entry[0] < level]
            stack.append((level, _view(heading), _due(heading, now)))
            turned = None
        body = clause.text[len(heading) :] if heading and len(clause.text) > len(heading) + 1 else clause.text
        if not heading or body is not clause.text:
            turned = _turn(body.strip("。 \n"), now, turned=turned)
        views = [view for _, view, _ in stack if view is not None]
        behind = bool(views and views[-1])
        foreseen = behind and turned is False and bool(say.FORESEEING.search(clause.text))
        back = behind if turned is None or foreseen else turned
        yield Context(back, next((due for _, _, due in reversed(stack) if due), None))


def _view(heading: str) -> bool | None:
    """Return whether a heading looks back, or None where it says nothing or both."""
    back, ahead = bool(_BACK.search(heading)), bool(_AHEAD.search(heading))
    return back if back != ahead else None


def _due(heading: str, now: int) -> dt.date | None:
    found = [due.day for due in dues(heading, now=now) if due.day.year >= now]
    return found[-1] if found else None


def _turn(text: str, now: int, *, turned: bool | None) -> bool | None:
    """Return the view after a paragraph's opening words; one that opens with neither keeps the view."""
    opening = text[:60]
    if _TURNS_BACK.search(opening):
        named = dues(opening[:14], now=now)
        return not (named and named[0].day.year >= now)
    if _TURNS_AHEAD.search(opening):
        named = dues(opening[:14], now=now)
        return bool(named and named[0].day.year < now)
    return turned
