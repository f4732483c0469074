"""Candidate commitments out of any policy text: each number is judged by the first rule that fits it."""

import datetime as dt
import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from chengzai.plan import _phrases as say
from chengzai.plan._context import contexts
from chengzai.plan._deadlines import dues
from chengzai.plan._dismiss import NOT_TARGETS
from chengzai.plan._document import Clause
from chengzai.plan._fields import (
    change_of,
    comparator_of,
    deadline_of,
    is_yearly,
    kind_of,
    reach_of,
    strength_of,
    strength_said,
    value_of,
)
from chengzai.plan._frames import Frame, items, segments, sentences
from chengzai.plan._indicators import indicators_of, stripped
from chengzai.plan._mentions import Mention, scan_mentions
from chengzai.plan._reading import Reading, read_mention
from chengzai.plan._spans import SpanIndex
from chengzai.plan._tables import Table, TableGoal, find_tables


@dataclass(frozen=True, slots=True)
class Candidate:
    """A proposed target with the rule that fired and how sure it is (0–1); None for a value not written.

    `growth` says that the number is a change and not a level; `base` is what it is measured from, as written.
    `nested` is a part of what was named before it (其中).
    """

    start: int
    end: int
    number_start: int
    number_end: int
    indicator: str
    scope: str
    comparator: str
    value: Decimal | None
    unit: str
    deadline: dt.date
    deadline_explicit: bool
    kind: str
    direction: str
    strength: str
    every_year: bool
    rule: str
    confidence: float
    upper: Decimal | None = None
    growth: bool = False
    base: str = ""
    baseline: Decimal | None = None
    nested: bool = False


@dataclass(frozen=True, slots=True)
class Judged:
    """A mention that is no target, with the reason and the rule that gave it."""

    mention: Mention
    reason: str
    rule: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Times:
    """The year a text speaks from and the day its plan ends."""

    now: int
    end: dt.date


def extract(
    document: str, clauses: tuple[Clause, ...], *, times: Times
) -> tuple[tuple[Candidate, ...], tuple[Judged, ...]]:
    """Return the candidate targets of a document and what every other mention is taken for.

    The plan's end is the deadline of what names none. Every mention of the scanner ends in one or the other.
    """
    found: list[Candidate] = []
    judged: list[Judged] = []
    tables = find_tables(document, now=times.now)
    found += [_from_table(goal, times) for table in tables for goal in table.goals]
    mentions, in_tables = _parted(scan_mentions(document), tables)
    judged += [_cell(mention, table) for mention, table in in_tables]
    starts = [m.start for m in mentions]
    for clause, context in zip(clauses, contexts(clauses, now=times.now), strict=True):
        inside = list(mentions[bisect_left(starts, clause.start) : bisect_left(starts, clause.end)])
        begin = clause.start + len(clause.label)
        inside, labels = _unlabelled(inside, begin)
        judged += [Judged(m, "ordinal", "printed-label", 1.0) for m in labels]
        for sentence in sentences(begin, clause.text[len(clause.label) :]):
            back = context.looking_back and not _looks_ahead(sentence, times)
            for segment in segments(sentence):
                here = [m for m in inside if segment.covers(m.start)]
                told = back or _told_of_before(sentence, segment, times)
                readings = [read_mention(m, clause, sentence, segment, looking_back=told) for m in here]
                before = len(found)
                _judge(document, readings, (times, context.due), found, judged)
                if len(found) == before and not told:
                    found += _whole(sentence, segment, times, context.due)
    mentions = scan_mentions(document)
    numbered = SpanIndex((c.number_start, c.number_end, c) for c in found if c.number_start >= 0)
    claimed = {m.start for m in mentions if any(_claims(c, m) for _, _, c in numbered.over(m.start, m.end))}
    ended = claimed | {j.mention.start for j in judged}
    judged += [Judged(m, "word", "outside-any-clause", 0.5) for m in mentions if m.start not in ended]
    return tuple(sorted(found, key=lambda c: (c.start, c.number_start))), tuple(
        sorted((j for j in judged if j.mention.start not in claimed), key=lambda j: j.mention.start)
    )


def _claims(candidate: Candidate, mention: Mention) -> bool:
    """Return whether a candidate's number is the mention, a part of it, or a range that holds it."""
    begin, end = candidate.number_start, candidate.number_end
    return (begin <= mention.start and mention.end <= end) or (mention.start <= begin < end <= mention.end)


def _parted(
    mentions: tuple[Mention, ...], tables: tuple[Table, ...]
) -> tuple[tuple[Mention, ...], list[tuple[Mention, Table]]]:
    """Return the mentions outside tables, and those inside with their table."""
    standing = SpanIndex((table.start, table.end, table) for table in tables)
    inside = [(m, table) for m in mentions for _, _, table in standing.over(m.start, m.start + 1)]
    taken = {m.start for m, _ in inside}
    return tuple(m for m in mentions if m.start not in taken), inside


def _cell(mention: Mention, table: Table) -> Judged:
    """Return what a number in a table is that is no goal: a present value, a row's number, or a fact."""
    if any(begin < mention.end and mention.start < end for begin, end in table.baselines):
        return Judged(mention, "baseline", "table-present-value", 0.8)
    first = mention.start in table.row_numbers
    return Judged(mention, "ordinal" if first else "fact", "table-row-number" if first else "table-other-cell", 0.75)


def _from_table(goal: TableGoal, times: Times) -> Candidate:
    ratio = goal.unit in {"%", "％", *say.RATIO_UNITS} or bool(re.search(r"率$|比例$|占比$", goal.indicator))
    return Candidate(
        start=goal.row[0],
        end=goal.row[1],
        number_start=goal.number[0],
        number_end=goal.number[1],
        indicator=goal.indicator,
        scope="",
        comparator=goal.comparator,
        value=goal.value,
        unit=goal.unit,
        deadline=goal.day or times.end,
        deadline_explicit=goal.day is not None,
        kind="ratio" if ratio else "stock",
        direction="down" if goal.comparator in {"<", "<="} or _falls(goal) else "up",
        strength="firm",
        every_year=False,
        rule=goal.rule,
        confidence=goal.confidence,
        upper=goal.upper,
        growth=goal.growth,
        base=goal.base,
        baseline=goal.baseline,
    )


def _falls(goal: TableGoal) -> bool:
    return goal.baseline is not None and goal.value < goal.baseline


def _unlabelled(mentions: list[Mention], begin: int) -> tuple[list[Mention], list[Mention]]:
    """Return the mentions behind a printed label, and those that are it or run together with it (9.2023年)."""
    return [m for m in mentions if m.start >= begin], [m for m in mentions if m.start < begin]


def _looks_ahead(sentence: Frame, times: Times) -> bool:
    """Return whether a sentence in a chapter that looks back promises something by a day to come."""
    if not any(due.day.year > times.now for due in dues(sentence.text, now=times.now - 1)):
        return False
    return bool(say.PROMISING.search(sentence.text)) and not say.FORESEEING.search(sentence.text)


def _told_of_before(sentence: Frame, segment: Frame, times: Times) -> bool:
    """Return whether a segment stands in words about what is or was: 目前…, 2022年… in a text of 2023."""
    upto = re.sub(r"[（(][^（()）]*[)）]", "", sentence.text[: segment.end - sentence.start])
    days = [due.day.year for due in dues(upto, now=times.now)]
    if days:
        return max(days) < times.now
    return bool(say.OPENS_PRESENT.match(upto)) and not say.PROMISING.search(upto)


def rule_names() -> frozenset[str]:
    """Return the name of every rule that may fire, for those that say where each one does."""
    dismissing = (name for name, *_ in NOT_TARGETS)
    promising = (name for name, *_ in say.WHOLE)
    numbers = ("growth", "number-with-unit", "bare-number", "outside-any-clause")
    tables = ("table-cell", "table-run-together", "table-present-value", "table-row-number", "table-other-cell")
    return frozenset((*dismissing, *promising, *numbers, *tables))


_When = tuple[Times, dt.date | None]


def _judge(document: str, readings: list[Reading], when: _When, found: list[Candidate], judged: list[Judged]) -> None:
    for reading in readings:
        if found and _claims(found[-1], reading.mention):
            continue  # the upper end of a range, the other part of a fraction
        for rule, reason, confidence, fits in NOT_TARGETS:
            if fits(reading, document):
                judged.append(Judged(reading.mention, reason, rule, confidence))
                break
        else:
            found.extend(_candidates(reading, readings, when))


def _candidates(r: Reading, readings: list[Reading], when: _When) -> Iterator[Candidate]:
    """Yield the targets of one number: one, or one for each subject that 均 or 分别 shares it among."""
    for indicator, scope in indicators_of(r, readings):
        yield _candidate(r, indicator, scope, when)


def _candidate(r: Reading, indicator: str, scope: str, when: _When) -> Candidate:
    value = value_of(r)
    comparator = comparator_of(r)
    times, inherited = when
    deadline, explicit = deadline_of(r, now=times.now, inherited=inherited, end=times.end)
    change = change_of(r)
    yearly = is_yearly(r, now=times.now)
    down = comparator in {"<", "<="} or bool(say.FALLING.search(r.item.text))
    listed = re.search(r"分别|均|各", r.before) is not None  # the words that a list shares stand before its items
    return Candidate(
        start=r.segment.start if listed or not r.item.text.strip() else r.item.start,
        end=r.item.end,
        number_start=r.mention.start,
        number_end=r.quantity_end,
        indicator=indicator,
        scope=scope,
        comparator=comparator,
        value=value.number,
        unit=value.unit,
        deadline=deadline,
        deadline_explicit=explicit,
        kind=kind_of(r, indicator, yearly=yearly),
        direction="down" if down else "up",
        strength=strength_of(r),
        every_year=yearly,
        rule="growth" if change.growth else "number-with-unit" if r.unit else "bare-number",
        confidence=_confidence(r, indicator),
        upper=value.upper,
        growth=change.growth,
        base=change.base,
        baseline=change.baseline,
        nested=bool(say.NESTED.search(reach_of(r))),
    )


_LONG_NAME = 22  # a longer phrase is a clause rather than the name of a figure


def _confidence(r: Reading, indicator: str) -> float:
    """Return how sure a candidate is: a table run together into one line is not read with any trust."""
    if len(re.findall(say.NUMBER, r.segment.text)) > 6 and len(r.segment.text) > 80:
        return 0.3
    if say.SUBSIDISING.search(r.segment.text):
        return 0.6  # what is paid to whom is a rule as often as a promise
    named = 1 < len(indicator) <= _LONG_NAME and not re.search(r"\d|^[的和与]", indicator)
    return 0.9 if r.unit and named else 0.6


def _whole(sentence: Frame, segment: Frame, times: Times, inherited: dt.date | None) -> Iterator[Candidate]:
    """Yield what is promised without a number: full coverage, removal of all, what is to be built in the main.

    A list whose members all end alike (…全域覆盖、…基本覆盖) is one promise a member.
    """
    parts = items(segment)
    each = parts if len(parts) > 1 and all(_promised(part.text) for part in parts) else [segment]
    for frame in each:
        promised = _promised(frame.text)
        if promised:
            yield _unnumbered(promised, frame, sentence, (times, inherited))


def _promised(text: str) -> tuple[str, str] | None:
    """Return the rule and the kind of a promise without a number, if the text is one."""
    return next(((rule, kind) for rule, pattern, kind in say.WHOLE if pattern.search(text.strip())), None)


def _unnumbered(promised: tuple[str, str], frame: Frame, sentence: Frame, when: _When) -> Candidate:
    rule, kind = promised
    text = frame.text.strip()
    at = frame.start + frame.text.find(text)
    times, inherited = when
    named = [due.day for due in dues(sentence.text[: frame.end - sentence.start], now=times.now)]
    zero = re.search(r"清零|归零", text)
    standard = re.search(rf"{say.NUMBER}(?:[—–-]{say.NUMBER})*分钟", text)
    written = (
        zero
        or standard
        or (re.search(r"20\d\d年(?:年底|底|末)?[之以]?前?", text) if kind in {"milestone", "coverage"} else None)
    )
    return Candidate(
        start=at,
        end=at + len(text),
        number_start=at + written.start() if written else -1,
        number_end=at + written.end() if written else -1,
        indicator=stripped(text),
        scope="",
        comparator="==",
        value=Decimal(0) if zero else None,
        unit="",
        deadline=named[-1] if named else inherited or times.end,
        deadline_explicit=bool(named),
        kind=kind,
        direction="down" if zero else "up",
        strength=strength_said(text, text),
        every_year=False,
        rule=rule,
        confidence=0.7,
    )
