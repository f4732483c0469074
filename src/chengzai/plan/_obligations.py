"""Obligations without a target: tasks with verb and object, mechanisms with their rhythm, reforms and pilots."""

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from chengzai.plan import _phrases as say
from chengzai.plan._document import Clause
from chengzai.plan._frames import Frame, items, segments, sentences
from chengzai.plan._responsible import names_units, without_units
from chengzai.plan._spans import SpanIndex

_DUTY = re.compile(
    rf"^(?:{say.MANNER})*(?P<verb>{'|'.join(sorted(say.DUTIES.split('|'), key=len, reverse=True))})(?P<object>.{{2,}})"
)
_RHYTHM = re.compile(
    r"每(?P<rhythm>日|周|旬|月|季度|季|半年|年)[^0-9]{0,6}(?:会商|调度|召开|通报|报告|晾晒|评价|考核|总结|公布)"
)
_REFORM = re.compile(r"改革|试点|试验区|机制创新|先行先试")
_RHYTHMS = {
    "日": "day",
    "周": "week",
    "旬": "ten-days",
    "月": "month",
    "季": "quarter",
    "季度": "quarter",
    "半年": "half-year",
    "年": "year",
}


@dataclass(frozen=True, slots=True)
class Obligation:
    """A duty in the words of the plan: `task`, `mechanism` or `reform`; `rhythm` is set for a mechanism."""

    kind: str
    clause: str
    start: int
    end: int
    verb: str
    object: str
    rhythm: str = ""
    deadline: dt.date | None = None


def find_obligations(clauses: Iterable[Clause], taken: Iterable[tuple[int, int]]) -> tuple[Obligation, ...]:
    """Return the duties of the clauses in order, those left out whose words a target has `taken`.

    The first sentence behind a printed label is the clause's title and no duty.
    """
    spans = SpanIndex((begin, end, None) for begin, end in taken)
    return tuple(
        duty
        for clause in clauses
        if not names_units(clause)
        for sentence in _body(clause)
        for duty in _duties(clause, sentence)
        if not spans.over(duty.start, duty.end)
    )


_SYSTEM = re.compile(
    r"(?:体系|平台|机制|制度|系统|应用场景|场景应用|数据库|项目库|资源库|大脑|驾驶舱|服务网络|共同体|联合体|专班)(?=$|[，,、。；;和与及等建的])"
)
_BEFORE_SYSTEM = re.compile(rf"^.*?(?:{'|'.join(sorted(say.DUTIES.split('|'), key=len, reverse=True))})(?=[一-鿿“])")


def find_systems(clauses: Iterable[Clause]) -> tuple[tuple[str, int, int], ...]:
    """Return the named systems (体系, 平台, 机制, 系统 …) as clause, start and end, each where it first stands."""
    found: list[tuple[str, int, int]] = []
    seen: set[str] = set()
    for clause in clauses:
        for sentence in sentences(clause.start, clause.text):
            for item in (i for segment in segments(sentence) for i in items(segment)):
                match = _SYSTEM.search(item.text)
                if not match:
                    continue
                before = _BEFORE_SYSTEM.match(item.text[: match.start()])
                begin = before.end() if before and before.end() < match.start() else 0
                name = item.text[begin : match.end()]
                if name not in seen and _FEWEST <= len(name) <= _MOST:
                    seen.add(name)
                    found.append((clause.id, item.start + begin, item.start + match.end()))
    return tuple(found)


_FEWEST, _MOST = 4, 30


def _body(clause: Clause) -> list[Frame]:
    label = len(clause.label)
    found = sentences(clause.start + label, clause.text[label:])
    titled = label and len(found) > 1 and len(found[0].text) <= 24 and "," not in found[0].text
    return found[1:] if titled else found


def _duties(clause: Clause, sentence: Frame) -> Iterator[Obligation]:
    for segment in segments(sentence):
        for kind, verb, thing, rhythm, start, end in _read(segment):
            named = re.findall(r"(20\d\d)年", sentence.text[: end - sentence.start])
            deadline = dt.date(int(named[-1]), 12, 31) if named else None
            yield Obligation(kind, clause.id, start, end, verb, thing, rhythm, deadline)


def _read(segment: Frame) -> Iterator[tuple[str, str, str, str, int, int]]:
    """Yield what one segment obliges to: its rhythms if it has any, else its duty."""
    rhythms = list(_RHYTHM.finditer(segment.text))
    for match in rhythms:
        start, end = segment.start + match.start(), segment.start + match.end()
        yield "mechanism", match[0][-2:], segment.text, _RHYTHMS[match["rhythm"]], start, end
    text = without_units(segment.text)
    duty = _DUTY.match(text)
    if duty and not rhythms:
        kind = "reform" if _REFORM.search(duty["object"]) else "task"
        yield kind, duty["verb"], duty["object"], "", segment.start, segment.start + len(text)
