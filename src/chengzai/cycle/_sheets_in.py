"""Sheets that a planner brings: read by their heads, every cell that cannot be read named with its place."""

import csv
import io
import math
import tomllib
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chengzai.kernel import Text, UserError


class NotASheet(UserError):
    """A sheet that cannot be read, or a cell in it."""


def number_of(written: str) -> float | None:
    """Return a number as typed, per cent as a share; None for what is none."""
    if "_" in written:  # which the language of this program reads as nothing
        return None
    try:
        value = float(written.rstrip("%")) / (100 if written.endswith("%") else 1)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def is_amount(value: object) -> bool:
    """Return whether a setting is a number that can be counted with: finite, not below nought, no yes or no."""
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < math.inf


def is_count(value: object) -> bool:
    """Return whether a setting, or a name in it, is a whole number of things that can be counted with."""
    if isinstance(value, str):
        return value.isdecimal() and len(value) <= _DIGITS
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**_DIGITS


_DIGITS = 8


def settings_at(folder: Path, needed: Sequence[str]) -> dict[str, Any]:
    """Return a folder's settings.toml; raises NotASheet for one that cannot be read or lacks a name."""
    try:
        told = tomllib.loads((folder / "settings.toml").read_text(encoding="utf-8"))
    except (OSError, ValueError) as problem:
        words = f"{folder}/settings.toml 读不出来；请照 docs/howto/decide.md 的写法。"
        raise NotASheet(Text(words, "settings.toml cannot be read.")) from problem
    lost = [name for name in needed if name not in told]
    if lost:
        raise NotASheet(Text(f"settings.toml 缺少：{'、'.join(lost)}。", f"settings.toml lacks {lost}."))
    return told


_ENDLESS, _MANY, _FEW = 1e12, 10**_DIGITS, 40


@dataclass(frozen=True, slots=True)
class _Kind:
    """What a number may be, and the words for it."""

    words: Text
    holds: Callable[[float], bool]


_NUMBER = _Kind(Text("数", "a number"), lambda value: abs(value) < _ENDLESS)
_AMOUNT = _Kind(Text("不小于0的数", "a number not below nought"), lambda value: 0 <= value < _ENDLESS)
_SHARE = _Kind(Text("0到1的比例或百分数", "a share from 0 to 1, or per cent"), lambda value: 0 <= value <= 1)
_WHOLE = _Kind(Text("不小于0的整数", "a whole number not below nought"), lambda v: 0 <= v < _MANY and v == int(v))


class PlainSheet:
    """One CSV sheet: rows by head, numbers read on demand."""

    def __init__(
        self, name: str, rows: Sequence[Mapping[str, str]], found: Collection[str], heads: Sequence[str]
    ) -> None:
        """Take rows read under the heads `found`, of which `heads` are needed; raises NotASheet."""
        self.name = name
        self.rows = [{k: v.strip() for k, v in row.items()} for row in rows]
        lost = [h for h in heads if h not in found]
        if lost:
            raise NotASheet(Text(f"{name} 缺少列：{'、'.join(lost)}。", f"{name} lacks columns {lost}."))
        if not self.rows:
            raise NotASheet(Text(f"{name} 没有数据行。", f"{name} has no rows."))

    @classmethod
    def read(cls, name: str, body: bytes, heads: Sequence[str]) -> "PlainSheet":
        """Return the sheet in the bytes of a CSV; raises NotASheet."""
        try:
            reader = csv.DictReader(io.StringIO(body.decode("utf-8-sig")))
            rows = [{k: v or "" for k, v in row.items() if k} for row in reader]
        except (UnicodeDecodeError, csv.Error) as problem:
            told = f"{name} 不是 UTF-8 的 CSV；请另存后再试。"
            raise NotASheet(Text(told, f"{name} is no CSV in UTF-8.")) from problem
        return cls(name, rows, reader.fieldnames or (), heads)

    @classmethod
    def at(cls, path: Path, heads: Sequence[str]) -> "PlainSheet":
        """Return the sheet in a file; raises NotASheet."""
        if not path.is_file():
            raise NotASheet(Text(f"找不到文件 {path}。", f"{path} does not exist."))
        return cls.read(path.name, path.read_bytes(), heads)

    def number(self, row: int, head: str, empty: float | None = None) -> float:
        """Return a cell as a number; an empty one is `empty`, or an error where that is None. Raises NotASheet."""
        return self._read(row, head, empty, _NUMBER)

    def amount(self, row: int, head: str, empty: float | None = None) -> float:
        """Return a cell as a number not below nought. Raises NotASheet."""
        return self._read(row, head, empty, _AMOUNT)

    def share(self, row: int, head: str, empty: float | None = None) -> float:
        """Return a cell as a share from 0 to 1, per cent as typed. Raises NotASheet."""
        return self._read(row, head, empty, _SHARE)

    def whole(self, row: int, head: str, empty: int | None = None) -> int:
        """Return a cell as a whole number of things. Raises NotASheet."""
        return int(self._read(row, head, empty, _WHOLE))

    def alike(self, rows: Sequence[int], head: str, whose: str) -> float:
        """Return the amount that some rows tell of one thing, `whose` first row has it; raises NotASheet."""
        told = self.amount(rows[0], head)
        strange = next((n for n in rows if self.amount(n, head, told) != told), None)
        if strange is not None:
            raise self.wrong(
                strange, head, Text(f"与{whose}首行相同的数（{told:g}）", f"{told:g}, as in the first row")
            )
        return told

    def _read(self, row: int, head: str, empty: float | None, kind: "_Kind") -> float:
        written = self.rows[row].get(head, "")
        if not written and empty is not None:
            return empty
        value = number_of(written)
        if value is None or not kind.holds(value):
            raise self.wrong(row, head, kind.words)
        return value

    def wrong(self, row: int, head: str, should: Text) -> NotASheet:
        """Return the error of a cell: its place, what it should be, what it is."""
        written = self.rows[row].get(head, "")
        told = f"{self.name} 第{row + 2}行“{head}”应为{should.zh}，现为“{written}”。"
        return NotASheet(Text(told, f"{self.name} row {row + 2}: {head} must be {should.en}, not '{written}'."))

    def among(self, head: str, known: Collection[str], where: str) -> None:
        """Refuse a row whose cell is none of what is known, as `where` tells it; raises NotASheet."""
        for n, row in enumerate(self.rows):
            if row.get(head, "") not in known:
                some = "、".join(sorted(filter(None, known))) if len(known) <= _FEW else ""
                written, which, en = row.get(head, ""), some and f"；有的是：{some}", some and f"; known: {some}"
                told = f"{self.name} 第{n + 2}行的{head}“{written}”不在{where}里{which}。"
                raise NotASheet(Text(told, f"{self.name} row {n + 2}: {head} '{written}' is unknown{en}."))

    def once(self, *heads: str, taken: Collection[str] = ()) -> None:
        """Refuse a name, in one cell or several, that is empty, stands twice or is `taken`; raises NotASheet."""
        seen: set[tuple[str, ...]] = {(name,) for name in taken}
        for n, row in enumerate(self.rows):
            key = tuple(row[head] for head in heads)
            if key in seen or not all(key):
                head, name = "、".join(heads), "、".join(key)
                why = "重复；请加上乡镇或县名区分，或删去多的一行" if all(key) else "空着"
                told = f"{self.name} 第{n + 2}行的{head}“{name}”{why}。"
                raise NotASheet(Text(told, f"{self.name} row {n + 2}: {name or head} is empty or stands twice."))
            seen.add(key)

    def yes(self, row: int, head: str) -> bool:
        """Return whether a cell says yes; anything but 是 and 否 (or empty) is an error. Raises NotASheet."""
        written = self.rows[row].get(head, "")
        if written not in {"是", "否", ""}:
            told = f"{self.name} 第{row + 2}行“{head}”应为是或否，现为“{written}”。"
            raise NotASheet(Text(told, f"{self.name} row {row + 2}: {head} is neither 是 nor 否."))
        return written == "是"
