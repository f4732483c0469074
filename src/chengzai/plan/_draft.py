"""A draft pack out of any policy text: sections found, candidates proposed, every other number explained."""

import datetime as dt
import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from chengzai.kernel import Citation, Finding, Severity, Text
from chengzai.plan._clean import Cleaning, clean_text
from chengzai.plan._deadlines import dues
from chengzai.plan._document import Clause, read_clauses
from chengzai.plan._extract import Candidate, Judged, Times, extract
from chengzai.plan._frames import years
from chengzai.plan._headings import sections
from chengzai.plan._obligations import find_obligations, find_systems
from chengzai.plan._responsible import responsible

_SURE = 0.7
_OLDEST = 2000


@dataclass(frozen=True)
class Draft:
    """The cleaned document, tables of a pack as proposed, what a person should look at, and findings about the text."""

    document: str
    tables: dict[str, Any]
    review: tuple[Candidate | Judged, ...]
    findings: tuple[Finding, ...]

    def to_decide(self) -> list[tuple[float, str, int, int]]:
        """Return what a person should decide as confidence, rule and span."""
        return [
            (x.confidence, x.rule, x.start, x.end)
            if isinstance(x, Candidate)
            else (x.confidence, x.rule, x.mention.start, x.mention.end)
            for x in self.review
        ]


def draft_plan(received: str, *, name: str) -> Draft:
    """Return a draft of a pack for a document; everything in it is proposed, with its rule and confidence.

    The text is cleaned by repairs that are on record; all offsets count characters of the cleaned document.
    The plan's years are read from its title or, failing that, from the years it names most widely.
    """
    document, cleanings = clean_text(received)
    headed = list(sections(document))
    clauses, _ = read_clauses(document, headed, ids="words")
    start, end, now = _span(document)
    found, judged = extract(document, clauses, times=Times(now, end))
    title = _title(document) or name
    head = {
        "title": title,
        "short_title": title,
        "city": "",
        "root": "0",
        "start": start,
        "end": end,
        "default_deadline": end,
        "document": "document.txt",
        "clause_ids": "words",
        "section": headed,
    }
    answering = _answering(clauses)
    rows = (_target(candidate, document, clauses) for candidate in found)
    targets = list(_unique_ids(row | answering.get(row["clause"], {}) for row in rows))
    _name_wholes(found, targets)
    tables = {
        "plan": head,
        "commitments": [{"target": targets, **_obligations(clauses, found)}],
        "not_commitments": {"entry": [_entry(j, clauses) for j in judged]},
        "repairs": {"repair": [_repair(cleaning, clauses) for cleaning in cleanings]},
    }
    extractions: list[Candidate | Judged] = [*found, *judged]
    review = tuple(sorted((x for x in extractions if x.confidence < _SURE), key=_place))
    return Draft(document, tables, review, tuple(_finding(c, name) for c in cleanings if not c.applied))


_KINDS_OF_TEXT = "方案|规划|计划|报告|意见|办法|纲要|要点|清单|分解|通知|决定|措施"


def _title(document: str) -> str:
    """Return the title: a short line naming a kind of text, else a book title in the opening, else the first line."""
    opening = [line.strip() for line in document.split("\n") if line.strip()][:12]
    named = (line for line in opening if len(line) <= 60 and not line.endswith("。"))
    short = next(
        (
            re.sub(r"^.{4,14}日\s+", "", line)
            for line in named
            if re.search(rf"(?:{_KINDS_OF_TEXT})(?:[（(].*[)）])?$", line)
        ),
        "",
    )
    quoted = re.search(rf"《([^》]*(?:{_KINDS_OF_TEXT})[^》]*)》", "\n".join(opening[:2]))
    return short or (quoted[1] if quoted else opening[0][:40] if opening else "")


def _repair(cleaning: Cleaning, clauses: tuple[Clause, ...]) -> dict[str, Any]:
    """Return a repair as a row; what was taken out altogether belongs to no clause."""
    clause = (
        next((c for c in clauses if c.start <= cleaning.at < c.end), None)
        if cleaning.now or not cleaning.applied
        else None
    )
    row: dict[str, Any] = {"kind": cleaning.kind, "clause": clause.id if clause else "", "was": cleaning.was}
    return row | {"now": cleaning.now, "why": cleaning.why, "applied": cleaning.applied}


def _finding(cleaning: Cleaning, name: str) -> Finding:
    where = Citation(name, "", cleaning.at, cleaning.at + len(cleaning.was))
    remedy = Text("请核对正式文本；原文未改动。", "Compare the official text; nothing was changed.")
    if cleaning.now:
        return Finding(
            "plan.suspected-typo",
            Severity.WARNING,
            Text(f"“{cleaning.was}”疑为“{cleaning.now}”之误。", f"'{cleaning.was}' may be mistyped."),
            remedy,
            where,
        )
    return Finding(
        "plan.suspected-advertisement",
        Severity.WARNING,
        Text(f"“{cleaning.was}”疑为网页植入的广告。", f"'{cleaning.was}' looks like an injected advertisement."),
        remedy,
        where,
    )


def _obligations(clauses: tuple[Clause, ...], found: tuple[Candidate, ...]) -> dict[str, list[dict[str, Any]]]:
    """Return tasks, mechanisms and reforms as tables by kind; the words of a target are not said twice."""
    tables: dict[str, list[dict[str, Any]]] = {"task": [], "mechanism": [], "reform": [], "system": []}
    by_id = {clause.id: clause for clause in clauses}
    answering = _answering(clauses)
    for duty in find_obligations(clauses, [(c.start, c.end) for c in found]):
        clause = by_id[duty.clause]
        words = clause.text[duty.start - clause.start : duty.end - clause.start]
        rows = tables[duty.kind]
        row: dict[str, Any] = {"id": f"{duty.kind}-{len(rows) + 1:03d}", "clause": duty.clause, "words": words}
        row |= {"occurrence": _occurrence(clause, words, duty.start), "verb": duty.verb, "object": duty.object}
        row |= {"rhythm": duty.rhythm} if duty.rhythm else {}
        row |= answering.get(duty.clause, {})
        rows.append(row | ({"deadline": duty.deadline} if duty.deadline else {}))
    for number, (clause_id, start, end) in enumerate(find_systems(clauses), start=1):
        clause = by_id[clause_id]
        words = clause.text[start - clause.start : end - clause.start]
        row = {"id": f"system-{number:03d}", "clause": clause_id, "words": words, "object": words}
        tables["system"].append(row | {"occurrence": _occurrence(clause, words, start)})
    return tables


def _answering(clauses: tuple[Clause, ...]) -> dict[str, dict[str, str]]:
    """Return the leading and the supporting units of each clause that names any."""
    return {
        clause: {
            name: "、".join(r.unit for r in units if r.part == part)
            for name, part in (("units", "lead"), ("support", "support"))
            if any(r.part == part for r in units)
        }
        for clause, units in responsible(clauses).items()
    }


def _name_wholes(found: tuple[Candidate, ...], targets: list[dict[str, Any]]) -> None:
    """Say of each part (其中) which target it is a part of: the last whole named before it in its paragraph."""
    whole: dict[str, Any] | None = None
    for candidate, row in zip(found, targets, strict=True):
        if not candidate.nested:
            whole = row
        elif whole is not None and whole["clause"] == row["clause"]:
            row["part_of"] = whole["id"]


def _place(extraction: Candidate | Judged) -> int:
    return extraction.start if isinstance(extraction, Candidate) else extraction.mention.start


def _span(document: str) -> tuple[dt.date, dt.date, int]:
    """Return the first and last day of the plan, and the year in which the text speaks.

    The years of the title come first, then the five-year plan it names, then the year of a report to an assembly,
    and else the day a notice bears and the year to which most of its promises run.
    """
    opening = document[:600]
    dated = [int(year) for year in re.findall(r"(20\d\d)年\d{1,2}月\d{1,2}日", document)]
    spanned = re.search(r"(20\d\d)\s*[—–~～-]+\s*(20\d\d)\s*年", opening)
    if spanned:
        return _years_of(int(spanned[1]), int(spanned[2]), int(spanned[1]))
    five = re.search(r"[“\"]十([一二三四五六])五[”\"](?:规划|计划)|第十([一二三四五六])个五年", opening)
    if five:
        first = 2001 + 5 * (1 + "一二三四五六".index(five[1] or five[2]))
        return _years_of(first, first + 4, first)
    title = next((line for line in document.split("\n") if line.strip()), "")
    told = re.search(r"(20\d\d)年", document[: len(title) + 40])
    if re.search(r"报告|年度", title) or (re.search(r"20\d\d年", title) and not re.search(r"到20\d\d年", title)):
        year = int(told[1]) if told else (dated or [_latest(document)])[0]
        return _years_of(year, year, year)
    goals = Counter(int(year) for year in re.findall(r"到(20\d\d)年", document))
    now = dated[-1] if dated else min(_due_years(document), default=_latest(document))
    ahead = {year: count for year, count in goals.items() if year >= now}
    last = max(ahead, key=lambda year: (ahead[year], year)) if ahead else max(now, _latest(document))
    return _years_of(now, last, now)


def _due_years(document: str) -> list[int]:
    """Return the years in which something falls due outside tables; none of them can be past in the author's eyes."""
    lines = (line for line in document.split("\n") if "\t" not in line and "|" not in line)
    return [due.day.year for line in lines for due in dues(line, now=9998) if due.day.year < 9998]


def _latest(document: str) -> int:
    return max((year for year in years(document) if year >= _OLDEST), default=2030)


def _years_of(first: int, last: int, now: int) -> tuple[dt.date, dt.date, int]:
    return dt.date(first, 1, 1), dt.date(last, 12, 31), now


def _clause_of(clauses: tuple[Clause, ...], at: int) -> Clause:
    return clauses[bisect_right(clauses, at, key=lambda clause: clause.start) - 1]


def _occurrence(clause: Clause, words: str, at: int) -> int:
    """Return which occurrence of the words in the clause stands at a document offset."""
    count, found = 0, -1
    while True:
        found = clause.text.find(words, found + 1)
        count += 1
        if found < 0 or clause.start + found >= at:
            return count


def _target(c: Candidate, document: str, clauses: tuple[Clause, ...]) -> dict[str, Any]:
    clause = _clause_of(clauses, c.start)
    begin = min(c.start, c.number_start) if c.number_start >= 0 else c.start
    words = document[begin : max(c.end, c.number_end)]
    table: dict[str, Any] = {"id": "", "clause": clause.id, "words": words}
    occurrence = _occurrence(clause, words, begin)
    if occurrence > 1:
        table["occurrence"] = occurrence
    if c.number_start >= 0:
        number = document[c.number_start : c.number_end]
        table["number"] = number
        before = document[begin : c.number_start].count(number)
        if before:
            table["number_occurrence"] = before + 1
    table |= {
        "indicator": c.indicator or words[:20],
        "scope": c.scope or "未写明",
        "comparator": c.comparator,
        "deadline": c.deadline,
        "deadline_explicit": c.deadline_explicit,
        "kind": c.kind,
        "direction": c.direction,
        "strength": c.strength,
        "rule": c.rule,
        "confidence": c.confidence,
    }
    if c.value is not None:
        table |= {"value": c.value, "unit": c.unit}
    table |= {"upper": c.upper} if c.upper is not None else {}
    table |= {"growth": True} if c.growth else {}
    table |= {"base": c.base} if c.base else {}
    table |= {"baseline": c.baseline} if c.baseline is not None else {}
    if c.every_year:
        table["every_year"] = True
    return table


def _unique_ids(tables: Iterator[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for number, table in enumerate(tables, start=1):
        yield {**table, "id": f"t{number:03d}"}


def _entry(j: Judged, clauses: tuple[Clause, ...]) -> dict[str, Any]:
    clause = _clause_of(clauses, j.mention.start)
    return {
        "words": j.mention.surface,
        "reason": j.reason,
        "clause": clause.id,
        "occurrence": _occurrence(clause, j.mention.surface, j.mention.start),
        "rule": j.rule,
        "confidence": j.confidence,
    }
