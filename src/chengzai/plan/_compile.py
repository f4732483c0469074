"""From a pack's tables and the document to the records of a plan."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from chengzai.kernel import Citation, Finding, Severity, Text, UserError
from chengzai.plan._document import Clause, Section, nth, read_clauses
from chengzai.plan._records import (
    COMPARATORS,
    DIRECTIONS,
    KINDS,
    STRENGTHS,
    Exclusion,
    Plan,
    Promise,
    Quote,
    Repair,
    Span,
    Target,
)


class PlanIncomplete(UserError):
    """The head of a pack does not say what a plan cannot do without."""


Table = Mapping[str, Any]
_CHOICES = {"comparator": COMPARATORS, "kind": KINDS, "direction": DIRECTIONS, "strength": STRENGTHS}
_REQUIRED = ("id", "clause", "words", "indicator", "scope", *_CHOICES)


@dataclass
class _Reader:
    """Collects findings while the tables of one pack are read."""

    clauses: dict[str, Clause]
    document_name: str
    findings: list[Finding] = field(default_factory=list)

    def error(self, code: str, message: Text, remedy: Text, where: str) -> None:
        self.findings.append(Finding(code, Severity.ERROR, message, remedy, Citation("commitments", where)))

    def quote(self, entry: Table, owner: str) -> Quote:
        """Return the quoted words with their place; a quote that is not found keeps the span -1."""
        clause_id, words = str(entry["clause"]), str(entry["words"])
        number = str(entry.get("number", ""))
        clause = self.clauses.get(clause_id)
        start = clause.find(words, int(entry.get("occurrence", 1))) if clause else -1
        if start < 0:
            self.error(
                "plan.words-not-found",
                Text(
                    f"“{owner}”引用的原文“{words}”不在条款 {clause_id} 中。",
                    f"The words quoted by '{owner}' do not stand in clause {clause_id}.",
                ),
                Text(
                    "请从 document.txt 原样复制，并核对条款号。",
                    "Copy the words from document.txt and check the clause.",
                ),
                owner,
            )
            return Quote(clause_id, words, Span(-1, -1), number)
        inner = nth(words, number, int(entry.get("number_occurrence", 1))) if number else -1
        if number and inner < 0:
            self.error(
                "plan.number-not-in-words",
                Text(
                    f"“{owner}”的数字“{number}”不在所引原文中。",
                    f"The number of '{owner}' is not in its words.",
                ),
                Text("number 须是 words 的一部分。", "`number` must be part of `words`."),
                owner,
            )
        number_span = Span(start + inner, start + inner + len(number)) if inner >= 0 else Span(-1, -1)
        return Quote(clause_id, words, Span(start, start + len(words)), number, number_span)

    def sound(self, entry: Table) -> bool:
        """Return whether a target's table has every field it needs, each with an allowed word."""
        owner = str(entry.get("id", entry.get("words", "?")))
        problems = [f"缺少 {name}" for name in _REQUIRED if name not in entry]
        if not isinstance(entry.get("deadline", dt.date.min), dt.date):
            problems.append("deadline 应为日期，如 2027-12-31，不加引号")
        if not isinstance(entry.get("value", 0), int | float | Decimal) or isinstance(entry.get("value"), bool):
            problems.append("value 应为数字，不加引号")
        problems += [
            f"{name} 应为 {' / '.join(allowed)}"
            for name, allowed in _CHOICES.items()
            if name in entry and entry[name] not in allowed
        ]
        for problem in problems:
            self.error(
                "plan.target-malformed",
                Text(f"指标“{owner}”：{problem}。", f"Target '{owner}' is malformed: {problem}."),
                Text(
                    "请对照 docs/reference/content.md 补全。",
                    "Complete it as docs/reference/content.md says.",
                ),
                owner,
            )
        return not problems


def compile_plan(pack: Table, document: str) -> tuple[Plan, tuple[Finding, ...]]:
    """Return the plan that a pack's tables make of the document, and what is wrong with them.

    `pack` holds the parsed files: `plan`, `commitments` (one table per file), `not_commitments`, `repairs`.
    Offsets count characters of `document`, which is never changed.
    """
    head: Table = pack["plan"]
    _require(head)
    clauses, missing = read_clauses(document, head.get("section", ()), ids=str(head.get("clause_ids", "number")))
    reader = _Reader({clause.id: clause for clause in clauses}, str(head["document"]), list(missing))
    tables = list(pack.get("commitments", ()))
    entries = [entry for table in tables for entry in table.get("target", ())]
    read = [_target(reader, entry, head) for entry in entries if reader.sound(entry)]
    targets = tuple(sorted(read, key=lambda t: (t.quotes[0].span.start, t.quotes[0].number_span.start)))
    _report_duplicates(reader, targets)
    exclusions = pack.get("not_commitments", {})
    plan = Plan(
        title=str(head["title"]),
        short_title=str(head.get("short_title", head["title"])),
        name_en=str(head.get("name_en", head["title"])),
        city=str(head["city"]),
        root=str(head["root"]),
        start=head["start"],
        end=head["end"],
        document=document,
        document_name=str(head["document"]),
        sections=tuple(_section(entry) for entry in head.get("section", ())),
        clauses=clauses,
        targets=targets,
        promises=tuple(_promises(reader, tables)),
        exclusions=tuple(_exclusion(entry) for entry in exclusions.get("entry", ())),
        label_reason=str(exclusions.get("labels", {}).get("reason", "")),
        repairs=tuple(_repair(reader, entry) for entry in pack.get("repairs", {}).get("repair", ())),
        lost_headings=tuple((str(e["before"]), str(e["why"])) for e in head.get("lost_heading", ())),
        silent_clauses=tuple((str(e["id"]), str(e["why"])) for e in exclusions.get("clause", ())),
    )
    return plan, tuple(reader.findings)


def _require(head: Table) -> None:
    """Return if plan.toml names everything that a plan cannot do without; raises PlanIncomplete."""
    lacking = [name for name in ("title", "city", "root", "document") if name not in head]
    lacking += [name for name in ("start", "end", "default_deadline") if not isinstance(head.get(name), dt.date)]
    if lacking:
        raise PlanIncomplete(
            Text(
                f"plan.toml 缺少 {'、'.join(lacking)}（日期写作 2027-12-31，不加引号）。",
                f"plan.toml lacks {', '.join(lacking)} (dates are written 2027-12-31, without quotes).",
            )
        )


def _section(entry: Table) -> Section:
    title = str(entry.get("title") or entry["working_title"])
    level, parent = int(entry.get("level", 0)), str(entry.get("parent", ""))
    return Section(str(entry["id"]), title, "title" not in entry, level, parent)


def _target(reader: _Reader, entry: Table, head: Table) -> Target:
    owner = str(entry["id"])
    deadline = entry.get("deadline", head["default_deadline"])
    value = entry.get("value")
    return Target(
        id=owner,
        quotes=tuple(reader.quote(quote, owner) for quote in (entry, *entry.get("also", ()))),
        indicator=str(entry["indicator"]),
        name_en=str(entry.get("name_en", owner.replace("-", " "))),
        scope=str(entry["scope"]),
        place=str(entry.get("place", head["root"])),
        each=tuple(str(code) for code in entry.get("each", ())),
        comparator=str(entry["comparator"]),
        value=None if value is None else Decimal(value),
        unit=str(entry.get("unit", "")),
        deadline=deadline,
        deadline_explicit=bool(entry.get("deadline_explicit", "deadline" in entry)),
        kind=str(entry["kind"]),
        direction=str(entry["direction"]),
        strength=str(entry["strength"]),
        every_year=bool(entry.get("every_year", False)),
        yearly_of=str(entry.get("yearly_of", "")),
        part_of=str(entry.get("part_of", "")),
        reading=str(entry.get("reading", "")),
        upper=None if entry.get("upper") is None else Decimal(entry["upper"]),
        growth=bool(entry.get("growth", False)),
        base=str(entry.get("base", "")),
        baseline=None if entry.get("baseline") is None else Decimal(entry["baseline"]),
        units=str(entry.get("units", "")),
        support=str(entry.get("support", "")),
    )


def _promises(reader: _Reader, tables: Iterable[Table]) -> Iterable[Promise]:
    for table in tables:
        for kind in ("task", "mechanism", "reform", "system"):
            for entry in table.get(kind, ()):
                yield Promise(
                    str(entry["id"]),
                    kind,
                    reader.quote(entry, str(entry["id"])),
                    str(entry.get("verb", "")),
                    str(entry.get("object", "")),
                    str(entry.get("rhythm", "")),
                    entry.get("deadline"),
                    str(entry.get("units", "")),
                    str(entry.get("support", "")),
                )


def _exclusion(entry: Table) -> Exclusion:
    return Exclusion(
        str(entry["words"]),
        str(entry["reason"]),
        str(entry.get("note", "")),
        str(entry.get("clause", "")),
        int(entry.get("occurrence", 0)),
    )


def _repair(reader: _Reader, entry: Table) -> Repair:
    was, now, applied = str(entry.get("was", "")), str(entry.get("now", "")), bool(entry.get("applied", False))
    stands = now if applied else was
    sought = {"clause": entry["clause"], "words": stands}
    span = reader.quote(sought, f"repair {was}").span if stands and entry["clause"] else Span(-1, -1)
    return Repair(str(entry["kind"]), str(entry["clause"]), was, now, str(entry["why"]), span, applied)


def _report_duplicates(reader: _Reader, targets: tuple[Target, ...]) -> None:
    seen: set[str] = set()
    for target in targets:
        if target.id in seen:
            reader.error(
                "plan.duplicate-id",
                Text(f"指标编号“{target.id}”用了两次。", f"Target id '{target.id}' is used twice."),
                Text("请改其中一个编号。", "Rename one of them."),
                target.id,
            )
        seen.add(target.id)
