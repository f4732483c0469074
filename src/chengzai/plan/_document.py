"""The document as received, cut into clauses that keep their character offsets."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from chengzai.kernel import Citation, Finding, Severity, Text

_LABEL = re.compile(r"(?:\d+[.．、]|[(（][一二三四五六七八九十]+[)）]|[一二三四五六七八九十]+、|[(（]\d+[)）])")


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
    """A section of the document; `editorial` titles are ours because the heading was lost."""

    id: str
    title: str
    editorial: bool = True


def read_clauses(
    document: str, sections: Sequence[Mapping[str, Any]]
) -> tuple[tuple[Clause, ...], tuple[Finding, ...]]:
    """Return the clauses in order; a paragraph before the first known section belongs to `front`.

    Each section names the words it `starts` with; a section whose words are not found is a finding.
    """
    waiting = list(sections)
    clauses: list[Clause] = []
    section, number, offset = "front", 0, 0
    for line in document.split("\n"):
        if waiting and line.startswith(waiting[0]["starts"]):
            section, number = str(waiting.pop(0)["id"]), 0
        if line.strip():
            number += 1
            label = _LABEL.match(line)
            clauses.append(
                Clause(
                    f"{section}.{number}",
                    section,
                    offset,
                    offset + len(line),
                    line,
                    label[0] if label else "",
                )
            )
        offset += len(line) + 1
    return tuple(clauses), tuple(_section_missing(entry) for entry in waiting)


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
