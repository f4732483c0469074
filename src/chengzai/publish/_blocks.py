"""A bulletin in pieces: lines of words and figures, each figure bound to its cell and each statement to its claim."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from chengzai.publish._claims import Claim, Said
from chengzai.publish._edition import Edition, printed, rounded

STATE_WORD = {
    "on_course": "按期",
    "watch": "关注",
    "behind": "滞后",
    "far_behind": "严重滞后",
    "not_yet_due": "未到期",
    "cannot_tell": "无法判断",
    "no_report": "未报",
    "not_asked": "未布置",
}
STATE_SHAPE = {
    "on_course": "●",
    "watch": "▲",
    "behind": "■",
    "far_behind": "◆",
    "not_yet_due": "○",
    "cannot_tell": "–",
    "no_report": "⌀",
    "not_asked": "·",
}
SIMULATED_MARK = "模拟数据·非正式文件"


@dataclass(frozen=True, slots=True)
class Figure:
    """A printed number and the cell that it prints; `unsigned` drops the sign that words carry."""

    text: str
    cell: str
    decimals: int
    unsigned: bool = False


Part = str | Figure | Said
Line = tuple[Part, ...]


def words_of(line: Line) -> str:
    """Return a line as plain text."""
    return "".join(part if isinstance(part, str) else part.text for part in line)


@dataclass(frozen=True, slots=True)
class Block:
    """One piece of a bulletin, by its kind.

    Kinds are `title`, `level1`, `level2`, `body`, `note`, `table`, `chart`, `attachments` and `annex`.

    A table has `rows` (the first is its head), relative column `widths`, and `aligned` by column: l, c or r;
    `large` sets it in the size of the text. A `fresh` block begins a page.
    """

    kind: str
    lines: tuple[Line, ...] = ()
    rows: tuple[tuple[Line, ...], ...] = ()
    widths: tuple[float, ...] = ()
    aligned: str = ""
    svg: str = ""
    fresh: bool = False
    large: bool = False


@dataclass(frozen=True)
class Bulletin:
    """A paper as blocks, before it is set in DOCX or PDF; `values` are the cells that its edition does not hold."""

    title: str
    simulated: bool
    blocks: tuple[Block, ...]
    kind: str = "bulletin"
    values: Mapping[str, float] = field(default_factory=dict)

    @property
    def lines(self) -> tuple[Line, ...]:
        """Every line in reading order, table cells row by row."""
        found: list[Line] = []
        for block in self.blocks:
            found += block.lines
            found += [cell for row in block.rows for cell in row]
        return tuple(found)

    def text(self) -> str:
        """Return the bulletin as plain text."""
        return "\n".join(words_of(line) for line in self.lines)

    @property
    def claims(self) -> tuple[Claim, ...]:
        """Every claim that the paper makes by its words, in reading order."""
        return tuple(part.claim for line in self.lines for part in line if isinstance(part, Said))


def figure(edition: Edition, cell: str, decimals: int = 0, *, unsigned: bool = False) -> Figure:
    """Return a cell as a figure, printed by the rules in force."""
    text = printed(edition, cell, decimals)
    return Figure(text.lstrip("-") if unsigned else text, cell, decimals, unsigned)


def carried(values: dict[str, float], cell: str, value: float, decimals: int, *, mode: str = "half_up") -> Figure:
    """Return a number that the edition does not hold as a figure, and note it among the values the paper carries."""
    values[cell] = value
    return Figure("—" if math.isnan(value) else rounded(value, decimals, mode), cell, decimals)
