"""Where the words of one version of a plan stand in another, cited by the clauses of the other."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from chengzai.plan._align import Alignment, Mapped
from chengzai.plan._document import Clause, read_clauses
from chengzai.plan._records import Plan, Quote

Row = dict[str, Any]
_NUMERAL = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?")


@dataclass(frozen=True)
class Version:
    """One version of a plan: its tables as the files hold them, and the plan that they make."""

    tables: Mapping[str, Any]
    plan: Plan


@dataclass(frozen=True)
class Placing:
    """Two versions of a plan, their documents side by side; rows of the old one are cited anew."""

    old: Version
    new: Version
    lines: Alignment

    @cached_property
    def back(self) -> Alignment:
        """The same pairs of pieces, from the new document to the old."""
        return self.lines.reversed()

    @cached_property
    def clauses(self) -> Sequence[Clause]:
        """The clauses of the new document by the sections of the old plan."""
        head = self.head
        return read_clauses(self.new.plan.document, head["section"], ids=str(head.get("clause_ids", "number")))[0]

    def clause_over(self, at: int) -> Clause | None:
        return next((c for c in self.clauses if c.start <= at < c.end), None)

    def stood(self, start: int, end: int) -> bool:
        """Return whether words of the new document continue the same words of the old one."""
        before = self.back.find(start, end)
        return before is not None and self.lines.old[before.start : before.end] == self.lines.new[start:end]

    def placed(self, start: int, end: int, number: tuple[int, int] | None) -> Row | None:
        """Return the fields that cite words of the new document, or None where no clause holds them."""
        clause, document = self.clause_over(start), self.new.plan.document
        if clause is None or end > clause.end:
            return None
        words = document[start:end]
        row: Row = {"clause": clause.id, "words": words}
        occurrence = occurrence_at(clause.text, words, start - clause.start)
        row |= {"occurrence": occurrence} if occurrence > 1 else {}
        if number is not None:
            row["number"] = document[slice(*number)]
            inner = occurrence_at(words, row["number"], number[0] - start)
            row |= {"number_occurrence": inner} if inner > 1 else {}
        return row

    def whole_number(self, start: int, end: int) -> tuple[int, int]:
        """Return a stretch of the new document with the numerals that it cuts taken whole."""
        document = self.new.plan.document
        for numeral in _NUMERAL.finditer(document, max(start - 20, 0), end + 20):
            if numeral.start() < start < numeral.end():
                start = numeral.start()
            if numeral.start() < end < numeral.end():
                end = numeral.end()
        return start, end

    def quoted(self, quote: Quote) -> tuple[Row, Mapped] | None:
        if quote.span.start < 0:
            return None
        place = self.lines.find(quote.span.start, quote.span.end)
        number = None
        sure = True
        if quote.number:
            found = self.lines.find(quote.number_span.start, quote.number_span.end)
            if found is None or found.start == found.end:
                return None
            number = self.whole_number(found.start, found.end)
            sure = found.sure
            place = place or found
            place = Mapped(min(place.start, number[0]), max(place.end, number[1]), place.sure and sure)
        if place is None or place.start == place.end:
            return None
        row = self.placed(place.start, place.end, number)
        return (row, place) if row else None

    def exclusions(self) -> Row:
        """Return what explains numbers that promise nothing: the old reasons where they stand, then new ones."""
        table = dict(self.old.tables["not_commitments"])
        entries = [row for entry in table.get("entry", ()) for row in self._excluded(entry)]
        silent = []
        for entry in table.get("clause", ()):
            clause = self.old.plan.clause.get(str(entry["id"]))
            place = self.lines.find(clause.start, clause.end) if clause else None
            now = self.clause_over(place.start) if place else None
            silent += [{**entry, "id": now.id}] if now else []
        for entry in self.new.tables["not_commitments"].get("entry", ()):
            clause = self.new.plan.clause.get(str(entry.get("clause", "")))
            at = clause.find(str(entry["words"]), int(entry.get("occurrence", 0)) or 1) if clause else -1
            now = self.clause_over(at)
            label = now is not None and at < now.start + len(now.label)
            if at >= 0 and not label and not self.stood(at, at + len(entry["words"])):
                placed = self.placed(at, at + len(entry["words"]), None)
                plain = {k: v for k, v in entry.items() if k not in {"rule", "confidence"}}
                entries += [{**plain, "occurrence": 1, **placed}] if placed else []
        table |= {"entry": entries}
        return table | ({"clause": silent} if "clause" in table else {})

    def _excluded(self, entry: Row) -> Iterator[Row]:
        """Yield an exclusion at each place where its words, or what became of them, stand now."""
        words, clause_id, wanted = str(entry["words"]), str(entry.get("clause", "")), int(entry.get("occurrence", 0))
        clause = self.old.plan.clause.get(clause_id)
        document = self.old.plan.document
        begin, stop = (clause.start, clause.end) if clause else (0, len(document))
        at, number, seen = document.find(words, begin, stop), 0, set()
        while at >= 0:
            number += 1
            place = self.lines.find(at, at + len(words)) if wanted in {0, number} else None
            if place is not None and place.start < place.end:
                start, end = self.whole_number(place.start, place.end)
                row = self.placed(start, end, None)
                if row is not None:
                    row = {**entry, "words": row["words"]} | ({"clause": row["clause"]} if clause else {})
                    row |= {"occurrence": self.nth_in(row, start)} if clause and wanted else {}
                    key = (row["words"], row.get("clause"), row.get("occurrence"))
                    if key not in seen:
                        seen.add(key)
                        yield row
            at = document.find(words, at + 1, stop)

    def nth_in(self, row: Row, start: int) -> int:
        clause = next(c for c in self.clauses if c.id == row["clause"])
        return occurrence_at(clause.text, row["words"], start - clause.start)

    def repairs(self) -> Iterator[Row]:
        for entry, repair in zip(self.old.tables["repairs"].get("repair", ()), self.old.plan.repairs, strict=True):
            if repair.span.start < 0:
                yield entry
                continue
            place = self.lines.find(repair.span.start, repair.span.end)
            clause = self.clause_over(place.start) if place else None
            if place and clause and (repair.now if repair.applied else repair.was) in clause.text:
                yield {**entry, "clause": clause.id}

    @cached_property
    def head(self) -> Row:
        """Return the plan's head with each section's first words as the new document writes them."""
        head = dict(self.old.tables["plan"])
        document, sections = self.new.plan.document, []
        for entry in head.get("section", ()):
            first = next((c for c in self.old.plan.clauses if c.section == str(entry["id"])), None)
            paragraphs = [c for c in self.old.plan.clauses if first is not None and c.section == first.section]
            for clause in paragraphs:
                length = len(str(entry["starts"])) if clause is first else min(20, len(clause.text))
                place = self.lines.find(clause.start, clause.start + length)
                if place is None or place.start == place.end:
                    continue
                start = document.rfind("\n", 0, place.start) + 1
                start += len(document[start:]) - len(document[start:].lstrip(" 　"))
                sections.append({**entry, "starts": document[start : place.end]})
                break
        return head | {"section": sections}


def occurrence_at(text: str, words: str, at: int) -> int:
    """Return which occurrence of words stands at an offset of a text."""
    number, found = 0, -1
    while found < at:
        found = text.find(words, found + 1)
        number += 1
        if found < 0:
            return 1
    return number
