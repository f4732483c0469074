"""The tree of a document's headings: 第一章, 一、, （一）, 1. and （1）, whichever of them a text still has."""

import re
from collections.abc import Iterator
from typing import Any
from zlib import crc32

# Level by level; a level that a text lacks leaves no gap, because a heading hangs on the nearest one above it.
LEVELS = (
    re.compile(r"第[一二三四五六七八九十百]+[章部编篇](?![一-鿿]{0,6}[，。])"),
    re.compile(r"第[一二三四五六七八九十百]+节|[一二三四五六七八九十]{1,3}、"),
    re.compile(r"[（(][一二三四五六七八九十]{1,3}[)）]"),
    re.compile(r"\d{1,2}[.．、](?!\d)"),
    re.compile(r"[（(]\d{1,2}[)）]"),
)
# A heading that lost its label: a short line of its own that says what a chapter is about.
_BARE = re.compile(
    r"(?:20\d\d年)?[一-鿿“”]{0,14}(?:回顾|总体要求|总体思路|主要目标|工作目标|发展目标|目标任务|重点任务|重点工作|工作安排|"
    r"主要任务|主要措施|工作措施|保障措施|组织保障|实施步骤|组织领导|基本原则|指导思想)"
)
_BARE_LEVEL = 1
_ALWAYS = 3  # the levels above it head a section even where the text goes on in the same line
_LONGEST = 40


def heading_of(line: str) -> tuple[int, str]:
    """Return the level of the heading that a line begins with and its words; no words where it is none.

    From 1. downwards only a short line of its own is a heading: elsewhere such labels number paragraphs.
    """
    for level, pattern in enumerate(LEVELS):
        match = pattern.match(line)
        if not match:
            continue
        words = re.split(r"[。\n]", line)[0]
        alone = len(line.strip()) <= _LONGEST and not re.search(r"[，,；;。：:].", line.strip())
        if len(words) <= _LONGEST and (level < _ALWAYS or alone):
            return level, words
    bare = _BARE.fullmatch(line.strip())
    return (_BARE_LEVEL, bare[0]) if bare else (len(LEVELS), "")


def sections(document: str) -> Iterator[dict[str, Any]]:
    """Yield a section for each heading with its level and the section it hangs on.

    Its id is a slug of its words, so that a section inserted before it does not rename it.
    """
    seen: dict[str, int] = {}
    above: list[tuple[int, str]] = []
    for line in document.split("\n"):
        level, words = heading_of(line)
        if not words:
            continue
        label = LEVELS[level].match(line)
        title = re.split(r"[。：:]", words[label.end() if label else 0 :])[0].strip()[:_LONGEST]
        slug = "s" + format(crc32((title or words).encode()) & 0xFFFF, "04x")
        seen[slug] = seen.get(slug, 0) + 1
        slug += f"-{seen[slug]}" if seen[slug] > 1 else ""
        above = [entry for entry in above if entry[0] < level]
        row = {"id": slug, "title": title or words, "starts": line[:24], "level": level}
        yield row | ({"parent": above[-1][1]} if above else {})
        above.append((level, slug))
