"""Thresholds of a register: which entries are large enough to count, by a field the register holds."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from chengzai.collect._cells import read_value
from chengzai.collect._sheet import Content
from chengzai.kernel import Text

_WRITTEN = re.compile(r"([a-z_][a-z0-9_]*)\s*(>=|<=|>|<)\s*(\S+)")
_WORD = {">=": Text("不低于", "at least"), ">": Text("超过", "more than")} | {
    "<=": Text("不超过", "at most"),
    "<": Text("低于", "less than"),
}


class _Column(Protocol):
    """What is asked of a column: its id, the words for it, its kind and the unit of its numbers."""

    @property
    def id(self) -> str: ...
    @property
    def name(self) -> Text: ...
    @property
    def kind(self) -> str: ...
    @property
    def unit(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Threshold:
    """A number field, a relation (`>=`, `>`, `<=`, `<`) and the limit in the field's own unit."""

    field: str
    relation: str
    limit: Decimal
    unit: str
    written: str

    def met(self, content: Content) -> bool | None:
        """Return whether an entry passes, or None where the field holds no number."""
        value = read_value(str(content.get(self.field, "")), self.unit)
        if value is None:
            return None
        limit = self.limit
        return {">=": value >= limit, ">": value > limit, "<=": value <= limit, "<": value < limit}[self.relation]

    @property
    def words(self) -> Text:
        """The limit as it is said: 不低于10亿元."""
        word = _WORD[self.relation]
        return Text(f"{word.zh}{self.written}{self.unit}", f"{word.en} {self.limit:,f} {self.unit}".rstrip())


def read_threshold(written: str, fields: Sequence[_Column]) -> Threshold | None:
    """Return a threshold such as `investment >= 10亿`, or None where it names no number field or no number.

    A percent, an age or an area is compared in the unit of its field; 万 and 亿 are read.
    """
    match = _WRITTEN.fullmatch(written.strip())
    field = match and next((f for f in fields if f.id == match[1] and f.kind == "number"), None)
    limit = read_value(match[3], field.unit) if match and field else None
    if not match or not field or limit is None:
        return None
    return Threshold(field.id, match[2], limit, field.unit, match[3].removesuffix(field.unit))
