"""The document as received, cut into clauses that keep their character offsets."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zlib import crc32

from chengzai.kernel import Citation, Finding, Severity, Text

HEADING_OF_ANY_LEVEL = re.compile(
    r"第[一二三四五六七八九十百]+[章节条部]|[一二三四五六七八九十]+、|[（(][一二三四五六七八九十\d]+[)）]|\d+[.．、]|——|[●◆■★]|专栏|附件|附表"
)
_UNFINISHED = re.compile(r"[，,、；;]\s*$")
_LISTED = ("；", ";", "，", ",")
_OPENING = 8
_LONGEST = 4000
_NUMERAL = re.compile(r"[0-9０-９.．%％‰零〇一二三四五六七八九十百千万亿两Ⅰ-Ⅻ]")
_LABEL = re.compile(
    r"(?:——|[●■◆★•·]|\d+[.．、]|[(（][一二三四五六七八九十]+[)）]|[一二三四五六七八九十]+、|[(（]\d+[)）])"
)


def nth(text: str, part: str, occurrence: int) -> int:
    """Return where the nth occurrence of a part begins, or -1; occurrences may overlap."""
    at = -1
    for _ in range(occurrence):
        at = text.find(part, at + 1)
        if at < 0:
            return -1
    return at


@dataclass(frozen=True, slots=True)
class Clause:
    """One paragraph: its id (`section.number`), offsets, and the width of its printed label such as `1.`."""

    id: str
    section: str
    start: int
    end: int
    text: str
    label: str = ""

    def find(self, words: str, occurrence: int = 1) -> int:
        """Return the document offset of the nth occurrence of `words`, or -1."""
        at = nth(self.text, words, occurrence)
        return self.start + at if at >= 0 else -1


@dataclass(frozen=True, slots=True)
class Section:
    """A section of the document; `editorial` titles are ours because the heading was lost.

    `level` counts from 0 for a chapter; `parent` is the section it hangs on, empty at the top.
    """

    id: str
    title: str
    editorial: bool = True
    level: int = 0
    parent: str = ""


def read_clauses(
    document: str, sections: Sequence[Mapping[str, Any]], *, ids: str = "number"
) -> tuple[tuple[Clause, ...], tuple[Finding, ...]]:
    """Return the clauses in order; a paragraph before the first known section belongs to `front`.

    Each section names the words it `starts` with; a section whose words are not found is a finding.
    `ids` says how a clause is named within its section: by its `number`, or by its opening `words`,
    which an inserted paragraph or an edit further on does not change.
    A sentence broken over lines is one clause.
    """
    waiting = list(sections)
    clauses: list[Clause] = []
    seen: dict[str, int] = {}
    section, number = "front", 0
    paragraphs = _paragraphs(document)
    for start, text in paragraphs if ids == "number" else (part for whole in paragraphs for part in _bounded(*whole)):
        if waiting and text.startswith(waiting[0]["starts"]):
            section, number = str(waiting.pop(0)["id"]), 0
        number += 1
        label = _LABEL.match(text)
        clause_id = f"{section}.{number}" if ids == "number" else f"{section}.{_slug(text, label[0] if label else '')}"
        seen[clause_id] = seen.get(clause_id, 0) + 1
        clause_id += f"-{seen[clause_id]}" if seen[clause_id] > 1 else ""
        clauses.append(Clause(clause_id, section, start, start + len(text), text, label[0] if label else ""))
    return tuple(clauses), tuple(_section_missing(entry) for entry in waiting)


def _slug(text: str, label: str) -> str:
    """Return a short name out of the first words of a paragraph; its printed label may be renumbered."""
    words = re.sub(r"[^一-鿿A-Za-z]", "", text[len(label) :])[:_OPENING]
    return format(crc32(words.encode()) & 0xFFFFF, "05x")


def _paragraphs(document: str) -> Iterator[tuple[int, str]]:
    """Yield each paragraph with its offset; one whose line ends within a sentence goes on in the next line."""
    begin = end = 0
    for line in document.split("\n"):
        start = end
        end = start + len(line) + 1
        so_far = document[begin : max(start - 1, begin)]
        if so_far.strip() and not _goes_on(so_far, line):
            yield begin, so_far
            begin = start
        elif not so_far.strip():
            begin = start
    if document[begin:].strip():
        yield begin, document[begin:]


def _bounded(start: int, text: str) -> Iterator[tuple[int, str]]:
    """Yield a paragraph in parts that a person could read, cut behind a sentence or at least outside a numeral."""
    while len(text) > _LONGEST:
        cut = text.rfind("。", 0, _LONGEST) + 1 or _LONGEST
        while cut < len(text) and _NUMERAL.match(text, cut - 1):
            cut += 1
        yield start, text[:cut]
        start, text = start + cut, text[cut:]
    if text.strip():
        yield start, text


def _goes_on(so_far: str, line: str) -> bool:
    """Return whether a line continues the paragraph before it: that stops at a comma, and no heading begins here."""
    if not line.strip() or HEADING_OF_ANY_LEVEL.match(line.strip()):
        return False
    return bool(_UNFINISHED.search(so_far)) or (
        so_far.rstrip().endswith(("：", ":")) and line.rstrip().endswith(_LISTED)
    )


def _section_missing(entry: Mapping[str, Any]) -> Finding:
    return Finding(
        "plan.section-not-found",
        Severity.ERROR,
        Text(
            f"文中按顺序找不到以“{entry['starts']}”开头的段落（章节 {entry['id']}）。",
            f"No paragraph begins, in order, with the words of section '{entry['id']}'.",
        ),
        Text(
            "请核对 plan.toml 中该章节的 starts 与先后次序。",
            "Check the section's `starts` and its place in plan.toml.",
        ),
        Citation("plan.toml", str(entry["id"])),
    )
