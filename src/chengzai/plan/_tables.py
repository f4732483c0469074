"""Targets that stand in tables: rows of cells, one cell a line, or cells run together with nothing between them.

A table is known by its head: a column that names things, and columns of a year or of 目标, 现状.
Cells run together are parted by arithmetic alone: the change must be what lies between the two values.
"""

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from chengzai.plan import _phrases as say

_NAME = re.compile(r"指标名称|指标|名称|项目名称|项目|内容|事项|任务")
_GOAL = re.compile(r"目标值?|规划值|计划数?|预期值?")
_NOW = re.compile(r"现状|基期|基数|完成|实际|实绩|已有|现有")
_RISE = re.compile(r"年均|增速|增长率|增幅|[\[［（(]累计[)）\]］]")
_YEAR = re.compile(r"(20\d\d)\s*年?")
_CELL_NUMBER = re.compile(
    rf"^\s*(?P<sign>[＞>≥＜<≤≈~～]|大于等于|小于等于|大于|小于|不低于|不高于|超过|达到|约)?\s*[\[［(（]?(?P<number>[-+－]?{say.NUMBER})"
    rf"(?:\s*[{say.DASHES}]\s*(?P<upper>{say.NUMBER}))?\s*(?P<unit>[%％]|[百千万亿]*(?:个百分点|[一-鿿/]{{0,6}}?))[\]］)）]?[*＊①-⑨]?\s*(?P<after>以上|以内|以下|左右)?\s*(?:[、，,；;（(].*)?$"
)
_SIGNS = {
    "＞": ">", ">": ">", "大于": ">", "超过": ">", "≥": ">=", "大于等于": ">=", "不低于": ">=", "达到": ">=",
    "＜": "<", "<": "<", "小于": "<", "≤": "<=", "小于等于": "<=", "不高于": "<=",
    "≈": "~=", "约": "~=", "~": "~=", "～": "~=",
    "以上": ">=", "以内": "<=", "以下": "<=", "左右": "~=",
}  # fmt: skip
_IN_NAME = re.compile(r"[（(]([^（）()]{1,12})[)）]\s*$")
_FEWEST = 3


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell with its place in the document."""

    start: int
    text: str

    @property
    def end(self) -> int:
        """The offset just past it."""
        return self.start + len(self.text)


@dataclass(frozen=True, slots=True)
class TableGoal:
    """A goal found in a table: where its row and its number stand, what it measures, and how far it is."""

    row: tuple[int, int]
    number: tuple[int, int]
    indicator: str
    comparator: str
    value: Decimal
    upper: Decimal | None
    unit: str
    day: dt.date | None
    baseline: Decimal | None
    growth: bool
    rule: str
    confidence: float
    base: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A stretch of the document that is a table: goals, spans of present values, numbers of rows."""

    start: int
    end: int
    goals: tuple[TableGoal, ...]
    baselines: tuple[tuple[int, int], ...]
    row_numbers: tuple[int, ...] = ()


def find_tables(document: str, *, now: int) -> tuple[Table, ...]:
    """Return the tables of a document that hold goals, in order."""
    found = [*_of_rows(document, now), *_stacked(document, now), *_run_together(document)]
    kept: list[Table] = []
    for table in sorted(found, key=lambda t: (t.start, -t.end)):
        if table.goals and (not kept or table.start >= kept[-1].end):
            kept.append(table)
    return tuple(kept)


def _lines(document: str) -> list[Cell]:
    lines, at = [], 0
    for line in document.split("\n"):
        lines.append(Cell(at, line))
        at += len(line) + 1
    return lines


def _cells(line: Cell) -> list[Cell]:
    """Return the cells of a line parted by tabs, bars or wide blanks."""
    cells = []
    for match in re.finditer(r"[^\t|｜]+" if re.search(r"[\t|｜]", line.text) else r"\S+(?: \S+)*", line.text):
        text = match[0].strip()
        if text:
            cells.append(Cell(line.start + match.start() + match[0].index(text[0]), text))
    return cells


def _of_rows(document: str, now: int) -> Iterator[Table]:
    """Yield tables whose rows are lines of cells."""
    head: _Head | None = None
    rows: list[list[Cell]] = []
    for line in [*_lines(document), Cell(len(document), "")]:
        if re.fullmatch(r"[|\s:-]*-{2,}[|\s:-]*", line.text):
            continue
        cells = _cells(line) if re.search(r"[\t|｜]|\S {2,}\S", line.text) else []
        if head is not None and len(cells) < 2:
            if rows:
                yield _table(head, rows)
            head, rows = None, []
        elif head is not None:
            rows.append(cells)
        elif len(cells) >= _FEWEST:
            head = _head(cells, now, stacked=False)


def _stacked(document: str, now: int) -> Iterator[Table]:
    """Yield tables copied from a page with each cell on a line of its own; the first row is numbered 1."""
    lines = [Cell(line.start, line.text.strip()) for line in _lines(document) if line.text.strip()]
    for i, line in enumerate(lines):
        if line.text not in {"序号", "编号"}:
            continue
        first = next((j for j in range(i + _FEWEST, min(i + 12, len(lines))) if lines[j].text == "1"), None)
        head = _head(lines[i:first], now, stacked=True) if first else None
        if head is None or first is None:
            continue
        wide = first - i
        rows = []
        for number, j in enumerate(range(first, len(lines) - wide + 1, wide), start=1):
            if lines[j].text != str(number):
                break
            rows.append(lines[j : j + wide])
        yield _table(head, rows)


@dataclass(frozen=True, slots=True)
class _Head:
    """What the columns of a table hold: places of cells, and the day of each goal (None: the plan's end)."""

    wide: int
    name: int
    unit: int | None
    goals: tuple[tuple[int, dt.date | None], ...]
    now: tuple[int, ...]
    rises: tuple[tuple[int, bool], ...]  # the column, and whether it holds nothing but growth in per cent
    stacked: bool


def _head(cells: Sequence[Cell], now: int, *, stacked: bool) -> _Head | None:
    """Return the columns of a head, or None where it names no thing or no goal."""
    words = [re.sub(r"\s", "", cell.text) for cell in cells]
    name = next((i for i, word in enumerate(words) if _NAME.search(word) and not _GOAL.search(word)), None)
    goals: list[tuple[int, dt.date | None]] = []
    present: list[int] = []
    rises: list[tuple[int, bool]] = []
    for i, word in enumerate(words):
        year = _YEAR.search(word)
        if i == name or re.search(r"单位|属性|性质|序号", word):
            continue
        if _RISE.search(word):
            rises.append((i, "%" in word or "％" in word or not re.search(r"[/／或]|累计", word)))
        elif _NOW.search(word) or (year and int(year[1]) < now):
            present.append(i)
        elif year or _GOAL.search(word):
            goals.append((i, dt.date(int(year[1]), 12, 31) if year else None))
    if name is None or not goals:
        return None
    unit = next((i for i, word in enumerate(words) if word in {"单位", "计量单位"}), None)
    return _Head(len(cells), name, unit, tuple(goals), tuple(present), tuple(rises), stacked)


def _table(head: _Head, rows: Sequence[Sequence[Cell]]) -> Table:
    goals = [goal for row in rows for goal in _goals(head, row)]
    present = [
        (row[i].start, row[i].end) for row in rows for i in head.now if i < len(row) and _CELL_NUMBER.match(row[i].text)
    ]
    cells = [cell for row in rows for cell in row]
    if not cells:
        return Table(0, 0, (), ())
    numbers = tuple(row[0].start for row in rows if row[0].text.isdigit())
    return Table(cells[0].start, cells[-1].end, tuple(goals), tuple(present), numbers)


def _goals(head: _Head, row: Sequence[Cell]) -> Iterator[TableGoal]:
    """Yield the goals of one row; a row with a cell too few lacks its first, which the row above spans."""
    shift = head.wide - len(row)
    if shift not in {0, 1} or head.name - shift < 0:
        return
    name = re.sub(r"^\d{1,3}[.．、]\s*", "", row[head.name - shift].text)
    told = _IN_NAME.search(name)
    unit = row[head.unit - shift].text if head.unit is not None else told[1] if told else ""
    last = max((day for _, day in head.goals if day), default=None)
    pure = dict(head.rises)
    for column, day in (*head.goals, *((rise, last) for rise, _ in head.rises)):
        cell = row[column - shift]
        read = _CELL_NUMBER.match(cell.text)
        if not read:
            continue
        start = cell.start + read.start("number")
        present = next((_CELL_NUMBER.match(row[i - shift].text) for i in head.now), None)
        yield TableGoal(
            row=(cell.start, cell.end) if head.stacked else (row[0].start, row[-1].end),
            number=(start, cell.start + (read.end("upper") if read["upper"] else read.end("number"))),
            indicator=_IN_NAME.sub("", name) if head.unit is None else name,
            comparator=_SIGNS.get(read["sign"] or read["after"] or "", "=="),
            value=_decimal(read["number"]),
            upper=_decimal(read["upper"]) if read["upper"] else None,
            unit=read["unit"] or ("%" if pure.get(column) else unit),
            day=day,
            baseline=_decimal(present["number"]) if present and column not in pure else None,
            growth=pure.get(column, False)
            or cell.text.strip().startswith(("[", "［"))
            or bool(re.search(r"增长|增幅|增速|下降|降低", name)),
            rule="table-cell",
            confidence=0.85,
        )


def _decimal(text: str) -> Decimal:
    return Decimal(text.replace("－", "-").translate(str.maketrans("０１２３４５６７８９．", "0123456789.")))


_TOGETHER_HEAD = re.compile(
    r"指标(?:名称)?(?P<base>20\d\d)年(?P<goal>20\d\d)年[^0-9]{0,20}?(?:增减|变化|增长)[^0-9]{0,6}"
)
_TOGETHER_ROW = (
    r"{number}(?P<name>[^\d].{{2,50}}?)(?P<figures>\d[\d.＜＞<>≤≥]*)"
    r"(?P<sign>[-+－]?)(?P<change>\d*(?:\.\d+)?)(?P<unit>%|％|个百分点)"
)


def _run_together(document: str) -> Iterator[Table]:
    """Yield tables whose cells stand in one run; a row is read only if one parting alone fits its change."""
    for head in _TOGETHER_HEAD.finditer(document):
        goals: list[TableGoal] = []
        baselines: list[tuple[int, int]] = []
        at, number = head.end(), 1
        while (row := _together_row(document, at, number)) is not None:
            match, (a, sign, b, start) = row
            name = match["name"]
            told = _IN_NAME.search(name)
            goals.append(
                TableGoal(
                    row=(match.start(), match.end()),
                    number=(start, start + len(b)),
                    indicator=_IN_NAME.sub("", name),
                    comparator=_SIGNS.get(sign, "=="),
                    value=Decimal(b),
                    upper=None,
                    unit=told[1] if told else "",
                    day=dt.date(int(head["goal"]), 12, 31),
                    baseline=Decimal(a),
                    growth=False,
                    rule="table-run-together",
                    confidence=0.65,
                )
            )
            baselines.append((match.start("figures"), match.start("figures") + len(a)))
            goals += _change_said(match, head)
            at, number = match.end(), number + 1
        if goals:
            yield Table(head.start(), at, tuple(goals), tuple(baselines))


def _change_said(match: re.Match[str], head: re.Match[str]) -> list[TableGoal]:
    """Return the change of a row as a goal of its own where its cell can be told: it has a sign before it."""
    if not match["sign"] or not match["change"]:
        return []
    name = _IN_NAME.sub("", match["name"])
    span = (match.start("change"), match.end("unit") if match["unit"] in "%％" else match.end("change"))
    return [
        TableGoal(
            row=(match.start(), match.end()),
            number=span,
            indicator=name,
            comparator="==",
            value=Decimal(match["change"]),
            upper=None,
            unit=match["unit"],
            day=dt.date(int(head["goal"]), 12, 31),
            baseline=None,
            growth=True,
            rule="table-run-together",
            confidence=0.65,
            base=f"{head['base']}年",
        )
    ]


def _together_row(document: str, at: int, number: int) -> tuple[re.Match[str], tuple[str, str, str, int]] | None:
    """Return the row with a number at a place, and its base, sign and goal with where the goal stands."""
    for end in (m.end() for m in re.finditer(r"%|％|个百分点", document[at : at + 90])):
        match = re.compile(_TOGETHER_ROW.format(number=number)).fullmatch(document, at, at + end)
        parted = list(_partings(match)) if match and re.search(r"[）)一-鿿]$", match["name"]) else []
        if match and len(parted) == 1:
            return match, parted[0]
    return None


def _partings(match: re.Match[str]) -> Iterator[tuple[str, str, str, int]]:
    """Yield each way to part the figures of a row into base, goal and change so that the change is theirs."""
    figures, at = match["figures"], match.start("figures")
    signed = bool(match["sign"])
    run = figures if signed else figures + match["change"]
    ends = [(run, match["change"])] if signed else [(run[:i], run[i:]) for i in range(2, len(run))]
    for pair, change in ends:
        if not re.fullmatch(r"\d+(?:\.\d+)?", change):
            continue
        for i in range(1, len(pair)):
            parted = _pair(pair, i)
            if parted and _fits(parted, Decimal(change), match["unit"], falling=match["sign"] in {"-", "－"}):
                a, sign, b = parted
                yield a, sign, b, at + len(pair) - len(b)


def _pair(text: str, i: int) -> tuple[str, str, str] | None:
    a, rest = text[:i], text[i:]
    sign = rest[0] if rest[0] in "＜＞<>≤≥" else ""
    b = rest[len(sign) :]
    number = r"(?:0|[1-9]\d*)(?:\.\d+)?"
    return (a, sign, b) if re.fullmatch(number, a) and re.fullmatch(number, b) else None


def _fits(parted: tuple[str, str, str], change: Decimal, unit: str, *, falling: bool) -> bool:
    a, b = Decimal(parted[0]), Decimal(parted[2])
    step = -change if falling else change
    if unit == "个百分点":
        return b - a == step
    return bool(a) and abs((b - a) / a * 100 - step) < Decimal("0.6")
