"""What issued files say, piece by piece: sentences by chapter, cells by row and column; and how two such differ."""

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TypeAlias

from docx import Document
from docx.oxml.ns import qn

from chengzai.publish._blocks import SIMULATED_MARK, Bulletin, Line

Place = tuple[str, ...]
Paragraphs: TypeAlias = "Iterable[str | list[list[str]]]"
BULLETIN = "通报"
_LEVEL1 = re.compile(r"[一二三四五六七八九十]+、[^。]{1,40}")
_LEVEL2 = re.compile(r"（[一二三四五六七八九十]+）[^。]{1,40}")
_ANNEX = re.compile(r"附件\d*")
_NAMES = {"id", "target", "indicator", "place", "period", "start"}  # columns that name a row of an open table
_ALIKE = 0.4  # two sentences that share less are not one sentence changed


@dataclass(frozen=True)
class Wording:
    """What files say: `sentences` by chapter in reading order, `cells` by document, row and column."""

    sentences: Mapping[Place, tuple[str, ...]]
    cells: Mapping[Place, str]


@dataclass(frozen=True, slots=True)
class Difference:
    """One place where two issues of a month differ; `was` or `now` is empty where nothing stood there.

    A sentence has its document and chapter as `place`; a cell its document, the key of its row, and its column.
    """

    place: Place
    was: str
    now: str
    is_cell: bool

    def seen_in(self, said: Wording) -> tuple[object, ...]:
        """Return what one state of the files says at this place; it changes where the difference comes in."""
        if self.is_cell:
            return (said.cells.get(self.place, ""),)
        here = said.sentences.get(self.place, ())
        return tuple(here.count(text) for text in (self.was, self.now) if text)


def wording_in(files: Mapping[str, bytes]) -> Wording:
    """Return what a month's files say: the bulletin by its DOCX, every table by its CSV."""
    sentences: dict[Place, tuple[str, ...]] = {}
    cells: dict[Place, str] = {}
    for name, content in files.items():
        if name.endswith(".docx"):
            read = _read(_paragraphs_of_docx(content))
            sentences |= read.sentences
            cells |= read.cells
        elif name.endswith(".csv"):
            cells |= _table(name.rpartition("/")[2].removesuffix(".csv"), content)
    return Wording(sentences, cells)


def wording_of(bulletin: Bulletin, tables: Mapping[str, bytes]) -> Wording:
    """Return the same of a bulletin before it is set, and its tables: nothing is typeset for a comparison."""
    read = _read(_paragraphs_of(bulletin))
    cells = dict(read.cells)
    for name, content in tables.items():
        if name.endswith(".csv"):
            cells |= _table(name.removesuffix(".csv"), content)
    return Wording(read.sentences, cells)


def differences(old: Wording, new: Wording) -> tuple[Difference, ...]:
    """Return every sentence and every cell that differs, sentences first, in reading order."""
    found: list[Difference] = []
    for place in dict.fromkeys((*old.sentences, *new.sentences)):
        pairs = _changed(old.sentences.get(place, ()), new.sentences.get(place, ()))
        found += [Difference(place, was, now, is_cell=False) for was, now in pairs]
    for place in dict.fromkeys((*old.cells, *new.cells)):
        was, now = old.cells.get(place, ""), new.cells.get(place, "")
        if was != now:
            found.append(Difference(place, was, now, is_cell=True))
    return tuple(found)


def moved_at(
    found: Sequence[Difference], count: int, state: Callable[[int], Wording], *, runs: int
) -> dict[Difference, list[int]]:
    """Return for each difference the numbers of the steps at which what stands in its place changed.

    `state` gives what the files say after so many of the `count` steps; it is asked as seldom as can be, by halving the
    stretches at whose ends a place reads otherwise. After `runs` questions a whole stretch is named.
    """
    seen: dict[int, Wording] = {}
    moved: dict[Difference, list[int]] = {difference: [] for difference in found}

    def at(number: int) -> Wording:
        if number not in seen:
            seen[number] = state(number)
        return seen[number]

    def look(low: int, high: int, among: Sequence[Difference]) -> None:
        here = [d for d in among if d.seen_in(at(low)) != d.seen_in(at(high))]
        if here and (high - low == 1 or len(seen) > runs + 1):
            for difference in here:
                moved[difference] += range(low, high)
        elif here:
            middle = (low + high) // 2
            look(low, middle, here)
            look(middle, high, here)

    look(0, count, list(moved))
    return moved


def _changed(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield the sentences of a chapter that do not stand in both, a changed one beside what it became.

    >>> list(_changed(["甲为1。", "乙为2。"], ["乙为2。", "甲为3。"]))
    [('甲为1。', '甲为3。')]
    """
    left, right = list(old), list(new)
    for text in old:
        if text in right:
            right.remove(text)
            left.remove(text)
    while left and right:
        scored = ((SequenceMatcher(None, a, b, autojunk=False).ratio(), -i, -j)
                  for i, a in enumerate(left) for j, b in enumerate(right))  # fmt: skip
        ratio, i, j = max(scored)
        if ratio < _ALIKE:
            break
        yield left.pop(-i), right.pop(-j)
    yield from ((text, "") for text in left)
    yield from (("", text) for text in right)


def _paragraphs_of_docx(content: bytes) -> Iterator[str | list[list[str]]]:
    for child in Document(io.BytesIO(content)).element.body.iterchildren():
        if child.tag == qn("w:p"):
            yield "".join(node.text or "" for node in child.iter(qn("w:t")))
        elif child.tag == qn("w:tbl"):
            yield [
                ["".join(node.text or "" for node in cell.iter(qn("w:t"))) for cell in row.iter(qn("w:tc"))]
                for row in child.iter(qn("w:tr"))
            ]


def _paragraphs_of(bulletin: Bulletin) -> Iterator[str | list[list[str]]]:
    for block in bulletin.blocks:
        yield from (_plain(line) for line in block.lines)
        if block.rows:
            yield [[_plain(cell) for cell in row] for row in block.rows]


def _plain(line: Line) -> str:
    return "".join(part if isinstance(part, str) else part.text for part in line)


def _read(paragraphs: Paragraphs) -> Wording:
    """Return a document's sentences by chapter, and its tables' cells by row and column under their chapter."""
    sentences: dict[Place, list[str]] = {}
    cells: dict[Place, str] = {}
    level1 = level2 = annex = ""
    for paragraph in paragraphs:
        text = paragraph.strip() if isinstance(paragraph, str) else ""
        if _ANNEX.fullmatch(text):
            annex = text
        elif _LEVEL1.fullmatch(text) and not annex:
            level1, level2 = text, ""
        elif _LEVEL2.fullmatch(text) and not annex:
            level2 = text
        chapter = annex or f"{level1}{level2}" or "标题和引言"
        if not isinstance(paragraph, str):
            cells |= _cells((BULLETIN, chapter), paragraph)
        if not text or text == SIMULATED_MARK:
            continue
        sentences.setdefault((BULLETIN, chapter), []).extend(re.split(r"(?<=[。；])(?=.)", text))
    return Wording({place: tuple(said) for place, said in sentences.items()}, cells)


def _cells(under: Place, rows: Sequence[Sequence[str]]) -> dict[Place, str]:
    """Return a printed table's cells by the name of their row and the head of their column."""
    cells: dict[Place, str] = {}
    heads, *body = rows
    for row in body:
        name = next((text for text in row if re.search(r"[^\W\d_]", text)), row[0])
        place, number = (*under, name), 2
        while (*place, heads[0]) in cells:
            place, number = (*under, f"{name}（{number}）"), number + 1
        cells |= {(*place, head): text for head, text in zip(heads, row, strict=False)}
    return cells


def _table(name: str, content: bytes) -> dict[Place, str]:
    """Return an open table's cells by the first columns that name its rows, and the column; else by the whole row."""
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    if not rows:
        return {}
    heads, *body = rows
    width = next((n for n, head in enumerate(heads) if head not in _NAMES), 0) or len(heads)
    cells: dict[Place, str] = {}
    for row in body:
        key, number = tuple(row[:width]), 2
        while (name, *key, heads[-1]) in cells:
            key, number = (*row[:width], f"（{number}）"), number + 1
        # A row that is nothing but its key is there or not: its last column says so.
        named = zip(heads[width:] or heads[-1:], row[width:] or row[-1:], strict=False)
        cells |= {(name, *key, head): text for head, text in named}
    return cells
