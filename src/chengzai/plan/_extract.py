"""Candidate commitments out of any policy text: each number is judged by the first rule that fits it."""

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from chengzai.kernel import read_number
from chengzai.plan import _phrases as say
from chengzai.plan._dismiss import NOT_TARGETS
from chengzai.plan._document import Clause
from chengzai.plan._frames import Frame, items, segments, sentences
from chengzai.plan._mentions import Mention, scan_mentions
from chengzai.plan._reading import Reading, read_mention


@dataclass(frozen=True, slots=True)
class Candidate:
    """A proposed target with the rule that fired and how sure it is (0–1); None for a value not written."""

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


@dataclass(frozen=True, slots=True)
class Judged:
    """A mention that is no target, with the reason and the rule that gave it."""

    mention: Mention
    reason: str
    rule: str
    confidence: float


def extract(
    document: str, clauses: tuple[Clause, ...], *, end: dt.date
) -> tuple[tuple[Candidate, ...], tuple[Judged, ...]]:
    """Return the candidate targets of a document and what every other mention is taken for.

    `end` is the plan's end, the deadline of what names none. Every mention of the scanner ends in one or the other.
    """
    found: list[Candidate] = []
    judged: list[Judged] = []
    mentions = scan_mentions(document)
    looking_back = False
    for clause in clauses:
        if say.TOP_HEADING.match(clause.text):
            looking_back = bool(say.LOOKING_BACK.search(re.split("[。：:]", clause.text)[0]))
        inside = [m for m in mentions if clause.start <= m.start < clause.end]
        for sentence in sentences(clause.start, clause.text):
            for segment in segments(sentence):
                here = [m for m in inside if segment.covers(m.start)]
                back = looking_back and not say.AHEAD.search(sentence.text)
                readings = [read_mention(m, clause, sentence, segment, looking_back=back) for m in here]
                before = len(found)
                _judge(document, readings, end, found, judged)
                if len(found) == before and not back:
                    found += _whole(sentence, segment, end)
    claimed = {m.start for m in mentions if any(c.number_start <= m.start and m.end <= c.number_end for c in found)}
    said = {j.mention.start for j in judged}
    judged += [Judged(m, "word", "outside-any-clause", 0.5) for m in mentions if m.start not in claimed | said]
    return tuple(sorted(found, key=lambda c: (c.start, c.number_start))), tuple(
        sorted((j for j in judged if j.mention.start not in claimed), key=lambda j: j.mention.start)
    )


def _judge(document: str, readings: list[Reading], end: dt.date, found: list[Candidate], judged: list[Judged]) -> None:
    for reading in readings:
        for rule, reason, confidence, fits in NOT_TARGETS:
            if fits(reading, document):
                judged.append(Judged(reading.mention, reason, rule, confidence))
                break
        else:
            found.extend(_candidates(reading, readings, end))


def _candidates(r: Reading, readings: list[Reading], end: dt.date) -> Iterator[Candidate]:
    """Yield the targets of one number: one, or one for each subject that 均 or 分别 shares it among."""
    subjects = _shared_subjects(r, readings)
    for indicator, scope in subjects or [_indicator(r)]:
        yield _candidate(r, indicator, scope, end)


def _candidate(r: Reading, indicator: str, scope: str, end: dt.date) -> Candidate:
    segment = r.segment.text
    number = _written_number(r)
    comparator = _comparator(r)
    deadline, explicit = _deadline(r, end)
    yearly = bool(say.YEARLY.search(_reach(r)))
    strength = "guidance" if say.GUIDING.search(segment) else _strength(_reach(r), segment)
    down = comparator in {"<", "<="} or bool(say.FALLING.search(r.item.text))
    return Candidate(
        start=r.item.start if r.item.text.strip() else r.segment.start,
        end=r.item.end,
        number_start=r.mention.start,
        number_end=r.quantity_end,
        indicator=indicator,
        scope=scope,
        comparator=comparator,
        value=number,
        unit=_unit(r),
        deadline=deadline,
        deadline_explicit=explicit,
        kind=_kind(r, indicator, yearly=yearly),
        direction="down" if down else "up",
        strength=strength,
        every_year=yearly,
        rule="number-with-unit" if r.unit else "bare-number",
        confidence=_confidence(r, indicator),
    )


def _strength(governing: str, own: str) -> str:
    """Return how firmly something is promised: 力争 governs a whole list, 基本 only its own segment."""
    if say.ASPIRING.search(governing):
        return "aspirational"
    return "basic" if say.BASIC.search(own) else "firm"


def _confidence(r: Reading, indicator: str) -> float:
    """Return how sure a candidate is: a table run together into one line is not read with any trust."""
    if len(re.findall(say.NUMBER, r.segment.text)) > 6 and len(r.segment.text) > 80:
        return 0.3
    return 0.9 if r.unit and len(indicator) > 1 else 0.6


def _written_number(r: Reading) -> Decimal:
    """Return the number in the unit as written: 3000 for 3000亿元."""
    if r.mention.surface[0] in "百千万亿" and not re.search(r"\d", r.mention.surface):
        return read_number(r.mention.surface[0])
    bare = re.match(rf"{say.NUMBER}|{say.CHINESE}|[Ⅰ-Ⅻ]", r.mention.surface)
    return read_number(bare[0] if bare else r.mention.surface)


def _unit(r: Reading) -> str:
    """Return the unit; a list like 18万、20万、15万人 lends the last one's to those before."""
    unit = r.unit
    if unit in {"万", "亿", ""} and r.quantity is not None:
        later = re.match(
            rf"(?:[、和]{say.NUMBER}[百千万亿]*)*[、和]{say.NUMBER}(?P<unit>[百千万亿]*[一-鿿]+?)(?:$|以上|以内)",
            r.after,
        )
        if later:
            return later["unit"]
    return unit


def _comparator(r: Reading) -> str:
    after = r.after[:3]
    if r.quantity is not None and r.quantity["unit"] == "强":
        return "<="
    for pattern, sign in ((say.WITHIN_AFTER, "<="), (say.ABOUT_AFTER, "~=")):
        if re.match(pattern, after):
            return sign
    shared = re.search(r"分别(.{1,6}?)[0-9]", r.segment.text)
    for pattern, sign in say.COMPARING_BEFORE:
        near = re.search(rf"(?:{pattern})[^,，、]{{0,3}}$", r.before)
        if near or (shared and re.search(pattern, shared[1])):
            return sign if sign != ">=" or not after.startswith("以下") else "<="
    return ">=" if after.startswith(say.AT_LEAST_AFTER) else "<=" if after.startswith("以下") else "=="


def _reach(r: Reading) -> str:
    """Return the words that govern a number: its sentence up to it, back to the last semicolon."""
    upto = r.sentence.text[: r.mention.start - r.sentence.start]
    return re.split(r"[；;]", upto)[-1]


def _deadline(r: Reading, end: dt.date) -> tuple[dt.date, bool]:
    upto = r.sentence.text[: r.mention.start - r.sentence.start]
    named = re.findall(r"(?<![比较与])(20\d\d)年(?:底|末|年底)?([之以]?前)?", upto)
    if named:
        year, before = int(named[-1][0]), named[-1][1]
        only_year = before and not re.search(rf"{year}年(?:底|末|年底)[之以]?前", upto)
        return dt.date(year - 1 if only_year else year, 12, 31), True
    return end, False


def _kind(r: Reading, indicator: str, *, yearly: bool) -> str:
    if yearly:
        return "flow"
    if say.MAINTAIN.search(r.before[-6:]):
        return "maintain"
    if r.quantity is not None and (r.quantity["percent"] or r.quantity["unit"] in {"微克/立方米", "倍"}):
        return "ratio"
    if re.search(r"率$|占比|比例|倍差|每[百千万]", indicator):
        return "ratio"
    if say.ANNUAL_VALUE.search(indicator) and (r.quantity is not None and "元" in r.unit):
        return "flow"
    return "stock" if say.LEVEL.search(indicator) else "cumulative"


def _indicator(r: Reading) -> tuple[str, str]:
    """Return the noun phrase that the number measures and its scope; behind the number if none stands before."""
    upto = r.item.text[: r.mention.start - r.item.start]
    noun = _stripped(upto)
    if len(noun) < 2 or say.ACTING.search(re.sub(r"(?:至少|不少于|不低于)$", "", upto)):
        behind = re.match(
            r"(?:以上|左右|以内)?(?:的)?([一-鿿A-Za-z“”（）()]{2,24})", r.item.text[r.quantity_end - r.item.start :]
        )
        noun = behind[1] if behind else noun
    if len(noun) < 2:
        noun = _stripped(r.before)
    scope = re.search(r"(全市|全省|全国|全县|全区|中心城区|市区|城镇|县域)", upto or r.before)
    return noun, scope[1] if scope else ""


def _stripped(text: str) -> str:
    """Return a noun phrase without the verbs before and the comparing words behind."""
    text = re.sub(rf"(?:{'|'.join(p for p, _ in say.COMPARING_BEFORE)}|力争|均|分别)+$", "", text.strip())
    text = re.sub(r"[到至率]?(?:提高|提升|增加|缩小|稳定|下降|降低|达|保持)$", "", text)
    before = None
    while before != text:
        before = text
        for verb in say.VERBS:
            if text.startswith(verb) and len(text) > len(verb) + 1:
                text = text[len(verb) :]
    return text


def _shared_subjects(r: Reading, readings: list[Reading]) -> list[tuple[str, str]]:
    """Return the subjects of a shared number: all of them for 均, the one in its place for 分别."""
    both = say.TOGETHER.match(r.before)
    if both:
        return [(_stripped(part), "") for part in re.split(r"[、]|(?<=[一-鿿])和(?=[一-鿿])", both["subjects"])]
    split = re.match(r"(?P<subjects>[^()（）]+?[、和][^()（）]+?)分别", r.segment.text)
    if not split:
        return []
    parts = [_stripped(part) for part in re.split(r"[、和]", split["subjects"])]
    numbers = [x.mention.start for x in readings if x.mention.start >= r.segment.start + split.end()]
    place = numbers.index(r.mention.start) if r.mention.start in numbers else -1
    tail = re.search(r"(?:县城|城区|市|县)?(人口|.{2,6}率)$", parts[-1])
    name = parts[place] if 0 <= place < len(parts) else ""
    return [(tail[0] if tail and not name.endswith(tail[1]) else name, name)] if name else []


def _whole(sentence: Frame, segment: Frame, end: dt.date) -> Iterator[Candidate]:
    """Yield what is promised without a number: full coverage, removal of all, what is to be built in the main.

    A list whose members all end alike (…全域覆盖、…基本覆盖) is one promise a member.
    """
    parts = items(segment)
    each = parts if len(parts) > 1 and all(_promised(part.text) for part in parts) else [segment]
    for frame in each:
        promised = _promised(frame.text)
        if promised:
            yield _unnumbered(promised, frame, sentence, end)


def _promised(text: str) -> tuple[str, str] | None:
    """Return the rule and the kind of a promise without a number, if the text is one."""
    return next(((rule, kind) for rule, pattern, kind in say.WHOLE if pattern.search(text.strip())), None)


def _unnumbered(promised: tuple[str, str], frame: Frame, sentence: Frame, end: dt.date) -> Candidate:
    rule, kind = promised
    text = frame.text.strip()
    at = frame.start + frame.text.find(text)
    upto = sentence.text[: frame.end - sentence.start]
    named = re.findall(r"(20\d\d)年(?:年底|底|末)?([之以]?前)?", upto)
    only_year = bool(named) and named[-1][1] and not re.search(rf"{named[-1][0]}年(?:年底|底|末)", upto)
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
        indicator=_stripped(text),
        scope="",
        comparator="==",
        value=Decimal(0) if zero else None,
        unit="",
        deadline=dt.date(int(named[-1][0]) - (1 if only_year else 0), 12, 31) if named else end,
        deadline_explicit=bool(named),
        kind=kind,
        direction="down" if zero else "up",
        strength=_strength(text, text),
        every_year=False,
        rule=rule,
        confidence=0.7,
    )
