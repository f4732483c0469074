"""A plan carried over to a new version of its document: what is said as before keeps everything that hangs on it.

Three versions meet: what the machine read in the old document, what a person made of that (the plan in force), and what
was read in the new one. A field is taken from the new reading only where the two readings differ; else it stays as the
person left it. So unchanged words are no change, and one changed number is one.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import Any

from chengzai.kernel import Places, Text
from chengzai.plan._align import Mapped, align
from chengzai.plan._compile import compile_plan
from chengzai.plan._document import nth
from chengzai.plan._draft import draft_plan
from chengzai.plan._placing import Placing, Row, Version
from chengzai.plan._records import Plan, Promise, Span, Target

_READ = (
    "comparator", "deadline", "deadline_explicit", "every_year", "upper", "growth", "base", "baseline", "strength",
    "direction", "kind", "units", "support",
)  # fmt: skip
_PROMISED = ("deadline", "rhythm", "units", "support")
_NUMERAL = re.compile(r"[\d,]*\d(?:\.\d+)?")
_OF_THE_DRAFT = {"occurrence", "number_occurrence", "rule", "confidence", "also", "part_of"}
_YEAR = re.compile(r"(20\d\d)年")
DUTIES = ("task", "mechanism", "reform", "system")


@dataclass(frozen=True, slots=True)
class Doubt:
    """One thing about a carried commitment that a person must decide: `id` names the commitment of the plan in force.

    `kind` is `same` (are these one commitment?), `scope` (which place?), `deadline` (does it move with the text?) or
    `field` (the reading and the plan differ in `field`).
    """

    kind: str
    id: str
    question: Text
    field: str = ""


@dataclass(frozen=True)
class Carried:
    """The tables of the new version, and what a person must look at before it can hold."""

    tables: Mapping[str, Any]
    document: str
    doubts: tuple[Doubt, ...]


def carry(old: Version, new: Version, places: Places, *, apart: Iterable[str] = (), prefix: str = "") -> Carried:
    """Return the plan in force carried over to the document of `new`, a draft as reviewed.

    Commitments `apart` are not taken to continue, whatever the words say. `prefix` names what is added.
    """
    read = _reading(old.plan.document)
    work = _Carrier(old, new, align(old.plan.document, new.plan.document), places, _Readings(read, old.plan.document))
    return work.carried(frozenset(apart), prefix)


@lru_cache(maxsize=2)
def _reading(document: str) -> Plan:
    """Return what the machine reads in a document: the plan in force is laid over several drafts."""
    draft = draft_plan(document, name="document.txt")
    return compile_plan(draft.tables, draft.document)[0]


@dataclass(frozen=True)
class _Readings:
    """What the machine read in the old document; offsets count only where reading did not change the document."""

    plan: Plan
    document: str

    def targets(self) -> Sequence[Target]:
        return self.plan.targets if self.plan.document == self.document else ()

    def promises(self) -> Sequence[Promise]:
        return self.plan.promises if self.plan.document == self.document else ()


@dataclass(frozen=True)
class _Carrier(Placing):
    places: Places
    read: _Readings
    doubts: list[Doubt] = field(default_factory=list)

    def carried(self, apart: frozenset[str], prefix: str) -> Carried:
        """Return the whole new version: what continues first, then what is added, with all that explains numbers."""
        rows = {str(r["id"]): (kind, r) for kind, r in _rows(self.old.tables["commitments"])}
        kept: dict[str, list[Row]] = {kind: [] for kind in ("target", *DUTIES)}
        spans: dict[str, Mapped] = {}
        for target in self.old.plan.targets:
            row = None if target.id in apart else self._target(target, rows[target.id][1], spans)
            kept["target"] += [row] if row else []
        for promise in self.old.plan.promises:
            row = self._promise(promise, rows[promise.id][1], spans) if promise.id not in apart else None
            kept[promise.kind] += [row] if row else []
        self._redated(kept["target"])
        for kind, row in self._added(spans, prefix):
            kept[kind].append(row)
        tables = {
            "plan": self.head,
            "commitments": [kept],
            "not_commitments": self.exclusions(),
            "repairs": {"repair": list(self.repairs())},
        }
        return Carried(tables, self.new.plan.document, tuple(self.doubts))

    # ---- targets

    def _target(self, target: Target, before: Row, spans: dict[str, Mapped]) -> Row | None:
        found = self.quoted(target.quotes[0])
        if found is None:
            return None
        quoted, place = found
        row = {k: v for k, v in before.items() if k not in {"also", "occurrence", "number_occurrence"}} | quoted
        also = [other[0] for quote in target.quotes[1:] if (other := self.quoted(quote))]
        row |= {"also": also} if also else {}
        spans[target.id] = place
        if not place.sure:
            self._ask("same", target.id, target.indicator, target.quotes[0].words, row["words"])
        self._revalue(target, row)
        self._rescope(target, row)
        self._reread(target, place, row)
        return row

    def _revalue(self, target: Target, row: Row) -> None:
        """Take the new number where the numeral is another and its unit is the same; else a person says what it is."""
        was, now = target.quotes[0].number, str(row.get("number", ""))
        if was == now or target.value is None:
            return
        old, new = _NUMERAL.search(was), _NUMERAL.search(now)
        same_unit = old and new and was[old.end() :] == now[new.end() :]
        if old and new and same_unit and Decimal(old[0].replace(",", "")) == target.value:
            row["value"] = Decimal(new[0].replace(",", ""))
            return
        reading = self._new_reading(row)
        if reading is not None and reading.value is not None:
            row |= {"value": reading.value, "unit": reading.unit}
        self._field(target, "value", was, now)

    def _rescope(self, target: Target, row: Row) -> None:
        """Follow a place that was renamed or exchanged in the words before the number; the code goes with its name."""
        swapped = _exchanged(target.quotes[0].words, str(row["words"]), self._place_words())
        if not swapped:
            return
        scope = target.scope
        for was, now in swapped:
            scope = scope.replace(was, now)
        named = {self.places[target.place].name} if target.place in self.places else set()
        if scope == target.scope and not any(was in name for was, _ in swapped for name in named) and not target.each:
            return
        row["scope"] = scope
        names = {place.name: place.code for place in self.places.ordered}
        moved = next(iter(named), "")
        for was, now in swapped:
            moved = moved.replace(was, now)
        if target.each or moved not in names:
            question = Text(
                f"“{row['words']}”：责任地区由“{target.scope}”变为“{scope}”，请确认地区代码。",
                f"'{row['words']}': the place changes from '{target.scope}' to '{scope}'; confirm its code.",
            )
            self.doubts.append(Doubt("scope", target.id, question))
        if moved in names and not target.each:
            row["place"] = names[moved]

    def _place_words(self) -> set[str]:
        words = {place.name for place in self.places.ordered}
        return words | {name[:-1] for name in words if len(name) > 2 and name[-1] in "县市区镇乡"}

    def _reread(self, target: Target, place: Mapped, row: Row) -> None:
        """Take the fields in which the readings of the two documents differ; ask where the plan had another."""
        number = target.quotes[0].number_span if target.quotes[0].number else target.quotes[0].span
        before = next((t for t in self.read.targets() if _overlap(_key(t), number)), None)
        after = self._new_reading(row)
        if before is None or after is None:
            return
        for name in _READ:
            was, now = getattr(before, name), getattr(after, name)
            if was == now or getattr(target, name) == now:
                continue
            row[name] = now
            if getattr(target, name) != was:
                self._field(target, name, str(getattr(target, name)), str(now))
        if any(getattr(before, name) != getattr(after, name) for name in _READ):
            wide = after.quotes[0].span
            start, end = min(place.start, wide.start), max(place.end, wide.end)
            clause = self.clause_over(start)
            if clause is not None and end <= clause.end and end - start <= 2 * len(row["words"]):
                at = self._clause_number(row)
                row |= self.placed(start, end, at) or {}

    def _clause_number(self, row: Row) -> tuple[int, int] | None:
        if "number" not in row:
            return None
        at = self._at(row) + nth(row["words"], row["number"], int(row.get("number_occurrence", 1)))
        return at, at + len(row["number"])

    def _at(self, row: Row) -> int:
        clause = next(c for c in self.clauses if c.id == row["clause"])
        return clause.find(row["words"], int(row.get("occurrence", 1)))

    def _new_reading(self, row: Row) -> Target | None:
        """Return the target of the draft that stands on the number of a row, or on its words where it has none."""
        number = self._clause_number(row)
        at = number or (self._at(row), self._at(row) + len(row["words"]))
        return next((t for t in self.new.plan.targets if _overlap(_key(t), Span(*at))), None)

    def _ask(self, kind: str, id_: str, name: str, was: str, now: str) -> None:
        question = Text(
            f"“{name}”：原文“{was}”与新文“{now}”是否同一项承诺？",
            f"'{name}': is '{now}' the commitment that was '{was}'?",
        )
        self.doubts.append(Doubt(kind, id_, question))

    def _field(self, target: Target, name: str, was: str, now: str) -> None:
        question = Text(
            f"“{target.indicator}”的 {name}：原为“{was}”，新文读作“{now}”，请确认。",
            f"{name} of '{target.name_en}' was '{was}', the new text reads '{now}'; confirm it.",
        )
        self.doubts.append(Doubt("field", target.id, question, name))

    # ---- promises without a number

    def _promise(self, promise: Promise, before: Row, spans: dict[str, Mapped]) -> Row | None:
        found = self.quoted(promise.quote)
        if found is None:
            return None
        quoted, place = found
        row = {k: v for k, v in before.items() if k not in {"occurrence", "number_occurrence"}} | quoted
        spans[promise.id] = place
        if row["words"] == promise.quote.words:
            return row
        if not place.sure:
            self._ask("same", promise.id, promise.quote.words[:20], promise.quote.words, row["words"])
        reading = next(
            (p for p in self.new.plan.promises if _overlap(p.quote.span, Span(place.start, place.end))), None
        )
        was = next((p for p in self.read.promises() if _overlap(p.quote.span, promise.quote.span)), None)
        if promise.object and promise.object not in row["words"]:
            at = row["words"].find(promise.verb) + len(promise.verb) if promise.verb in row["words"] else 0
            row["object"] = row["words"][at:]
        if reading is not None and was is not None:
            row |= {name: now for name in _PROMISED if (now := getattr(reading, name)) != getattr(was, name)}
        return {k: v for k, v in row.items() if v is not None}

    # ---- what is new, and what explains the other numbers

    def _added(self, spans: Mapping[str, Mapped], prefix: str) -> Iterator[tuple[str, Row]]:
        """Yield what the draft reads in words that the old document did not have, and what its reviewer put in."""
        taken = [Span(place.start, place.end) for place in spans.values()]
        raw = {str(r["id"]): r for _, r in _rows(self.new.tables["commitments"])}
        records: tuple[Target | Promise, ...] = (*self.new.plan.targets, *self.new.plan.promises)
        for record in records:
            quote = record.quotes[0] if isinstance(record, Target) else record.quote
            span = _key(record) if isinstance(record, Target) else quote.span
            before = self.back.find(span.start, span.end)
            continues = before is not None and before.start < before.end
            if span.start < 0 or any(_overlap(span, other) for other in taken):
                continue
            if continues and "decided_by" not in raw[record.id]:
                continue  # somebody has said of the old words that they are no commitment
            number = (quote.number_span.start, quote.number_span.end) if quote.number else None
            placed = self.placed(quote.span.start, quote.span.end, number)
            if placed is not None:
                kept = {k: v for k, v in raw[record.id].items() if k not in _OF_THE_DRAFT}
                kind = "target" if isinstance(record, Target) else record.kind
                yield kind, {**kept, **placed, "id": f"{prefix}{record.id}"}

    def _redated(self, kept: Sequence[Row]) -> None:
        """Ask about the commitments after a year that was changed in their paragraph, where their own day stayed."""
        for i, (j, _) in self.lines.pairs.items():
            was, now = (_YEAR.findall(text) for text in self.lines.pair(i, j))
            if was == now or len(was) != len(now):
                continue
            years = {int(a): int(b) for a, b in zip(was, now, strict=True) if a != b}
            clause = self.clause_over(self.lines.right[j][0])
            for row in kept if clause else ():
                day = row.get("deadline")
                after = clause is not None and row["clause"] == clause.id and self._at(row) >= self.lines.right[j][0]
                if after and row.get("deadline_explicit", "deadline" in row) and day and day.year in years:
                    question = Text(
                        f"“{row['words']}”前面的年份由{day.year}年改为{years[day.year]}年，它的期限是否也改？",
                        f"The year before '{row['words']}' changed from {day.year}; does its deadline change too?",
                    )
                    self.doubts.append(Doubt("deadline", str(row["id"]), question))


def _rows(tables: Iterable[Mapping[str, Any]]) -> Iterator[tuple[str, Row]]:
    for table in tables:
        for kind in ("target", *DUTIES):
            yield from ((kind, row) for row in table.get(kind, ()))


def _key(target: Target) -> Span:
    """Return what a target is known by in its document: its number, or its words where it has none."""
    quote = target.quotes[0]
    return quote.number_span if quote.number else quote.span


def _overlap(one: Span, other: Span) -> bool:
    return one.start >= 0 and other.start >= 0 and one.start < other.end and other.start < one.end


def _exchanged(was: str, now: str, names: Iterable[str]) -> list[tuple[str, str]]:
    """Return the names of places that gave way to others between two wordings, in order; the longest names count.

    >>> _exchanged("龙游、江山县城", "龙游、常山县城", ["龙游", "江山", "常山"])
    [('江山', '常山')]
    """
    pattern = re.compile("|".join(sorted(map(re.escape, names), key=len, reverse=True)) or r"(?!)")
    before, after = pattern.findall(was), pattern.findall(now)
    if len(before) != len(after):
        return []
    return [(a, b) for a, b in zip(before, after, strict=True) if a != b]
