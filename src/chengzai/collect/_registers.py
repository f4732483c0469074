"""Registers 台账: the countable things of a plan, each an entry with place, dates, state and evidence.

Entries are counted into facts as of any day: what was accepted by then, in the period in which it was done.
"""

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from typing import Any

from chengzai.collect._cells import day_of, read_value
from chengzai.collect._sheet import Content, Line
from chengzai.collect._thresholds import Threshold, read_threshold
from chengzai.kernel import PER_YEAR, Citation, Element, Finding, Observation, Period, Severity, Text

FIELD_KINDS = ("text", "number", "date", "choice", "place")
_ALIKE = 0.8  # names as alike as this, at one place, are shown to a person as a likely double


@dataclass(frozen=True, slots=True)
class Field:
    """One column of a register: `text`, `number`, `date`, `choice` or `place`."""

    id: str
    name: Text
    kind: str
    unit: str = ""
    choices: tuple[str, ...] = ()
    required: bool = False


@dataclass(frozen=True, slots=True)
class Count:
    """What a register gives to an element: entries counted, or a number field summed, where `field` names one.

    Only entries whose field `when` holds one of `among` count; none means all. A threshold `where` lets only those
    count whose field reaches it: an entry that lacks the field does not count. Where the element is a flow,
    `flow` is its frequency: what was done before the register's first such period counts in none.
    """

    element: str
    field: str = ""
    when: str = ""
    among: tuple[str, ...] = ()
    where: str = ""
    threshold: Threshold | None = None
    flow: str = ""


@dataclass(frozen=True, slots=True)
class Register:
    """One register: its columns, which of them names the entry and dates its completion, and what it counts into."""

    id: str
    title: Text
    level: str
    department: str
    fields: tuple[Field, ...]
    name_field: str
    done_field: str
    counts: tuple[Count, ...]
    since: Period
    target: str = ""


def read_registers(
    tables: Iterable[Mapping[str, Any]], elements: Mapping[str, Element]
) -> tuple[list[Register], list[Finding]]:
    """Return the registers of a pack, and a finding for each that cannot be used as it is written."""
    registers, findings = [], []
    for table in (entry for file in tables for entry in file.get("register", ())):
        register = _register(table)
        problems = [
            _unusable(register, f"“{c.element}”不在采集项里", f"no element {c.element}") for c in register.counts
        ]
        problems = [p for p, c in zip(problems, register.counts, strict=True) if c.element not in elements]
        known = {field.id for field in register.fields}
        needed = {register.name_field, register.done_field, *(c.field for c in register.counts if c.field)}
        problems += [_unusable(register, f"缺少栏目 {name}", f"no field {name}") for name in sorted(needed - known)]
        problems += [
            _unusable(
                register, f"门槛“{c.where}”读不懂，应写作 investment >= 10亿", f"'where' cannot be read: {c.where}"
            )
            for c in register.counts
            if c.where and c.threshold is None
        ]
        kinds = {field.kind for field in register.fields} - set(FIELD_KINDS)
        problems += [_unusable(register, f"不认识的栏目类型 {k}", f"unknown kind {k}") for k in sorted(kinds)]
        findings += problems
        if not problems:
            counts = tuple(
                replace(c, flow=elements[c.element].frequency) if elements[c.element].kind == "flow" else c
                for c in register.counts
            )
            registers.append(replace(register, counts=counts))
    return registers, findings


def _register(table: Mapping[str, Any]) -> Register:
    fields = tuple(
        Field(
            str(f["id"]),
            Text(str(f["name"]), str(f.get("name_en", f["id"]))),
            str(f.get("kind", "text")),
            str(f.get("unit", "")),
            tuple(map(str, f.get("choices", ()))),
            bool(f.get("required", False)),
        )
        for f in table.get("field", ())
    )
    counts = tuple(
        Count(
            str(c["element"]),
            str(c.get("field", "")),
            str(c.get("when", "")),
            tuple(map(str, c.get("among", ()))),
            where := str(c.get("where", "")),
            read_threshold(where, fields),
        )
        for c in table.get("count", ())
    )
    return Register(
        id=str(table["id"]),
        title=Text(str(table["title"]), str(table.get("title_en", table["id"]))),
        level=str(table.get("level", "county")),
        department=str(table.get("department", "")),
        fields=fields,
        name_field=str(table.get("name_field", "name")),
        done_field=str(table.get("done_field", "done")),
        counts=counts,
        since=Period.parse(str(table["since"])),
        target=str(table.get("target", "")),
    )


def _unusable(register: Register, zh: str, en: str) -> Finding:
    return Finding(
        "collect.register-unusable",
        Severity.ERROR,
        Text(f"台账“{register.title.zh}”：{zh}。", f"Register '{register.id}': {en}."),
        Text("请改正 registers/ 中的定义。", "Correct its definition in registers/."),
        Citation("registers", register.id),
    )


def likely_doubles(register: Register, content: Content, others: Mapping[str, Content]) -> list[str]:
    """Return the keys of entries that may be the same thing: alike in name, or the same done day and nearly so.

    Spaces, brackets, full-width forms and generic endings do not tell names apart. A person decides.
    """
    mine = _bare(str(content.get(register.name_field, "")))
    found = []
    for key, other in others.items():
        theirs = _bare(str(other.get(register.name_field, "")))
        alike = SequenceMatcher(None, mine, theirs).ratio() if mine and theirs else 0.0
        if alike >= _ALIKE or (mine and (mine in theirs or theirs in mine) and theirs):
            found.append((-alike, key))
    return [key for _, key in sorted(found)]


def _bare(name: str) -> str:
    return re.sub(r"[\W_]|项目|工程|建设|第", "", unicodedata.normalize("NFKC", name))


def count_register(
    register: Register,
    lines: Mapping[str, Mapping[str, Line]],
    elements: Mapping[str, Element],
    *,
    until: dt.date,
    source: str = "register",
) -> list[Observation]:
    """Return the facts that a register's accepted entries make, for every period from its first up to a day.

    `lines` holds the folded lines by unit. A flow counts what was done within its period; a stock, level or running
    total counts all that was done by its end. A unit with a register open and nothing done reports 0, which is known.
    """
    found: list[Observation] = []
    for count in register.counts:
        element = elements[count.element]
        first = Period.of(element.frequency, _first(register.since, element.frequency))
        for unit, entries in lines.items():
            done = [e for e in (_counted(register, count, line) for line in entries.values()) if e is not None]
            period = first
            while period.last_day() <= until:
                flows = element.kind == "flow"
                mine = [
                    (amount, seq)
                    for day, amount, seq in done
                    if day <= period.last_day() and (not flows or period.next(-1).last_day() < day)
                ]
                total = float(sum(amount for amount, _ in mine))
                evidence = f"register/{register.id}@{unit}（{len(mine)} 条）"
                sequence = max((seq for _, seq in mine), default=0)
                found.append(Observation(count.element, unit, period, total, source, evidence, "", "", sequence))
                period = period.next()
    return found


def done_entries(register: Register, lines: Iterable[Line]) -> list[tuple[dt.date, Content]]:
    """Return the accepted entries that count into any element, each with the day it was done."""
    found = []
    for line in lines:
        told = next((c for count in register.counts if (c := _counted(register, count, line))), None)
        if told is not None:
            found.append((told[0], line.in_force))
    return found


def in_pipeline(register: Register, lines: Iterable[Line]) -> int:
    """Return how many accepted entries are registered but do not count yet: what is still to come, as far as known.

    What is below every threshold of its register, or lacks the field, will never count as it stands.
    """
    known = [line for line in lines if line.in_force and not line.in_force.get("struck")]
    known = [line for line in known if any(not c.threshold or c.threshold.met(line.in_force) for c in register.counts)]
    return sum(all(_counted(register, count, line) is None for count in register.counts) for line in known)


def day_from(register: Register, frequency: str) -> dt.date:
    """Return the day from which on what is done counts in a flow of this frequency."""
    first = Period.of(frequency, _first(register.since, frequency))
    return first.next(-1).last_day() + dt.timedelta(days=1)


def _first(since: Period, frequency: str) -> int:
    return (
        since.year * PER_YEAR[frequency]
        + {
            "month": since.part - 1,
            "quarter": (since.part - 1) // 3,
            "year": 0,
        }[frequency]
    )


def _counted(register: Register, count: Count, line: Line) -> tuple[dt.date, Any, int] | None:
    content = line.in_force
    day = day_of(content.get(register.done_field, "")) if content else None
    if day is None or content.get("struck") or (count.when and content.get(count.when) not in count.among):
        return None
    if count.threshold is not None and not count.threshold.met(content):
        return None
    if not count.field:
        return day, 1, line.accepted_at
    unit = next(field.unit for field in register.fields if field.id == count.field)
    amount = read_value(str(content.get(count.field, "")), unit)
    return (day, amount, line.accepted_at) if amount is not None else None
